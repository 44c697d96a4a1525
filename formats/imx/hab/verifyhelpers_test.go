package hab

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// golden is a file of NXP's tools: $SIGTOOL_CORPUS/imx, or shared/data/imx beside the module. Without the folder the test is skipped, and
// fails where CI=true.
func golden(t testing.TB, name string) []byte {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "data")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = data
	}
	b, err := os.ReadFile(filepath.Join(folder, "imx", name))
	if err != nil {
		oracle.Missing(t, "the i.MX goldens (shared/data/imx beside the module, or $SIGTOOL_CORPUS/imx)")
	}
	return b
}

// judged returns a file's signatures and the first error of them. Options are given as NAME, VALUE, …
func judged(data []byte, pairs ...any) ([]formats.Signature, error) {
	var keys formats.Keys
	for i := 0; i < len(pairs); i += 2 {
		keys.Options.SetBytes(pairs[i].(string), pairs[i+1].([]byte))
	}
	found, err := Format{}.Verify(context.Background(), patch.Bytes(data), keys)
	for _, s := range found {
		if err == nil {
			err = s.Err
		}
	}
	return found, err
}
