package srk

import (
	"bytes"
	"reflect"
	"testing"
)

// Read gives what Parse gives of all that Parse takes; beyond that it names what Parse refuses, and finds no key where there is none.
func TestRead(t *testing.T) {
	for _, name := range []string{"ahab-p521.table", "ahab-pss2048.table", "v2-p521.array", "v2-pss2048.array"} {
		tables, err := ParseFile(sample(t, name))
		if err != nil {
			t.Fatal(err)
		}
		read, err := Read(append(bytes.Clone(tables[0].Raw), 1, 2, 3), tables[0].Kind)
		if err != nil || !reflect.DeepEqual(read, tables[0]) {
			t.Errorf("%s: %v, read otherwise", name, err)
		}
		for n := range tables[0].Raw {
			if _, err := Read(tables[0].Raw[:n], tables[0].Kind); err == nil {
				t.Errorf("%s: %d bytes of it are taken for a table", name, n)
			}
		}
	}
	raw := sample(t, "ahab-p521.table")
	for offset, row := range map[int]struct {
		put byte
		alg string
		key bool
	}{
		3:          {0x28, "unknown (algorithm 0x28, size 0x03)", false},
		5:          {9, "unknown (algorithm 0x27, size 0x09)", false},
		recordHead: {0xff, "p521", false}, // no point of the curve
		7:          {0x80, "p521", true},
	} {
		changed := bytes.Clone(raw)
		changed[headSize+offset] = row.put
		table, err := Read(changed, AHAB)
		if err != nil {
			t.Fatal(err)
		}
		if r := table.Records[0]; r.Alg != row.alg || (r.Key != nil) != row.key || (r.SignatureSize() == 132) != (row.alg == "p521") {
			t.Errorf("byte %d: %s, key %v, %d", offset, r.Alg, r.Key, r.SignatureSize())
		}
	}
}
