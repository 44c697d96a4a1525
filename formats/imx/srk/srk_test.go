package srk

import (
	"crypto"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
)

func TestQuick(t *testing.T) {
	names, _ := filepath.Glob("../../../../shared/data/imx/*/*.tbl")
	more, _ := filepath.Glob("../../../../shared/data/imx/hab/*/crts/*table.bin")
	for _, n := range append(names, more...) {
		data, _ := os.ReadFile(n)
		tb, err := Parse(data)
		if err != nil {
			t.Error(n, err)
			continue
		}
		t.Log(n, len(tb.Records), tb.Records[0].Alg, tb.Records[0].CA, hex.EncodeToString(tb.Fuses(crypto.SHA256)), tb.Notes())
	}
}
