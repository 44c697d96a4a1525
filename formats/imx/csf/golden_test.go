package csf_test

import (
	"bytes"
	"crypto/x509"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats/imx/csf"
)

// sample is the plan of CST's samples: mx6q-rsa2048.csf and mx6q-p256.csf.
func sample(t *testing.T, tr *tree, name string) (*csf.Plan, []*x509.Certificate) {
	image := corpus(t, "mx6q-prep.imx")
	csfk, imgk := tr.cert(t, "CSF1_1_"+name+"_v3_usr"), tr.cert(t, "IMG1_1_"+name+"_v3_usr")
	return &csf.Plan{Version: 0x43, Engine: csf.Engine{ID: csf.EngineCAAM}, Steps: []csf.Step{
		csf.InstallSRK{Table: corpus(t, tr.folder+"/crts/SRK_1_2_3_4_table.bin")},
		csf.InstallCSFK{Cert: csfk},
		csf.AuthenticateCSF{},
		csf.InstallKey{Cert: imgk, Target: 2},
		csf.AuthenticateData{Key: 2, Blocks: []csf.Block{block(0x177ff400, image[:0x86c00])}},
	}}, []*x509.Certificate{csfk, imgk}
}

// CST's own bytes, of version 3.4.1 and of 4.0.1.
func TestGoldenRSA(t *testing.T) {
	for _, golden := range []string{"mx6q-rsa2048.cst3.csf.bin", "mx6q-rsa2048.cst4.csf.bin"} {
		want := corpus(t, golden)
		tr := &tree{folder: "pki-rsa2048"}
		plan, _ := sample(t, tr, "sha256_2048_65537")
		plan.Time = signedAt(t, parse(t, want))
		got, err := plan.Sign(t.Context(), tr.key)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: other bytes than CST's", golden)
		}
		if size, err := plan.Size(); err != nil || size != len(want) {
			t.Errorf("%s: foretold %d bytes, not %d: %v", golden, size, len(want), err)
		}
	}
}

var update = flag.Bool("update", false, "write the goldens of testdata/imx/csf anew")

// goldens are trials whose CSF, made by CST, stands in testdata/imx/csf.
var goldens = []string{"caam", "nocak", "features", "engines"}

func goldenFile(name string) string {
	return filepath.Join("..", "..", "..", "testdata", "imx", "csf", name+".csf.bin")
}

func golden(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(goldenFile(name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoldens(t *testing.T) {
	f := newForest(t)
	for _, trial := range trials() {
		for _, name := range goldens {
			if name != trial.name {
				continue
			}
			want := golden(t, name)
			plan := trial.plan(f)
			plan.Time = signedAt(t, parse(t, want))
			if got, err := plan.Sign(t.Context(), f.key); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: other bytes than CST's (%v)", name, err)
			}
		}
	}
}
