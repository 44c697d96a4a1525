package optee

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// corpus is a file that OP-TEE's script made or took: $SIGTOOL_CORPUS/optee, or shared/data/optee beside the module. Without the folder the test is
// skipped, and fails where CI=true.
func corpus(t *testing.T, name string) []byte {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "data", "optee")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = filepath.Join(data, "optee")
	}
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		oracle.Missing(t, "the OP-TEE goldens (shared/data/optee beside the module, or $SIGTOOL_CORPUS/optee)")
	}
	return b
}

// corpusKey is a key of the goldens.
func corpusKey(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	block, _ := pem.Decode(corpus(t, name+".pem"))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return key.(*rsa.PrivateKey)
}

// zeros is the randomness of tests.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// options are given as NAME, VALUE, …; a value of bytes is a file's.
func options(pairs ...any) (v formats.Values) {
	for i := 0; i < len(pairs); i += 2 {
		switch value := pairs[i+1].(type) {
		case string:
			v.Set(pairs[i].(string), value)
		case []byte:
			v.SetBytes(pairs[i].(string), value)
		}
	}
	return v
}

func signed(data []byte, key crypto.Signer, force bool, pairs ...any) ([]byte, *formats.Result, error) {
	result, err := Format{}.Sign(context.Background(), patch.Bytes(data), formats.Request{Key: key, Rand: zeros{}, Force: force, Options: options(pairs...)})
	if err != nil {
		return nil, nil, err
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		return nil, nil, err
	}
	out := make([]byte, view.Size())
	return out, result, patch.ReadFull(view, out, 0)
}

func mustSign(t *testing.T, data []byte, key crypto.Signer, pairs ...any) []byte {
	t.Helper()
	out, _, err := signed(data, key, false, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// verified returns the first error of a file's signatures.
func verified(data []byte, key crypto.PublicKey, pairs ...any) ([]formats.Signature, error) {
	keys := formats.Keys{Options: options(pairs...)}
	if key != nil {
		keys.Public = append(keys.Public, key)
	}
	found, err := Format{}.Verify(context.Background(), patch.Bytes(data), keys)
	for _, s := range found {
		if err == nil && !s.Aside {
			err = s.Err
		}
	}
	return found, err
}
