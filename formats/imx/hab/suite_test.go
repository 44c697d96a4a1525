package hab

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/formats/imx/srk"
	"sigtool/internal/keytest"
)

const samples = "../../../testdata/imx/hab/"

// sample is a file of testdata/imx/hab.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(samples + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// ours is a key of testdata/keys with a certificate of testdata/imx/hab.
func ours(t testing.TB, key, name string) pair {
	t.Helper()
	block, _ := pem.Decode(sample(t, name+".crt"))
	if block == nil {
		t.Fatalf("%s is not PEM", name)
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return pair{keytest.Key(t, key), cert}
}

// given is the format with the options that are no text.
type given struct {
	Format
	table []byte
	csf   pair
	loose bool // a file that ends in its padding is taken
}

func (g given) Sign(ctx context.Context, src formats.Source, r formats.Request) (*formats.Result, error) {
	r.Options.SetBytes(optionTable, g.table)
	r.Options.AddKey(optionCSFKey, g.csf.key)
	r.Options.AddChain(optionCSFCert, []*x509.Certificate{g.csf.cert})
	return g.Format.Sign(ctx, src, r)
}

func (g given) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	keys.Options.SetBytes(optionTable, g.table)
	found, err := g.Format.Verify(ctx, src, keys)
	for i := range found {
		sig := &found[i]
		if !g.loose && strings.Contains(strings.Join(sig.Notes, " "), "than the file has") { // cut in the padding: it boots, and is told
			sig.Err = errors.Join(sig.Err, formats.ErrMismatch)
		}
	}
	return found, err
}

func suite(t testing.TB, table []byte, csfKey, image, other pair, files ...string) formatstest.Suite {
	return formatstest.Suite{
		Format:  given{table: table, csf: csfKey},
		Samples: files,
		Folder:  "imx/hab",
		Signer:  formatstest.Signer{Key: image.key, Chain: []*x509.Certificate{image.cert}},
		Other:   formatstest.Signer{Key: other.key, Chain: []*x509.Certificate{other.cert}},
		Force:   true,
		// Behind the CSF there are zeros up to where the image ends; the boot ROM has no use for them.
		Uncovered: func(_ string, data []byte) []formatstest.Range {
			_, c := csfOf(t, data, 0)
			return []formatstest.Range{{From: 0x100 + c.End, To: len(data)}}
		},
	}
}

func rsaSuite(t testing.TB) formatstest.Suite {
	// The shortest keys, for the SRK checks two certificates each time; testdata's is of 4096 bits.
	srks := issueCert(t, "rsa2048", "SRK1", true, nil)
	table, err := srk.New(srk.HAB, []srk.Entry{{Key: srks.key.Public(), CA: true}})
	if err != nil {
		t.Fatal(err)
	}
	by := func(key, name string) pair {
		who := issueCert(t, key, name, false, srks)
		return pair{who.key, who.cert}
	}
	return suite(t, table.Raw, by("rsa3072", "CSF1"), by("rsa2048", "IMG1"), by("p256", "IMG2"),
		"imx/hab/small.imx", "imx/hab/inside-v1.bin", "imx/hab/outside-v2.bin", "imx/hab/u-boot-ivt.img")
}

func TestSuite(t *testing.T) {
	rsa := rsaSuite(t)
	curves := suite(t, sample(t, "ca.table"), ours(t, "rsa2048", "csf-mixed"), ours(t, "p256", "img-p256"), ours(t, "p384", "img-p384"), "imx/hab/small.imx")
	t.Run("RSA", func(t *testing.T) { t.Parallel(); formatstest.Run(t, rsa) })
	t.Run("ECDSA", func(t *testing.T) { t.Parallel(); formatstest.Run(t, curves) })
}

// FuzzSign: whatever is signed is accepted, and nothing panics.
func FuzzSign(f *testing.F) {
	s := rsaSuite(f)
	g := s.Format.(given)
	g.loose = true
	s.Format, s.Samples = g, nil // formatstest looks for them from another folder
	var seeds [][]byte
	for _, name := range []string{"small.imx", "inside-v1.bin", "outside-v2.bin", "u-boot-ivt.img"} {
		data := sample(f, name)
		seeds = append(seeds, data, signed(f, data, by(f)))
	}
	formatstest.Fuzz(f, s, seeds...)
}
