package srk

import (
	"bytes"
	"crypto"
	"testing"
)

// FuzzTable: whatever the bytes, what is read as tables is the bytes it was read from, has a hash, and its keys are found in it.
func FuzzTable(f *testing.F) {
	for _, name := range []string{"hab-p521.table", "hab-p521-short.table", "ahab-p521.table", "ahab-pss2048.table", "v2-p521.array", "v2-pss2048.array"} {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tables, err := ParseFile(data)
		if err != nil {
			return
		}
		for _, table := range tables {
			if !bytes.Contains(data, table.Raw) || len(table.Fuses(crypto.SHA256)) != 32 {
				t.Error("not its bytes")
			}
			table.Notes()
			again := table.Raw[:headSize:headSize]
			for n, r := range table.Records {
				again = append(again, r.Raw...)
				if r.Key != nil && (table.Index(r.Key) < 0 || table.Index(r.Key) > n) {
					t.Errorf("key %d is not found", n)
				}
			}
			if !bytes.Equal(again, table.Raw) {
				t.Error("the records are not the table")
			}
		}
	})
}

// FuzzReadBack: whatever the bytes, as many words as the processor has, or an error.
func FuzzReadBack(f *testing.F) {
	soc, _ := SoCOf("imx8m")
	f.Add([]byte(printedBy(soc, make([]uint32, 8))))
	f.Add([]byte("SRK HASH[0] = 0x67633032"))
	f.Add(make([]byte, 128))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, soc := range []SoC{soc, Plain(crypto.SHA256), {Hash: crypto.SHA256, Bits: 8, Fuses: row(3, 0, 32)}} {
			if words, err := ReadBack(data, soc); err == nil && len(words) != len(soc.Fuses) {
				t.Errorf("%d words", len(words))
			}
		}
	})
}
