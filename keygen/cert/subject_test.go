package cert_test

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"

	"sigtool/keygen/cert"
)

// readable is the RFC 4514 form of a name, as the standard library writes it.
func readable(t testing.TB, der []byte) string {
	t.Helper()
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &name); err != nil || len(rest) > 0 {
		t.Fatalf("%x isn't a name: %v", der, err)
	}
	return name.String()
}

func TestParseSubject(t *testing.T) {
	cases := []struct{ text, name string }{
		{"Acme root", "CN=Acme root"},
		{"Acme, Inc.; \"root\" <a> \\", `CN=Acme\, Inc.\; \"root\" \<a\> \\`},
		{`CN=Acme root,O=Acme\, Inc.,C=DE`, `CN=Acme root,O=Acme\, Inc.,C=DE`},
		{` cn = Acme root , o=Acme\2C Inc. ,c= DE `, `CN=Acme root,O=Acme\, Inc.,C=DE`},
		{"/C=DE/O=Acme, Inc./CN=Acme root", `CN=Acme root,O=Acme\, Inc.,C=DE`},
		{`/O=AC\/DC/CN=a\+b`, `CN=a\+b,O=AC/DC`},
		{"OU=a+OU=b,CN=x", "OU=a+OU=b,CN=x"},
		{`CN=\ a \ `, `CN=\ a \ `},
		{`CN=\#1`, `CN=\#1`},
		{`CN=#1`, ""},
		{"CN=a=b", "CN=a=b"},
		{"CN=Jürgen,L=Köln", "CN=Jürgen,L=Köln"},
		{"OU=a,OU=b,OU=c", "OU=a,OU=b,OU=c"},
		{"CN=" + strings.Repeat("ü", 64), "CN=" + strings.Repeat("ü", 64)},
	}
	for _, c := range cases {
		der, err := cert.ParseSubject(c.text)
		if c.name == "" {
			if err == nil {
				t.Errorf("%s is taken", c.text)
			}
		} else if err != nil || readable(t, der) != c.name {
			t.Errorf("%s: %v, %x", c.text, err, der)
		}
	}
}

// The types of strings: letters and digits as PrintableString, more as UTF8String, electronic mail as IA5String.
func TestParseSubjectTypes(t *testing.T) {
	for text, element := range map[string]string{
		"CN=Acme":                   "\x13\x04Acme",
		"CN=Acm\u00e9":              "\x0c\x05Acm\u00e9",
		"emailAddress=a@b.c":        "\x16\x05a@b.c",
		"DC=example":                "\x16\x07example",
		"C=DE":                      "\x13\x02DE",
		"CN=*.example.org":          "\x0c\x0d*.example.org",
		"SERIALNUMBER=1,CN=device7": "\x13\x011",
	} {
		der, err := cert.ParseSubject(text)
		if err != nil || !bytes.Contains(der, []byte(element)) {
			t.Errorf("%s: %v, %x", text, err, der)
		}
	}
}

func TestParseSubjectErrors(t *testing.T) {
	cases := []struct{ text, wrong string }{
		{"", "the subject is empty"},
		{" \n", "the subject is empty"},
		{"CN=", "subject: CN is empty"},
		{"CN=a,", `subject: "" has no =`},
		{"CN=a,,C=DE", `subject: unknown attribute ",C": there are`},
		{"CN=a,b", `subject: "b" has no =`},
		{"XX=a", `subject: unknown attribute "XX": there are`},
		{"1.2.3=a", `subject: unknown attribute "1.2.3": there are`},
		{`CN="Acme"`, `subject: CN: write \" for "`},
		{"CN=a;C=DE", `subject: CN: write \; for ;`},
		{`CN=a\`, "subject: CN: a backslash at the end"},
		{`CN=a\q`, `subject: CN: \q means nothing`},
		{`CN=a\qq`, `subject: CN: \"qq" means nothing`},
		{`CN=a\FF`, "subject: CN isn't UTF-8"},
		{"C=de", `subject: the country "de" isn't a code of two capital letters`},
		{"C=DEU", "subject: C has 3 characters; at most 2 are allowed"},
		{"CN=" + strings.Repeat("x", 65), "subject: CN has 65 characters; at most 64 are allowed"},
		{"CN=a\x00b", "subject: CN has a control character"},
		{`CN=a\0Ab`, "subject: CN has a control character"},
		{"E=ü@example.org", "subject: emailAddress must be ASCII"},
		{strings.Repeat("x", 4097), "the subject is longer than 4096 bytes"},
		{strings.Repeat("OU=a,", 70) + "CN=b", "subject: more than 64 parts"},
	}
	for _, c := range cases {
		if der, err := cert.ParseSubject(c.text); err == nil || !strings.HasPrefix(err.Error(), c.wrong) {
			t.Errorf("%.60s: %v, %x", c.text, err, der)
		}
	}
}

func FuzzParseSubject(f *testing.F) {
	for _, seed := range []string{"Acme", `CN=Acme root,O=Acme\, Inc.,C=DE`, "/C=DE/O=x+OU=y/CN=z", `CN=\C3\A9`, `CN=\ `, "CN=a;", "=", "/=", "\\", "E=a@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		der, err := cert.ParseSubject(text)
		if err != nil {
			return
		}
		// What the standard library writes for the name is read as the same name (it writes IA5 values in a form that isn't taken).
		written := readable(t, der)
		if again, err := cert.ParseSubject(written); !strings.Contains(written, "=#") && (err != nil || !bytes.Equal(again, der)) {
			t.Errorf("%q is %s, and that is %x, not %x (%v)", text, written, again, der, err)
		}
	})
}
