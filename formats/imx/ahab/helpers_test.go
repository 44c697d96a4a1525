package ahab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// sample is a file of testdata/imx/ahab.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "imx", "ahab", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// ecKey is the key of that number: the same each time.
func ecKey(t testing.TB, curve elliptic.Curve, n byte) crypto.Signer {
	t.Helper()
	secret := make([]byte, (curve.Params().BitSize+7)/8)
	secret[len(secret)-1] = n + 2
	key, err := ecdsa.ParseRawPrivateKey(curve, secret)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tableOf is an SRK table of four of our keys.
func tableOf(t testing.TB, kind srk.Kind, curve elliptic.Curve, hash crypto.Hash) []byte {
	t.Helper()
	var entries []srk.Entry
	for n := range byte(4) {
		entries = append(entries, srk.Entry{Key: ecKey(t, curve, n).Public(), Hash: hash})
	}
	table, err := srk.New(kind, entries)
	if err != nil {
		t.Fatal(err)
	}
	return table.Raw
}

// options are a File option and pairs of others.
func options(table []byte, pairs ...string) (v formats.Values) {
	if table != nil {
		v.SetBytes(optionTable, table)
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// signed signs data and lays the edits over it.
func signed(data []byte, key crypto.Signer, force bool, v formats.Values) ([]byte, *formats.Result, error) {
	result, err := Format{}.Sign(context.Background(), patch.Bytes(data), formats.Request{Key: key, Rand: zeros{}, Force: force, Options: v})
	if err != nil {
		return nil, nil, err
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		return nil, nil, err
	}
	out := make([]byte, view.Size())
	_, err = io.ReadFull(io.NewSectionReader(view, 0, view.Size()), out)
	return out, result, err
}

func mustSign(t testing.TB, data []byte, key crypto.Signer, v formats.Values) []byte {
	t.Helper()
	out, _, err := signed(data, key, true, v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// zeros is randomness that is none.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// verified are the signatures, and the first error among them.
func verified(data []byte, v formats.Values, public ...crypto.PublicKey) ([]formats.Signature, error) {
	found, err := Format{}.Verify(context.Background(), patch.Bytes(data), formats.Keys{Options: v, Public: public})
	for _, s := range found {
		if err == nil && !s.Aside {
			err = s.Err
		}
	}
	return found, err
}

// copyist is a signer that knows no secret and hands out the signature that somebody else made.
type copyist struct {
	public crypto.PublicKey
	value  []byte // as it stands in the file
}

func (c copyist) Public() crypto.PublicKey { return c.public }

func (c copyist) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	if _, is := c.public.(*ecdsa.PublicKey); !is {
		return c.value, nil
	}
	half := len(c.value) / 2
	return asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(c.value[:half]), new(big.Int).SetBytes(c.value[half:])})
}

var errElsewhere = errors.New("the key is elsewhere")

// at is a copy with bytes put at an offset.
func at(data []byte, offset int, put ...byte) []byte {
	b := bytes.Clone(data)
	copy(b[offset:], put)
	return b
}

// elsewhere is a signer whose key is not here, and that counts how often it is asked.
type elsewhere struct {
	public crypto.PublicKey
	asked  *int
}

func (e elsewhere) Public() crypto.PublicKey { return e.public }

func (e elsewhere) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	*e.asked++
	return nil, errElsewhere
}
