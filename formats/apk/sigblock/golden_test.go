package sigblock

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/apktest"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/lp"
	"sigtool/internal/keytest"
)

// keyRing finds the corpus' RSA keys by their certificates.
func keyRing(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "rsa-*.pk8"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d keys, %v", len(files), err)
	}
	ring := map[string]crypto.Signer{}
	for _, name := range files {
		if strings.Contains(name, "16384") {
			continue // to sign with it takes seconds
		}
		key, cert := apktest.Key(t, strings.TrimSuffix(filepath.Base(name), ".pk8"))
		ring[string(cert.Raw)] = key
	}
	return ring
}

// takeApart turns the signers of a value into what they were made from; nil when a key is missing or is not RSA.
func takeApart(t testing.TB, ring map[string]crypto.Signer, scheme Scheme, value []byte) []SignerConfig {
	t.Helper()
	signers, err := Signers(scheme, value, 28, math.MaxInt32)
	if err != nil && scheme == 2 {
		t.Fatal(err)
	}
	var all, list, one lp.Bytes = value, nil, nil
	all.Prefixed(&list)
	var made []SignerConfig
	for _, s := range signers {
		if s.Err != nil || len(s.Certs) == 0 || ring[string(s.Certs[0].Raw)] == nil || !list.Prefixed(&one) {
			return nil
		}
		m := SignerConfig{Key: ring[string(s.Certs[0].Raw)], Chain: s.Certs, Digests: map[content.Algorithm][]byte{}, MinSDK: s.MinSDK, MaxSDK: s.MaxSDK,
			Lineage: s.Lineage, V3Too: slices.Contains(s.Schemes, 3), RotationMinSDK: s.RotationMinSDK, DevRelease: s.DevRelease}
		var signed, digests lp.Bytes
		one.Prefixed(&signed)
		signed.Prefixed(&digests)
		entries, _, err := entries(digests, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range entries {
			kind, known := alg.Content(alg.ID(d.id))
			if !known || alg.ID(d.id) == alg.PSSSHA256 || alg.ID(d.id) == alg.PSSSHA512 {
				return nil
			}
			m.Algs = append(m.Algs, alg.ID(d.id))
			m.Digests[kind] = d.value
		}
		made = append(made, m)
	}
	return made
}

// foreign are the schemes of files that apksigner would not make as they are, and why.
var foreign = map[string]string{
	"original.apk v2":                              android7,
	"v2-only-targetSandboxVersion-3.apk v2":        android7,
	"v2-only-unknown-pair-in-apk-sig-block.apk v2": android7,
	"v2-only-with-rsa-pkcs1-sha256-1024.apk v2":    android7,
	"v2-only-with-rsa-pkcs1-sha512-2048.apk v2":    android7,
	"v2-only-with-rsa-pkcs1-sha512-8192.apk v2":    android7,
	"v2v3-unknown-additional-attr.apk v2":          "an attribute that nobody knows",
	"v2v3-unknown-additional-attr.apk v3":          "an attribute that nobody knows",
	"v3-rsa-2048_2-tgt-dev-release.apk v3":         "a mark that is for v3.1",
}

const android7 = "the signer of Android 7 wrote no empty part behind the attributes"

// What Google's signer made with RSA keys is made again, byte for byte, from the parts that it was made of.
func TestGoldens(t *testing.T) {
	ring := keyRing(t)
	files, err := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "*.apk"))
	if err != nil {
		t.Fatal(err)
	}
	values, blocks := 0, 0
	for _, path := range files {
		name := filepath.Base(path)
		b := blockOf(t, name)
		if b == nil {
			continue
		}
		for id, scheme := range map[uint32]Scheme{V2: 2, V3: 3, V31: 31} {
			value, there := b.Value(id)
			if !there {
				continue
			}
			parts := takeApart(t, ring, scheme, value)
			if parts == nil {
				continue
			}
			again, err := Make(scheme, parts)
			if err != nil {
				t.Errorf("%s %s: %v", name, scheme, err)
			} else if reason := foreign[name+" "+scheme.String()]; bytes.Equal(again, value) == (reason != "") {
				t.Errorf("%s %s: %d bytes, and %d were made; known to differ: %q", name, scheme, len(value), len(again), reason)
			} else if reason == "" {
				values++
			}
		}
		if strings.HasPrefix(name, "golden-") && checkBuild(t, name, b) {
			blocks++
		}
	}
	t.Logf("%d values and %d blocks", values, blocks)
	if values < 60 || blocks < 10 {
		t.Errorf("only %d values and %d blocks", values, blocks)
	}
}

// blockOf returns a file's block, nil for a file without one.
func blockOf(t testing.TB, name string) *Block {
	t.Helper()
	if strings.Contains(name, "v2-only-empty") || strings.Contains(name, "v1-only") {
		return nil
	}
	_, b, err := open(t, name)
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return b
}

// checkBuild compares a block with what is built of its pairs.
func checkBuild(t *testing.T, name string, b *Block) bool {
	t.Helper()
	data := apktest.Read(t, name)
	if !bytes.Equal(Build(b.Pairs), data[b.Offset:b.Offset+b.Size]) {
		t.Errorf("%s: the block built is another one", name)
	}
	return true
}

// A signer whose certificate is another key's, that has no digest, or too many signers: nothing is made.
func TestMakeRefuses(t *testing.T) {
	_, b, _ := open(t, "golden-aligned-v2v3-out.apk")
	value, _ := b.Value(V3)
	good := takeApart(t, keyRing(t), 3, value)[0]
	if _, isRSA := good.Key.Public().(*rsa.PublicKey); !isRSA {
		t.Fatal("not an RSA key")
	}
	other, _ := apktest.Key(t, "rsa-3072")
	for what, change := range map[string]func(*SignerConfig){
		"another key":    func(m *SignerConfig) { m.Key = other },
		"no certificate": func(m *SignerConfig) { m.Chain = nil },
		"no digest":      func(m *SignerConfig) { m.Digests = nil },
		"no algorithm":   func(m *SignerConfig) { m.Algs = nil },
		"ECDSA":          func(m *SignerConfig) { m.Algs = []alg.ID{alg.ECDSASHA256} },
	} {
		m := good
		change(&m)
		if made, err := Make(3, []SignerConfig{m}); err == nil {
			t.Errorf("%s: %d bytes were made", what, len(made))
		}
	}
	for _, n := range []int{0, 11} {
		if _, err := Make(2, make([]SignerConfig, n)); err == nil {
			t.Errorf("%d signers were taken", n)
		}
	}
}

// absent is a key that is not here; it counts what it is asked to sign.
type absent struct {
	crypto.Signer
	asked *int
}

func (a absent) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	*a.asked++
	return nil, errors.New("not here")
}

// Keys that are not here are asked for all the signatures at once.
func TestMakeElsewhere(t *testing.T) {
	asked := 0
	m := SignerConfig{Key: absent{keytest.Key(t, "p256"), &asked}, Chain: []*x509.Certificate{keytest.Cert(t, "p256")}, Algs: []alg.ID{alg.ECDSASHA256, alg.VerityECDSASHA256},
		Digests: map[content.Algorithm][]byte{content.SHA256: []byte(digestOf32), content.VeritySHA256: []byte(digestOf32)}}
	if made, err := Make(2, []SignerConfig{m, m}); made != nil || err == nil || asked != 4 {
		t.Errorf("%d bytes, %v, %d asked for", len(made), err, asked)
	}
}
