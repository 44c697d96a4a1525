package keygen

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"sigtool/internal/secret"
)

// carriers are the keys that carry their seed. RSA-4096 takes half a second each time and is left to the tests that try all.
var carriers = []Algorithm{P384, P521, RSA2048, RSA3072}

// sevensFile is the file of the key made from 07…07. Making RSA keys takes its time, and many tests start from it: it is made once.
func sevensFile(t testing.TB, alg Algorithm) (crypto.Signer, []byte) {
	t.Helper()
	once, _ := sevensFiles.LoadOrStore(alg, sync.OnceValues(func() (crypto.Signer, []byte) {
		key, err := FromSeed(alg, bytes.Repeat([]byte{7}, SeedSize))
		if err != nil {
			panic(err)
		}
		der, err := MarshalPrivateWithSeed(key, bytes.Repeat([]byte{7}, SeedSize))
		if err != nil {
			panic(err)
		}
		return key, der
	}))
	key, der := once.(func() (crypto.Signer, []byte))()
	return key, bytes.Clone(der)
}

var sevensFiles sync.Map // by algorithm

// attribute writes an attribute by hand, from raw DER values.
func attribute(oid []byte, values ...[]byte) []byte {
	return tlv(0x30, tlv(6, oid), tlv(0x31, values...))
}

func tlv(tag byte, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	switch n := len(body); {
	case n < 128:
		return append([]byte{tag, byte(n)}, body...)
	case n < 256:
		return append([]byte{tag, 0x81, byte(n)}, body...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body...)
	}
}

// withAttributes puts raw DER into the [0] of a key that has none.
func withAttributes(t testing.TB, pkcs8 []byte, attributes ...[]byte) []byte {
	t.Helper()
	var outer asn1.RawValue
	if rest, err := asn1.Unmarshal(pkcs8, &outer); err != nil || len(rest) > 0 {
		t.Fatal(err)
	}
	return tlv(0x30, outer.Bytes, tlv(0xa0, attributes...))
}

func seedValue(derivation string, seed []byte) []byte {
	return tlv(0x30, tlv(0x0c, []byte(derivation)), tlv(4, seed))
}

// The identifier is the UUID that the documentation names, written with other code than ours.
func TestSeedOID(t *testing.T) {
	uuid, _ := new(big.Int).SetString("4d7300985a6942e9985d92acb0f5565b", 16)
	if uuid.String() != "102947681884831633639292388494611404379" {
		t.Errorf("the arc is %s", uuid)
	}
	oid, err := x509.ParseOID("2.25." + uuid.String())
	if err != nil {
		t.Fatal(err)
	}
	der, err := oid.MarshalBinary()
	if err != nil || !bytes.Equal(der, oidSeedBytes) {
		t.Errorf("%x, not %x (%v)", der, oidSeedBytes, err)
	}
}

// What is written is the drawing, and without the attribute it is the very file that MarshalPrivate writes.
func TestSeedAttributeBytes(t *testing.T) {
	for _, alg := range carriers {
		key, der := sevensFile(t, alg)
		plain, err := MarshalPrivate(key)
		if err != nil {
			t.Fatal(err)
		}
		value := seedValue("c2sp-det-keygen/v1", bytes.Repeat([]byte{7}, SeedSize))
		if want := withAttributes(t, plain, attribute(oidSeedBytes, value)); !bytes.Equal(der, want) {
			t.Errorf("%s: the file differs from the drawing", alg)
		}
	}
}

// The keys that stories start from, as their README says.
func TestSeededFiles(t *testing.T) {
	for alg, last := range map[Algorithm]byte{RSA3072: 51, RSA4096: 81} {
		seed := make([]byte, SeedSize)
		seed[SeedSize-1] = last
		key, err := FromSeed(alg, seed)
		if err != nil {
			t.Fatal(err)
		}
		der, err := MarshalPrivateWithSeed(key, seed)
		if err != nil || !bytes.Equal(EncodePlain(der), file(t, "seeded-"+string(alg)+".pem")) {
			t.Errorf("%s: the file is of another seed (%v)", alg, err)
		}
	}
}

// Every algorithm, in the clear, sealed both ways, and inside age: the same key comes back, and its seed.
func TestSeedStaysWithItsKey(t *testing.T) {
	for _, alg := range Algorithms() {
		t.Run(string(alg), func(t *testing.T) {
			t.Parallel()
			key, der := sevensFile(t, alg)
			for form, data := range seedForms(t, alg, der) {
				got, err := Load(data, asks(passphrase))
				if err != nil {
					t.Fatalf("%s: %v", form, err)
				}
				defer got.Seed.Destroy()
				same(t, key, got.Signer)
				if !strings.HasPrefix(form, got.Form) || (got.Seed == nil) != showsSeed(alg) {
					t.Errorf("%s: form %s, carries a seed: %v", form, got.Form, got.Seed != nil)
				}
				if got.Seed != nil && !bytes.Equal(got.Seed.Bytes(), bytes.Repeat([]byte{7}, SeedSize)) {
					t.Errorf("%s: another seed", form)
				}
				if form != FormAge {
					continue // making RSA keys takes its time, and the seed is the same
				}
				if alg != RSA4096 {
					if again, err := got.Marshal(); err != nil || !bytes.Equal(again, der) {
						t.Errorf("%s: Marshal writes another file (%v)", form, err)
					}
				}
				if seed, ok, err := SeedOf(got); !ok || err != nil || !bytes.Equal(seed, bytes.Repeat([]byte{7}, SeedSize)) {
					t.Errorf("%s: SeedOf says %v, %v", form, ok, err)
				}
			}
		})
	}
}

// seedForms is a PKCS#8 key in all the files that can hold it.
func seedForms(t *testing.T, alg Algorithm, der []byte) map[string][]byte {
	t.Helper()
	forms := map[string][]byte{
		FormPKCS8: der, FormPKCS8 + " PEM": EncodePlain(der), FormAge: sealAge(t, der, false), FormAge + " PEM": sealAge(t, EncodePlain(der), true),
	}
	if alg != Ed25519 && alg != P384 && alg != RSA4096 {
		return forms // stretching the passphrase takes its time
	}
	for form, kdf := range map[string]KDF{FormPBES2: PBKDF2, FormPBES2 + " scrypt": Scrypt} {
		sealed, err := Seal(der, []byte(passphrase), kdf, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		forms[form] = sealed
	}
	return forms
}

// A seed that makes another key is neither written nor given out, though the key itself signs.
func TestSeedOfAnotherKey(t *testing.T) {
	for _, alg := range Algorithms() {
		if alg == RSA4096 {
			continue
		}
		key := testKey(t, alg)
		for _, seed := range [][]byte{bytes.Repeat([]byte{7}, SeedSize), make([]byte, SeedSize), {}, make([]byte, 31)} {
			if der, err := MarshalPrivateWithSeed(key, seed); err == nil || der != nil {
				t.Errorf("%s: a foreign seed of %d bytes is written", alg, len(seed))
			}
		}
		der, err := MarshalPrivateWithSeed(key, nil)
		if err != nil || !bytes.Equal(der, derOf(t, string(alg)+".pem")) {
			t.Errorf("%s: without a seed: %v", alg, err)
		}
		if showsSeed(alg) {
			continue
		}
		foreign := withAttributes(t, der, attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v1", bytes.Repeat([]byte{7}, SeedSize))))
		got, err := Load(foreign, noAsk(t))
		if err != nil {
			t.Fatalf("%s: %v", alg, err)
		}
		defer got.Seed.Destroy()
		same(t, key, got.Signer)
		if seed, ok, err := SeedOf(got); err == nil || ok || seed != nil {
			t.Errorf("%s: the seed of another key is given out", alg)
		}
		if _, err := got.Marshal(); err == nil {
			t.Errorf("%s: the seed of another key is written again", alg)
		}
		got.Seed.Destroy()
		if got, err = Load(der, noAsk(t)); err != nil {
			t.Fatal(err)
		}
		if seed, ok, err := SeedOf(got); err != nil || ok || seed != nil {
			t.Errorf("%s without a seed: %v, %v", alg, ok, err)
		}
	}
}

// What stands under our identifier is as it should be, or the file is damaged; what stands under others' is theirs.
func TestSeedAttributeStrictness(t *testing.T) {
	t.Parallel()
	seed := bytes.Repeat([]byte{7}, SeedSize)
	key, _ := sevensFile(t, P384)
	plain, err := MarshalPrivate(key)
	if err != nil {
		t.Fatal(err)
	}
	ours := attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v1", seed))
	theirs := attribute([]byte{0x2a, 0x03}, []byte{0x04, 1, 0xff}, []byte{0x30, 0})
	for what, attributes := range map[string][][]byte{"alone": {ours}, "first": {ours, theirs}, "last": {theirs, theirs, ours}} {
		got, err := Load(withAttributes(t, plain, attributes...), noAsk(t))
		if err != nil || got.Seed == nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		got.Seed.Destroy()
	}
	for what, attributes := range map[string][][]byte{"none": nil, "theirs": {theirs, theirs}} {
		if got, err := Load(withAttributes(t, plain, attributes...), noAsk(t)); err != nil || got.Seed != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	nul := []byte{5, 0}
	for what, der := range map[string][]byte{
		"two of ours":       withAttributes(t, plain, ours, theirs, ours),
		"no value":          withAttributes(t, plain, attribute(oidSeedBytes)),
		"two values":        withAttributes(t, plain, attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v1", seed), seedValue("c2sp-det-keygen/v1", seed))),
		"another type":      withAttributes(t, plain, attribute(oidSeedBytes, tlv(4, seed))),
		"no derivation":     withAttributes(t, plain, attribute(oidSeedBytes, tlv(0x30, tlv(4, seed)))),
		"another string":    withAttributes(t, plain, attribute(oidSeedBytes, tlv(0x30, tlv(0x13, []byte("c2sp-det-keygen/v1")), tlv(4, seed)))),
		"31 bytes":          withAttributes(t, plain, attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v1", seed[1:]))),
		"33 bytes":          withAttributes(t, plain, attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v1", append(seed, 7)))),
		"more in it":        withAttributes(t, plain, attribute(oidSeedBytes, tlv(0x30, tlv(0x0c, []byte("c2sp-det-keygen/v1")), tlv(4, seed), nul))),
		"more behind it":    withAttributes(t, plain, tlv(0x30, tlv(6, oidSeedBytes), tlv(0x31, seedValue("c2sp-det-keygen/v1", seed)), nul)),
		"no set":            withAttributes(t, plain, tlv(0x30, tlv(6, oidSeedBytes))),
		"no sequence":       withAttributes(t, plain, nul),
		"half an attribute": withAttributes(t, plain, ours[:len(ours)-1]),
		"an ed25519 key":    withAttributes(t, derOf(t, "ed25519.pem"), ours),
		"a p256 key":        withAttributes(t, derOf(t, "p256.pem"), ours),
		"[0] twice":         append(withAttributes(t, plain, ours), tlv(0xa0, ours)...),
	} {
		if got, err := Load(der, noAsk(t)); err == nil || got != nil || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", what, err)
		}
		if !strings.Contains("two of ours, no sequence, 31 bytes", what) {
			continue // stretching the passphrase takes its time
		}
		sealed, err := Seal(der, []byte(passphrase), Scrypt, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(sealed, asks(passphrase)); err == nil || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s, sealed: %v", what, err)
		}
	}
	later := withAttributes(t, plain, attribute(oidSeedBytes, seedValue("c2sp-det-keygen/v2", seed)))
	if _, err := Load(later, noAsk(t)); !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), "keygen/v2") {
		t.Errorf("a derivation of the future: %v", err)
	}
}

// Any one bit of a file with a seed wrong: refused, or the same key, and no seed but the right one.
func TestEveryFlippedBitOfASeed(t *testing.T) {
	key, der := sevensFile(t, P384)
	want, seed := Fingerprint(key.Public()), bytes.Repeat([]byte{7}, SeedSize)
	ends := map[string]int{}
	for i := range der {
		for bit := range 8 {
			der[i] ^= 1 << bit
			got, err := Load(pem.EncodeToMemory(&pem.Block{Type: typePKCS8, Bytes: der}), noAsk(t))
			der[i] ^= 1 << bit
			switch {
			case err != nil:
				ends["refused"]++
				continue
			case Fingerprint(got.Signer.Public()) != want:
				t.Errorf("byte %d makes another key", i)
			}
			back, ok, err := SeedOf(got)
			switch {
			case err != nil:
				ends["another seed, refused"]++
			case !ok:
				ends["no seed"]++
			case bytes.Equal(back, seed):
				ends["right"]++
			default:
				t.Errorf("byte %d gives out another seed", i)
			}
			got.Seed.Destroy()
		}
	}
	t.Log(ends)
	if ends["another seed, refused"] != SeedSize*8 || ends["refused"] < len(der)*4 || ends["right"] > 8 {
		t.Errorf("%v of %d flips", ends, len(der)*8)
	}
}

func TestSeedIsNotPrinted(t *testing.T) {
	_, der := sevensFile(t, P521)
	key, err := Load(der, noAsk(t))
	if err != nil {
		t.Fatal(err)
	}
	defer key.Seed.Destroy()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if out := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, *key); out != "[secret key][secret key]" {
			t.Errorf("a key prints %s", out)
		}
		if out := fmt.Sprintf(verb, struct{ s *secret.Bytes }{key.Seed}); strings.Contains(out, "0707") || strings.Contains(out, "7 7") {
			t.Errorf("a seed prints %s", out)
		}
	}
}
