package hab

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// pair is a key with its certificate.
type pair struct {
	key  crypto.Signer
	cert *x509.Certificate
}

// inTree reads a key and its certificate of one of the sample trees: "rsa2048", "IMG1_1".
func inTree(t testing.TB, tree, name string) pair {
	t.Helper()
	rest := map[string]string{"rsa2048": "_sha256_2048_65537_v3_", "p256": "_sha256_prime256v1_v3_"}[tree]
	if rest += "usr"; name[:3] == "SRK" {
		rest = rest[:len(rest)-3] + "ca"
	}
	block, _ := pem.Decode(golden(t, "hab/pki-"+tree+"/crts/"+name+rest+"_crt.pem"))
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(golden(t, "hab/pki-"+tree+"/keys/"+name+rest+"_key.pem"), func() (*secret.Bytes, error) { return secret.From([]byte("test")), nil })
	if err != nil {
		t.Fatal(err)
	}
	return pair{key.Signer, cert}
}

// table is the SRK table of one of the sample trees.
func table4(t testing.TB, tree string) []byte {
	return golden(t, "hab/pki-"+tree+"/crts/SRK_1_2_3_4_table.bin")
}

// asked is a request to sign with the keys of a sample tree.
func request(t testing.TB, tree string) formats.Request {
	return requestOf(table4(t, tree), inTree(t, tree, "IMG1_1"), inTree(t, tree, "CSF1_1"))
}

// requestOf is a request to sign with these keys; without a CSF key, by the SRK alone.
func requestOf(table []byte, image pair, csfs ...pair) formats.Request {
	r := formats.Request{Key: image.key, Chain: []*x509.Certificate{image.cert}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	r.Options.SetBytes(optionTable, table)
	for _, p := range csfs {
		r.Options.AddKey(optionCSFKey, p.key)
		r.Options.AddChain(optionCSFCert, []*x509.Certificate{p.cert})
	}
	return r
}

// signed signs, or ends the test.
func signed(t testing.TB, data []byte, r formats.Request) []byte {
	t.Helper()
	out, err := trySign(t, data, r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func trySign(t testing.TB, data []byte, r formats.Request) ([]byte, error) {
	result, err := Format{}.Sign(t.Context(), patch.Bytes(data), r)
	if err != nil {
		return nil, err
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		t.Fatalf("the edits don't fit: %v", err)
	}
	out, err := io.ReadAll(io.NewSectionReader(view, 0, view.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return out, nil
}

// accepted fails the test unless each signature verifies under the table's fuses; it returns how many there are.
func accepted(t testing.TB, data, table []byte) int {
	t.Helper()
	found, err := judged(data, optionTable, table)
	if err != nil {
		t.Errorf("not accepted: %v", err)
	}
	return len(found)
}

// csfOf is the CSF of a stage.
func csfOf(t testing.TB, data []byte, stage int) ([]byte, *csf.CSF) {
	t.Helper()
	found, err := boot.Find(patch.Bytes(data))
	if err != nil || len(found) <= stage {
		t.Fatalf("%d stages, %v", len(found), err)
	}
	at, ok := found[stage].CSFOffset()
	if !ok {
		t.Fatal("no CSF")
	}
	c, err := csf.Parse(data[at:min(len(data), int(at)+csf.MaxSize)])
	if err != nil {
		t.Fatal(err)
	}
	return c.Raw, c
}

// signedAt is when the CSF says it was signed.
func signedAt(t testing.TB, c *csf.CSF) time.Time {
	t.Helper()
	for _, s := range c.Segments {
		if s.Tag == csf.TagSignature {
			m, err := s.Message()
			if err != nil {
				t.Fatal(err)
			}
			return m.Time
		}
	}
	t.Fatal("no signature")
	return time.Time{}
}

// differ names the first bytes that are not the same.
func differ(t *testing.T, what string, got, want []byte) {
	t.Helper()
	if bytes.Equal(got, want) {
		return
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("%s: byte 0x%x is %02x, want %02x; %d bytes, want %d", what, i, got[i], want[i], len(got), len(want))
			return
		}
	}
	t.Errorf("%s: %d bytes, want %d", what, len(got), len(want))
}

// isNamed tells whether an error has this name and this kind.
func isNamed(err error, id string, kind error) bool {
	return issue.ID(err) == id && errors.Is(err, kind)
}
