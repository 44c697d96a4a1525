package ahab

import (
	"context"
	"crypto"
	"crypto/elliptic"
	"testing"

	"sigtool/formats/formatstest"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// FuzzContainer: nothing that a file says makes anybody panic, and what is signed is accepted.
func FuzzContainer(f *testing.F) {
	var more [][]byte
	for _, name := range []string{"tiny.bin", "one.bin", "two.bin", "cst3-p256.bin", "cst4-p384.bin", "cst3-sgk.bin", "cst3-rsa2048.bin"} {
		more = append(more, sample(f, name))
	}
	s := suite(f)
	s.Samples = nil
	v2 := at(more[0], 0, 2)
	more = append(more, v2)
	describe := func(data []byte) { Format{}.Describe(context.Background(), patch.Bytes(data)) }
	for _, data := range more {
		describe(data)
	}
	formatstest.Fuzz(f, s, more...)
}

// FuzzTables: the file with SRK tables.
func FuzzTables(f *testing.F) {
	f.Add(sample(f, "srk_p256.tbl"))
	f.Add(sample(f, "srk_rsa2048.tbl"))
	one := tableOf(f, srk.AHABv2, elliptic.P384(), crypto.SHA384)
	f.Add(array(one))
	f.Fuzz(func(t *testing.T, data []byte) {
		tables, err := readTables(data)
		if err == nil && (len(tables) == 0 || len(tables) > 2) {
			t.Errorf("%d tables", len(tables))
		}
	})
}
