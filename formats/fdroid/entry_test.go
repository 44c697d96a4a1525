package fdroid

import (
	"errors"
	"os"
	"strings"
	"testing"

	"sigtool/formats"
)

const sum = `"sha256":"16ed456ef40c2b6505ec77f4fbdd20516033ccd678a528e658636d0b20718186"`

func TestParseEntry(t *testing.T) {
	good := `{"timestamp":1,"version":2,"index":{"name":"/index-v2.json",` + sum + `,"size":3,"numPackages":0},"diffs":{"1":{"name":"/diff/1.json",` + sum + `,"size":3}},"more":[]}`
	e, err := parseEntry([]byte(good))
	if err != nil || e.index.name != "index-v2.json" || e.index.size != 3 || len(e.index.sha256) != 32 || len(e.diffs) != 1 {
		t.Fatalf("%+v, %v", e, err)
	}
	for _, row := range [][2]string{
		{`"timestamp":1,`, ``}, {`"timestamp":1`, `"timestamp":null`}, {`"version":2`, `"version":"2"`}, {`"version":2`, `"Version":2`},
		{`"timestamp":1`, `"timestamp":1,"timestamp":1`}, {`"index"`, `"index":{},"index"`}, {`"name":"/index-v2.json"`, `"name":"/index-v2.json","name":"/x"`},
		{`/index-v2.json`, `/`}, {`/index-v2.json`, ``}, {`/index-v2.json`, `/../x`}, {`/index-v2.json`, `/..`}, {`/index-v2.json`, `//x`}, {`/index-v2.json`, `a/b`},
		{`/index-v2.json`, `a\\b`}, {`/index-v2.json`, `a\u0000`}, {`/index-v2.json`, `c:x`}, {`/index-v2.json`, strings.Repeat("x", 256)},
		{`/diff/1.json`, `/1.json`}, {`/diff/1.json`, `/diff/../x`}, {`/diff/1.json`, `/diff/`}, {`"16ed`, `"zzed`}, {`"16ed`, `"`}, {`"size":3`, `"size":-3`}, {`"size":3`, `"size":3.5`},
		{`"more":[]}`, `"more":[]} {}`}, {`"more":[]}`, `"more":[]`}, {`"more"`, "\"\xff\""}, {`"index":{`, `"index":[{`},
	} {
		text := strings.Replace(good, row[0], row[1], 1)
		if _, err := parseEntry([]byte(text)); text == good || !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s in place of %s: %v", row[1], row[0], err)
		}
	}
}

// FuzzEntry: whatever an entry.json says, the name of its index is one of a file beside it.
func FuzzEntry(f *testing.F) {
	data, err := os.ReadFile("../../testdata/fdroid/entry.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"timestamp":1,"version":2,"index":{"name":"/index-v2.json",` + sum + `,"size":3},"diffs":{"1":{"name":"/diff/1.json",` + sum + `,"size":3}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := parseEntry(data)
		if err != nil {
			if !errors.Is(err, formats.ErrFormat) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		if e.index.size < 0 || strings.ContainsAny(e.index.name, "/\\\x00:") || strings.Trim(e.index.name, ".") == "" && len(e.index.name) < 3 {
			t.Errorf("%q, %d bytes", e.index.name, e.index.size)
		}
	})
}
