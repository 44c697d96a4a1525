// Package formatstest is what every format must stand: one suite that holds its promises to the bytes.
package formatstest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

// Testdata is the folder of the samples. A test runs in its package's folder, somewhere below the module's.
func Testdata(t testing.TB) string {
	t.Helper()
	for root := ".."; ; root = filepath.Join("..", root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			return filepath.Join(root, "testdata")
		}
		if full, err := filepath.Abs(root); err != nil || full == filepath.Dir(full) {
			t.Fatalf("no module stands above this folder: %v", err)
		}
	}
}

// Suite is a format and what it is tried on.
type Suite struct {
	Format  formats.Format
	Samples []string          // files below testdata that are not signed; the first is small: each of its bytes is changed
	Folder  string            // below testdata, where the format's files are; "" for the one that has its name
	Foreign []string          // further files, whole, that the format must not know
	Signer  Signer            // signs
	Other   Signer            // does not
	Options map[string]string // given to Sign and Verify

	Named bool // the format is never detected, only asked for by name
	Adds  bool // signing again adds a signature; otherwise it replaces the one there was
	Force bool // given to Sign
	// Uncovered gives the ranges of a signed file whose change is not noticed, and rightly so; part is "" for the file
	// itself and a suffix for a sidecar. Nil: there are none.
	Uncovered func(part string, data []byte) []Range
}

// Range is the bytes from From up to, not including, To.
type Range struct{ From, To int }

// Signer is a key with its certificates.
type Signer struct {
	Key   crypto.Signer
	Chain []*x509.Certificate
}

// Keys are what a signer's signatures are verified with.
func (s Signer) Keys() formats.Keys {
	return formats.Keys{Public: []crypto.PublicKey{s.Key.Public()}, Certs: s.Chain}
}

// LoadSigner reads one of the test keys, such as "rsa2048", with its certificate.
func LoadSigner(t testing.TB, name string) Signer {
	t.Helper()
	return Signer{keytest.Key(t, name), []*x509.Certificate{keytest.Cert(t, name)}}
}

// Read returns a file below testdata.
func Read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Testdata(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Signed is a signed file, with what stands beside it.
type Signed struct {
	Data     []byte
	Sidecars map[string][]byte
}

// Sign signs data and lays the edits over it.
func (s Suite) Sign(data []byte, by Signer) (Signed, error) {
	result, err := s.Format.Sign(context.Background(), patch.Bytes(data), s.request(by))
	if err != nil {
		return Signed{}, err
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		return Signed{}, fmt.Errorf("the edits don't fit: %v", err)
	}
	out := make([]byte, view.Size())
	if n, err := view.ReadAt(out, 0); n < len(out) {
		return Signed{}, fmt.Errorf("reading the view: %v", err)
	}
	return Signed{out, sidecars(result)}, nil
}

func (s Suite) request(by Signer) formats.Request {
	return formats.Request{Key: by.Key, Chain: by.Chain, Time: testTime, Rand: steady{}, Force: s.Force, Options: s.values()}
}

// steady is randomness that is always the same.
type steady struct{}

func (steady) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i*7 + 1)
	}
	return len(p), nil
}

func (s Suite) values() (v formats.Values) {
	for name, value := range s.Options {
		v.Set(name, value)
	}
	return v
}

func sidecars(result *formats.Result) map[string][]byte {
	all := map[string][]byte{}
	for _, sidecar := range result.Sidecars {
		all[sidecar.Suffix] = sidecar.Data
	}
	return all
}

// Verify is nil when there are signatures and each of them matches.
func (s Suite) Verify(file Signed, keys formats.Keys) error {
	_, err := s.verify(patch.Bytes(file.Data), file.Sidecars, keys)
	return err
}

func (s Suite) verify(src formats.Source, sidecars map[string][]byte, keys formats.Keys) ([]formats.Signature, error) {
	keys.Options = s.values()
	keys.Sidecar = func(suffix, _ string, limit int64) ([]byte, error) {
		if data := sidecars[suffix]; int64(len(data)) <= limit {
			return data, nil
		}
		return nil, errors.New("the sidecar is too large")
	}
	found, err := s.Format.Verify(context.Background(), src, keys)
	if err != nil {
		return found, err
	}
	if len(found) == 0 {
		return nil, errors.New("neither a signature nor an error")
	}
	for _, sig := range found {
		if sig.Err == nil && (sig.Key == nil || sig.Alg == "" || sig.Scheme == "" || sig.Covers == "") {
			err = errors.Join(err, fmt.Errorf("a good signature without key, algorithm, scheme or cover: %+v", sig))
		}
		err = errors.Join(err, sig.Err)
	}
	return found, err
}

// mustSign signs a sample or ends the test.
func (s Suite) mustSign(t *testing.T, data []byte, by Signer) Signed {
	t.Helper()
	file, err := s.Sign(data, by)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func equal(a, b Signed) bool {
	if !bytes.Equal(a.Data, b.Data) || len(a.Sidecars) != len(b.Sidecars) {
		return false
	}
	for suffix := range a.Sidecars {
		if !bytes.Equal(a.Sidecars[suffix], b.Sidecars[suffix]) {
			return false
		}
	}
	return true
}
