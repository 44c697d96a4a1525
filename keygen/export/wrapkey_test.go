package export

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

func TestReadWrapRSA(t *testing.T) {
	t.Parallel()
	want := signerOf(t, keygen.RSA3072).Public().(*rsa.PublicKey)
	block, _ := pem.Decode(wrapFile(t, keygen.RSA3072))
	pkcs1 := x509.MarshalPKCS1PublicKey(want)
	for name, data := range map[string][]byte{
		"PEM":          wrapFile(t, keygen.RSA3072),
		"PEM, CRLF":    bytes.ReplaceAll(wrapFile(t, keygen.RSA3072), []byte("\n"), []byte("\r\n")),
		"DER":          block.Bytes,
		"PKCS#1":       pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1}),
		"PKCS#1 DER":   pkcs1,
		"Base64":       []byte(base64.StdEncoding.EncodeToString(block.Bytes) + "\n"),
		"Base64 lines": bytes.Join(bytes.Split(wrapFile(t, keygen.RSA3072), []byte("\n"))[1:9], []byte("\n")),
	} {
		got, err := readWrapRSA(data, "fetch it again", 2048, 3072)
		if name == "Base64 lines" { // cut off
			if err == nil {
				t.Error("half a key is read")
			}
			continue
		}
		if err != nil || !want.Equal(got) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func testdataFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWrongWrapKeys(t *testing.T) {
	t.Parallel()
	short := rsaDER(t, new(big.Int).SetBit(big.NewInt(1), 1023, 1), big.NewInt(65537))
	bigN := signerOf(t, keygen.RSA2048).Public().(*rsa.PublicKey).N
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a certificate", testdataFile(t, "rsa3072.crt"), "it is a certificate"},
		{"a private key", testdataFile(t, "rsa3072.pem"), "it is a private key"},
		{"a P-256 key", testdataFile(t, "p256.pub"), "it is p256"},
		{"an Ed25519 key", testdataFile(t, "ed25519.pub"), "it is ed25519"},
		{"a secp256k1 certificate", testdataFile(t, "secp256k1.crt"), "it is secp256k1"},
		{"an ML-DSA key", testdataFile(t, "mldsa65.pub"), "it is mldsa65"},
		{"RSA-1024", short, "it is RSA of 1024 bits, not of 3072 or 4096"},
		{"RSA-2048", testdataFile(t, "rsa2048.pub"), "it is RSA of 2048 bits, not of 3072 or 4096"},
		{"an even exponent", rsaDER(t, bigN, big.NewInt(65536)), "positive and odd"},
		{"an even modulus", rsaDER(t, new(big.Int).SetBit(bigN, 0, 0), big.NewInt(65537)), "positive and odd"},
		{"an exponent of 1", rsaDER(t, bigN, big.NewInt(1)), "positive and odd"},
		{"a huge exponent", rsaDER(t, bigN, new(big.Int).Lsh(big.NewInt(1), 200)), "exponent"},
		{"nothing", nil, "empty"},
		{"AWS's JSON", []byte(`{"ImportToken":"", "PublicKey":""}`), "`aws kms get-parameters-for-import`"},
		{"GCP's JSON", []byte(`{"importMethod":""}`), "`gcloud kms import-jobs describe`"},
		{"Azure's JSON", []byte(`{"key":{}}`), "`az keyvault key show`"},
		{"Vault's JSON", []byte(`{"lease_id":""}`), "`vault read`"},
		{"some JSON", []byte(`{"a":1}`), "another kind"},
		{"broken JSON", []byte(`{"a":`), "JSON"},
		{"noise", []byte("hello"), "neither PEM nor DER"},
	} {
		_, err := readWrapRSA(c.data, "fetch it again", 3072, 4096)
		if err == nil || !strings.Contains(err.Error(), c.want) || issue.ID(err) != "wrapping-key" || issue.Hint(err) == "" {
			t.Errorf("%s: %v (hint %q)", c.name, err, issue.Hint(err))
		}
	}
	if _, err := readWrapRSA(testdataFile(t, "rsa2048.pub"), ""); err != nil {
		t.Errorf("2048 bits where no size is named: %v", err)
	}
	damaged := new(big.Int).Sub(bigN, new(big.Int).Mod(bigN, big.NewInt(2*751))) // bigN is odd
	for name, data := range map[string][]byte{
		"it is a private key":            append(testdataFile(t, "rsa2048.pub"), testdataFile(t, "rsa2048.pem")...),
		"its modulus has a small factor": rsaDER(t, damaged.Add(damaged, big.NewInt(751)), big.NewInt(65537)),
		"two public keys":                append(testdataFile(t, "rsa2048.pub"), testdataFile(t, "rsa3072.pub")...),
	} {
		if _, err := readWrapRSA(data, "fetch it again"); issue.ID(err) != "wrapping-key" || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, not %q", err, name)
		}
	}
	if _, err := readWrapRSA(short, ""); err == nil || !strings.Contains(err.Error(), "2048 or more") {
		t.Errorf("1024 bits where no size is named: %v", err)
	}
}

// rsaDER writes a PKCS#1 public key of any numbers.
func rsaDER(t testing.TB, n, e *big.Int) []byte {
	t.Helper()
	der, err := asn1.Marshal(struct{ N, E *big.Int }{n, e})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// FuzzWrapFile: whatever file is named as a wrapping key, it is refused with the name of an error, or is an RSA key whose size the target has.
func FuzzWrapFile(f *testing.F) {
	f.Add(wrapFile(f, keygen.RSA4096))
	f.Add(testdataFile(f, "rsa3072.crt"))
	f.Add(kekJSON(f, nil))
	f.Add(awsJSON(f, `"2026-11-23T12:00:00Z"`))
	f.Add(jobJSON(f, "RSA_OAEP_3072_SHA256_AES_256", "ACTIVE", "2026-11-23T12:00:00Z", "HSM"))
	f.Add([]byte(`{"data":{"public_key":"-----BEGIN PUBLIC KEY-----"}}`))
	f.Add([]byte("MIIB"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, target := range []*Target{azureBYOK, awsKMS, gcpKMS, vault} {
			s := settingsFor(Values{"kid": {testKID}})
			if s.Wrap = data; data == nil {
				s.Wrap = []byte{}
			}
			way, err := target.Prepare(s)
			switch {
			case err != nil && issue.ID(err) == "" && !errors.Is(err, ErrOption):
				t.Errorf("%s: an error without a name: %v", target.Name, err)
			case err == nil && (way.WrappingAlg < "rsa2048" || len(way.WrappingAlg) != 7 || way.Wrapping == ""):
				t.Errorf("%s: wraps to %q %q", target.Name, way.WrappingAlg, way.Wrapping)
			}
		}
	})
}
