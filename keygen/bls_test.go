package keygen

import (
	"bytes"
	"crypto"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"

	"crypto/x509"

	"sigtool/internal/sigalg"
)

// blsKey makes the key that octez makes of a seed (KeyGen of draft-irtf-cfrg-bls-signature-04 §2.3), which its vectors begin with.
func blsKey(t testing.TB, ikm string) *BLSPrivateKey {
	t.Helper()
	salt := sha256.Sum256([]byte("BLS-SIG-KEYGEN-SALT-"))
	okm, err := hkdf.Key(sha256.New, append(unhex(t, ikm), 0), salt[:], "\x00\x30", 48)
	if err != nil {
		t.Fatal(err)
	}
	scalar := new(big.Int).SetBytes(okm)
	key, err := NewBLSPrivateKey(scalar.Mod(scalar, blsOrder).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var blsOrder, _ = new(big.Int).SetString("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16)

// octez's own vectors for signatures: message, key, signature; and for proofs of possession: key, proof.
func TestBLSVectors(t *testing.T) {
	for i, line := range lines(t, "testdata/octez-bls-aug.txt") {
		key, message := blsKey(t, line[1]), unhex(t, line[0])
		sig, err := key.Sign(nil, message, crypto.Hash(0))
		if err != nil || hex.EncodeToString(sig) != line[2] {
			t.Errorf("vector %d: signature %x, %v", i, sig, err)
		}
		if i < 2 && (!key.pub.VerifyMessage(message, sig) || key.pub.VerifyMessage(message[1:], sig) || key.pub.VerifyPossession(sig)) {
			t.Errorf("vector %d does not verify, or for other things too", i)
		}
	}
	for i, line := range lines(t, "testdata/octez-bls-pop.txt") {
		key := blsKey(t, line[0])
		proof := key.ProvePossession()
		if hex.EncodeToString(proof) != line[1] {
			t.Errorf("proof %d: %x", i, proof)
		}
		if i < 2 && (!key.pub.VerifyPossession(proof) || key.pub.VerifyMessage(key.pub.Bytes(), proof)) {
			t.Errorf("proof %d does not verify, or as a signature too", i)
		}
	}
}

// lines reads a file of vectors, its comments left out.
func lines(t *testing.T, path string) (list [][]string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "#" {
			list = append(list, fields)
		}
	}
	if len(list) < 4 {
		t.Fatalf("%s has %d vectors", path, len(list))
	}
	return list
}

var _ = []any{bytes.Equal, errors.Is, fmt.Sprint, big.NewInt, x509.ParseOID, sigalg.Name}
