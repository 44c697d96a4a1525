package keygen

import (
	"bytes"
	"crypto"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/sigalg"
	"sigtool/keygen/tezos"
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
	for i, line := range lines(t, "testdata/octez-bls-sig.txt") {
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

// What taquito signs by a key of its tests, without a watermark, and the proof that it makes.
func TestBLSAsTaquito(t *testing.T) {
	key, err := Load([]byte("BLsk2zk6pBGysG9BJn4u3XNtFnJQ1wpUYz6sQMTZQdfxQaiBWkqLyh"), noAsk(t))
	if err != nil {
		t.Fatal(err)
	}
	signer := key.Signer.(*BLSPrivateKey)
	sig, err := signer.Sign(nil, []byte{1, 2, 3, 4}, crypto.Hash(0))
	const want = "BLsigAMExDCYjNtvjLUqvLiEQJro6VrJFZ7yr7eNY4YCAVTYVerMnrNtk7cY8ve8D4HfJ55YtK93sQNFTcXTYGt8c6HutFneTz31aR198QkbBfZpHmvJV4zGQTHKroNFDRWLw3c3eJXyAu"
	if err != nil || tezos.Encode(tezos.BLSig, sig) != want {
		t.Errorf("the signature: %x, %v", sig, err)
	}
	const proof = "BLsigAp94rBWCJU7yM7X5F4zSw15AKkW1JZ5dwkqa2Xjdo1y4jhcQKVf6Sh7GFV261MUEx3WbfStUkP83tmKRpAucD4NEo1bLCB3s1TM4ByDUYZ1vUV5qsAWFLagvbnHfn61DnouoxmTij"
	if got := tezos.Encode(tezos.BLSig, signer.ProvePossession()); got != proof {
		t.Errorf("the proof: %s", got)
	}
	if got := NameOf(Names(signer.Public()), NameTezosAddress); got != "tz4JmbuiJGyC2thisABCS59PnGr749dsP4WY" {
		t.Errorf("the address: %s", got)
	}
}

// Proofs of possession of accounts that others revealed: taquito's documentation and tests.
func TestPublishedProofs(t *testing.T) {
	for text, proof := range map[string]string{
		"BLpk1qUhA8WwcwKavKJb3nkPVeKj5FGCsruWQXyRpwypxe7ocbq6Npe4cjA2TLfqzgBKfRAtBajV": "BLsigAKrfg6QLipEvWQrhPRHbWo7x8YLFvteATg65gbvpfo9qKSabb5j92nozhecDkxvnvocv6q2WUUFvoKxkZuCaTNUUGpJPbc7igdf7MUi8fSovaLbWzZEDVGLjon7ZNPZPDpwf6h9jT",
		"BLpk1nco14hJwGiTzrRp2FBCxZz6ZJ19QRAoh8hyaNMeVARFyuvTGZQgmrPTT5ZkXfS5yKuEupPN": "BLsigAy1Lc4y9kagjUjPFRb5avizhuXSYQyeSsGAsWbiLBwAEHZvQMxrNrH11Bm9SfHpBbCb9RjnucX2FEZbTZ6it7Z7UGFf3mo7uUdi8V2DX5SmaqqwyzyD12E3rUKxgwHkaSyEiMKcTB",
		"BLpk1xS8uUKcZ7QwEnasnpE3XezJapXQzdkhh7ecjAqGPvDQf1HGLC1cHCnc7oq4PqdGAMy2oSBc": "BLsigAw3bp2QZL8YCWptYYYE1zQr4vidqE7WT4jctre5HpAdjVYmXnGeqYfASAzPB2pWaDCdiRBApWY5Y4V7WJapj3GFHBHnTZh6eoxCduu2FfXuNmSKN1NQLiztAt6nBWytrR1xAzZDg9",
	} {
		pub, _, err := ParsePublic([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if p, sig, err := tezos.Decode(proof); err != nil || p != tezos.BLSig || !pub.(*BLSPublicKey).VerifyPossession(sig) || pub.(*BLSPublicKey).VerifyMessage(nil, sig) {
			t.Errorf("%s: its proof does not verify: %v", text, err)
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

// The test key is the published one, and its file is what we write; the private half and the public one come back from every bit of theirs.
func TestBLSFiles(t *testing.T) {
	key := testKey(t, BLS12381)
	if err := errors.Join(SelfTest(key), Check(key)); err != nil {
		t.Error(err)
	}
	published, err := Load([]byte("BLsk1ijYmTDL6hfUvrFCqgwbetg6FTpHLbzPDKLAfP9tB9Cej8dME5"), noAsk(t))
	if err != nil {
		t.Fatal(err)
	}
	same(t, key, published.Signer)
	private, err := MarshalPrivate(key)
	if err != nil || !bytes.Equal(EncodePlain(private), file(t, "bls12381.pem")) {
		t.Errorf("the private key is written otherwise: %v", err)
	}
	public, err := MarshalPublic(key.Public())
	if err != nil || !bytes.Equal(EncodePublic(public), file(t, "bls12381.pub")) {
		t.Errorf("the public key is written otherwise: %v", err)
	}
	if pub, _, err := ParsePublic(public); err != nil || !pub.(*BLSPublicKey).Equal(key.Public()) {
		t.Errorf("the public key does not come back: %v", err)
	}
	if same := testKey(t, P256); key.(*BLSPrivateKey).Equal(same) || key.Public().(*BLSPublicKey).Equal(same.Public()) {
		t.Error("a P-256 key is the same")
	}
	// With the public half beside it, as RFC 5958 allows, no flipped bit makes another key.
	whole := slices.Concat([]byte{0x30, byte(len(private) - 2 + 51), 2, 1, 1}, private[5:], []byte{0x81, 49, 0}, key.Public().(*BLSPublicKey).Bytes())
	for i := range whole {
		whole[i] ^= 1 << (i % 8)
		if got, err := Load(whole, noAsk(t)); err == nil && Fingerprint(got.Signer.Public()) != Fingerprint(key.Public()) {
			t.Errorf("byte %d makes another key", i)
		}
		whole[i] ^= 1 << (i % 8)
	}
	if got, err := Load(whole, noAsk(t)); err != nil {
		t.Error(err)
	} else {
		same(t, key, got.Signer)
	}
}

// The identifier is the UUID that the documentation names, written with other code than ours.
func TestBLSOID(t *testing.T) {
	uuid, _ := new(big.Int).SetString("6bf80894c2984a19bdc6255505e06275", 16)
	oid, err := x509.ParseOID("2.25." + uuid.String())
	if err != nil || uuid.String() != "143515259215171715536953633491463987829" {
		t.Fatal(uuid, err)
	}
	if der, err := oid.MarshalBinary(); err != nil || !bytes.Equal(der, oidBLSBytes) {
		t.Errorf("%x, not %x (%v)", der, oidBLSBytes, err)
	}
}

// Scalars are 1 to the order less one; the generator draws another seed where it must.
func TestBLSScalars(t *testing.T) {
	one := big.NewInt(1)
	for what, n := range map[string]*big.Int{"0": new(big.Int), "the order": blsOrder, "the order + 1": new(big.Int).Add(blsOrder, one), "2^256-1": new(big.Int).Sub(new(big.Int).Lsh(one, 256), one)} {
		if key, err := FromSeed(BLS12381, n.FillBytes(make([]byte, 32))); !errors.Is(err, ErrSeed) || key != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, n := range []*big.Int{one, new(big.Int).Sub(blsOrder, one)} {
		scalar := n.FillBytes(make([]byte, 32))
		key, err := FromSeed(BLS12381, scalar)
		if err != nil {
			t.Fatal(err)
		}
		if back, shown := Seed(key); !shown || !bytes.Equal(back, scalar) || Check(key) != nil {
			t.Errorf("%d comes back as %x", n, back)
		}
		key.(*BLSPrivateKey).pub = testKey(t, BLS12381).Public().(*BLSPublicKey)
		if Check(key) == nil {
			t.Error("a public half of another key passes the check")
		}
	}
	if _, err := NewBLSPrivateKey(make([]byte, 33)); !errors.Is(err, ErrSeed) {
		t.Errorf("33 bytes: %v", err)
	}
	one1 := "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb" // the generator of G1
	if key, err := NewBLSPrivateKey(one.FillBytes(make([]byte, 32))); err != nil || hex.EncodeToString(key.pub.Bytes()) != one1 {
		t.Errorf("the key 1 is not the generator: %v", err)
	}
}

// More than half of all seeds make no key of this curve; the generator goes on until one does.
func TestBLSGenerate(t *testing.T) {
	pool := NewPool(rand.New(rand.NewSource(1)))
	defer pool.Destroy()
	for range 12 {
		key, seed, err := Generate(pool, BLS12381, "key")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := FromSeed(BLS12381, seed); err != nil || !key.(*BLSPrivateKey).Equal(again) {
			t.Errorf("the seed makes another key: %v", err)
		}
	}
	if pool.outputs < 15 {
		t.Errorf("12 keys of %d seeds", pool.outputs)
	}
}

// Points that are no public keys, and no signatures. (4, y) is on the curve and outside the group: its order is not prime.
func TestBLSPoints(t *testing.T) {
	neutral := append([]byte{0xc0}, make([]byte, 47)...)
	outside := append(append([]byte{0x80}, make([]byte, 46)...), 4)
	for what, point := range map[string][]byte{
		"short": neutral[:47], "empty": nil, "neutral": neutral, "outside the group": outside, "not on the curve": append(append([]byte{0x80}, make([]byte, 46)...), 1),
		"not compressed": append([]byte{0x17}, make([]byte, 47)...), "above the modulus": bytes.Repeat([]byte{0x9f}, 48),
		"neutral with a rest": append(append([]byte{0xc0}, make([]byte, 46)...), 1), "neutral with a sign": append([]byte{0xe0}, make([]byte, 47)...),
	} {
		if pub, err := ParseBLSPublicKey(point); err == nil || pub != nil {
			t.Errorf("%s is taken", what)
		}
	}
	key := testKey(t, BLS12381).(*BLSPrivateKey)
	message := []byte("message")
	sig, err := key.Sign(nil, message, crypto.Hash(0))
	if err != nil || !key.pub.VerifyMessage(message, sig) || sigalg.Name(key.Public(), crypto.SHA256) != "bls12381" {
		t.Fatal(err)
	}
	for what, wrong := range map[string][]byte{
		"nothing": nil, "short": sig[:95], "long": append(bytes.Clone(sig), 0), "neutral": append([]byte{0xc0}, make([]byte, 95)...),
		"the other sign": append([]byte{sig[0] ^ 0x20}, sig[1:]...), "zeros": make([]byte, 96), "outside the group": append(append([]byte{0x80}, make([]byte, 94)...), 2),
	} {
		if key.pub.VerifyMessage(message, wrong) {
			t.Errorf("a signature that is %s verifies", what)
		}
	}
	if _, err := key.Sign(nil, make([]byte, 32), crypto.SHA256); err == nil {
		t.Error("a digest is signed")
	}
	if _, err := sigalg.Sign(key, crypto.SHA256, make([]byte, 32)); err == nil || !strings.Contains(err.Error(), "whole messages") {
		t.Errorf("a digest: %v", err)
	}
}

func TestBLSIsNotPrinted(t *testing.T) {
	key := testKey(t, BLS12381).(*BLSPrivateKey)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if out := fmt.Sprintf(verb, key) + fmt.Sprintf(verb, *key); out != strings.Repeat("[secret BLS key]", 2) {
			t.Errorf("%s prints %s", verb, out)
		}
	}
}

// What stands inside the PKCS#8 is as it should be, or the file is damaged.
func TestBLSStrictness(t *testing.T) {
	algorithm := tlv(0x30, tlv(6, oidBLSBytes))
	scalar := testKey(t, BLS12381).(*BLSPrivateKey).Bytes()
	for what, der := range map[string][]byte{
		"parameters":  tlv(0x30, []byte{2, 1, 0}, tlv(0x30, tlv(6, oidBLSBytes), []byte{5, 0}), tlv(4, tlv(4, scalar))),
		"31 bytes":    tlv(0x30, []byte{2, 1, 0}, algorithm, tlv(4, tlv(4, scalar[1:]))),
		"33 bytes":    tlv(0x30, []byte{2, 1, 0}, algorithm, tlv(4, tlv(4, append([]byte{0}, scalar...)))),
		"no string":   tlv(0x30, []byte{2, 1, 0}, algorithm, tlv(4, scalar)),
		"more behind": tlv(0x30, []byte{2, 1, 0}, algorithm, tlv(4, tlv(4, scalar), []byte{5, 0})),
		"zero":        tlv(0x30, []byte{2, 1, 0}, algorithm, tlv(4, tlv(4, make([]byte, 32)))),
	} {
		if key, err := Load(der, noAsk(t)); err == nil || key != nil || errors.Is(err, ErrNotKey) || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, der := range map[string][]byte{
		"parameters": tlv(0x30, tlv(0x30, tlv(6, oidBLSBytes), []byte{5, 0}), tlv(3, []byte{0}, testKey(t, BLS12381).Public().(*BLSPublicKey).Bytes())),
		"49 bytes":   tlv(0x30, algorithm, tlv(3, []byte{0}, testKey(t, BLS12381).Public().(*BLSPublicKey).Bytes(), []byte{0})),
	} {
		if pub, _, err := ParsePublic(der); err == nil || pub != nil {
			t.Errorf("public, %s: %v", what, err)
		}
	}
}
