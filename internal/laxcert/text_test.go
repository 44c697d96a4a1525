package laxcert

import (
	"testing"
	"time"

	"sigtool/internal/ber"
)

func TestText(t *testing.T) {
	for _, row := range []struct {
		tag     byte
		content string
		want    string
		ok      bool
	}{
		{ber.UTF8String, "Müller", "Müller", true}, {ber.UTF8String, "\xff", "", false}, {ber.PrintableString, "A b", "A b", true}, {ber.IA5String, "a@b", "a@b", true},
		{ber.T61String, "M\xfcller", "Müller", true}, {ber.BMPString, "\x00M\x00\xfc\xd8\x3d\xde\x00", "Mü😀", true}, {ber.BMPString, "\x00M\x00", "", false},
		{ber.NumericString, "12", "12", true}, {ber.OctetString, "a", "", false},
	} {
		got, ok := Text(ber.Element{Tag: row.tag, Content: []byte(row.content)})
		if ok != row.ok || ok && got != row.want {
			t.Errorf("%#x %q: %q, %v", row.tag, row.content, got, ok)
		}
	}
	if _, ok := Text(ber.Element{Tag: ber.UTF8String, Constructed: true}); ok {
		t.Error("a string of strings")
	}
}

func TestTimes(t *testing.T) {
	for text, want := range map[string]string{
		"\x17160331145749Z": "2016-03-31T14:57:49Z", "\x17500101000000Z": "1950-01-01T00:00:00Z", "\x17491231235959Z": "2049-12-31T23:59:59Z", "\x17680101000000Z": "1968-01-01T00:00:00Z",
		"\x171603311457Z": "2016-03-31T14:57:00Z", "\x17160331145749+0200": "2016-03-31T12:57:49Z", "\x1820500101000000Z": "2050-01-01T00:00:00Z", "\x1820160331145749.5Z": "2016-03-31T14:57:49.5Z",
		"\x18205001010000Z": "2050-01-01T00:00:00Z", "\x1820500101000000": "", "\x17160331": "", "\x17161331145749Z": "", "\x04160331145749Z": "", "\x17": "",
	} {
		var got time.Time
		data := append([]byte{text[0], byte(len(text) - 1)}, text[1:]...)
		err := readTime(ber.Over(data), &got)
		if want == "" && err == nil || want != "" && (err != nil || got.Format(time.RFC3339Nano) != want) {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
}
