package ahab

import (
	"context"
	"crypto"
	"crypto/elliptic"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// tabled is the format with an SRK table given, which the suite can't.
type tabled struct {
	Format
	table []byte
}

func (f tabled) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	req.Options.SetBytes(optionTable, f.table)
	return f.Format.Sign(ctx, src, req)
}

func suite(t testing.TB) formatstest.Suite {
	return formatstest.Suite{
		Format:  tabled{table: tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)},
		Folder:  "imx/ahab",
		Samples: []string{"imx/ahab/tiny.bin", "imx/ahab/one.bin", "imx/ahab/two.bin"},
		Signer:  formatstest.Signer{Key: ecKey(t, elliptic.P256(), 0)},
		Other:   formatstest.Signer{Key: ecKey(t, elliptic.P256(), 3)},
		Force:   true,
		Uncovered: func(_ string, data []byte) []formatstest.Range { // the room between the container and its image
			c, err := find(patch.Bytes(data))
			if err != nil {
				t.Fatal(err)
			}
			return []formatstest.Range{{From: c[0].length, To: int(c[0].images[0].offset)}}
		},
	}
}

func TestSuite(t *testing.T) {
	formatstest.Run(t, suite(t))
}
