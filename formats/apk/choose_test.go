package apk

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/apk/axml"
	"sigtool/internal/patch"
)

// Each scheme is made that some Android of the range looks for, unless the options say otherwise.
func TestSchemesFor(t *testing.T) {
	for _, row := range []struct {
		min, max int
		options  string
		want     string // schemes; or what the error says
		missing  bool   // a note says who can't install it
	}{
		{21, noLimit, "", "1234", false}, {24, noLimit, "", "234", false}, {28, noLimit, "", "234", false}, {9, 23, "", "1", false}, {9, 27, "", "12", false}, {24, 29, "", "23", false},
		{21, noLimit, "v1=false", "234", true}, {24, noLimit, "v1=true v4=false", "123", false}, {24, noLimit, "v2=false", "34", true}, {28, noLimit, "v2=false v4=false", "3", false},
		{24, noLimit, "v1=true v2=false v3=false", "1", false}, {24, noLimit, "v2=false v3=false", "no scheme", false}, {9, 23, "v4=true", "v4 builds on", false},
	} {
		var v formats.Values
		for _, option := range strings.Fields(row.options) {
			name, value, _ := strings.Cut(option, "=")
			v.Set(name, value)
		}
		s, err := schemesFor(v, sdkRange{row.min, row.max})
		got := ""
		for i, made := range []bool{s.v1, s.v2, s.v3, s.v4} {
			if made {
				got += string(rune('1' + i))
			}
		}
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, row.want) || err == nil && got != row.want || err == nil && (s.missing(sdkRange{row.min, row.max}) != "") != row.missing {
			t.Errorf("%+v: %s", row, got)
		}
	}
}

// The range is that of the options, then the manifest's; one that is empty is refused.
func TestRange(t *testing.T) {
	manifest := func() (*axml.Manifest, error) { return &axml.Manifest{MinSDK: 21}, nil }
	var v formats.Values
	if r, err := rangeOf(v, manifest); err != nil || r != (sdkRange{21, noLimit}) {
		t.Error(r, err)
	}
	v.Set(optionMax, "20")
	if _, err := rangeOf(v, manifest); err == nil {
		t.Error("a range from 21 to 20 was taken")
	}
	v.Set(optionMin, "0")
	if r, err := rangeOf(v, nil); err != nil || r != (sdkRange{0, 20}) {
		t.Error(r, err)
	}
}

// A package is known by its manifest wherever the directory names it; a bundle, which has its manifest in a folder, is none.
func TestSniff(t *testing.T) {
	archive := func(comment string, names ...string) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range names {
			file, err := w.CreateHeader(&zip.FileHeader{Name: name})
			if err != nil {
				t.Fatal(err)
			}
			file.Write(bytes.Repeat([]byte("x"), 500))
		}
		w.SetComment(comment)
		w.Close()
		return b.Bytes()
	}
	many := strings.Split(strings.Repeat("assets/file ", 300), " ")[:300]
	for what, row := range map[string]struct {
		data []byte
		want bool
	}{
		"first":                   {archive("", "AndroidManifest.xml", "a"), true},
		"last":                    {archive("", append(many, "AndroidManifest.xml")...), true},
		"comment":                 {archive(strings.Repeat("c", 65535), "AndroidManifest.xml"), true},
		"a bundle":                {archive("", "base/manifest/AndroidManifest.xml", "BundleConfig.pb"), false},
		"a library":               {archive("", "META-INF/MANIFEST.MF", "a.class"), false},
		"text":                    {[]byte("AndroidManifest.xml"), false},
		"an executable before it": {append([]byte("dex\n035\x00"), archive("", "AndroidManifest.xml")...), true}, // for verify to refuse
	} {
		if got := (Format{}).Sniff(patch.Bytes(row.data)); got != row.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
