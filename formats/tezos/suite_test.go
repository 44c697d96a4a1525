package tezos

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"slices"
	"testing"

	"sigtool/formats/formatstest"
	"sigtool/keygen"
	"sigtool/keygen/tezos"
)

// account is the key of a text such as edsk….
func account(t testing.TB, text string) formatstest.Signer {
	t.Helper()
	prefix, raw, err := tezos.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	var key crypto.Signer
	switch prefix {
	case tezos.EdSK:
		key = ed25519.NewKeyFromSeed(raw)
	case tezos.EdSK64:
		key = ed25519.PrivateKey(raw)
	case tezos.SpSK:
		key, err = keygen.NewSecp256k1PrivateKey(raw)
	case tezos.P2SK:
		key, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	case tezos.BLSK:
		slices.Reverse(raw)
		key, err = keygen.NewBLSPrivateKey(raw)
	}
	if err != nil || key == nil {
		t.Fatalf("%s: %v", text, err)
	}
	return formatstest.Signer{Key: key}
}

// Keys of the tests of pytezos, taquito and octez.
const (
	tz1 = "edsk3nM41ygNfSxVU4w1uAW3G9EnTQEB5rjojeZedLTGmiGRcierVv"
	tz2 = "spsk1zkqrmst1yg2c4xi3crWcZPqgdc9KtPtb9SAZWYHAdiQzdHy7j"
	tz3 = "p2sk3PM77YMR99AvD3fSSxeLChMdiQ6kkEzqoPuSwQqhPsh29irGLC"
	tz4 = "BLsk1ijYmTDL6hfUvrFCqgwbetg6FTpHLbzPDKLAfP9tB9Cej8dME5"
)

func suite(t testing.TB, key, other string, options map[string]string) formatstest.Suite {
	return formatstest.Suite{
		Format: Format{}, Named: true, Samples: []string{"tezos/operation.bin"},
		Signer: account(t, key), Other: account(t, other), Options: options,
	}
}

func with(watermark string, more ...string) map[string]string {
	options := map[string]string{optionWatermark: watermark}
	for _, name := range more {
		options[name] = "true"
	}
	return options
}

func TestSuite(t *testing.T) {
	for name, s := range map[string]formatstest.Suite{
		"tz1": suite(t, tz1, tz2, with("operation")),
		"tz2": suite(t, tz2, tz3, with("operation", optionGeneric)),
		"tz3": suite(t, tz3, tz1, with("0x77")),
	} {
		t.Run(name, func(t *testing.T) { formatstest.Run(t, s) })
	}
}

// p256 is the key of a compressed point.
func p256(t testing.TB, point []byte) crypto.PublicKey {
	t.Helper()
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), point)
	if x == nil {
		t.Fatal("not a point")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x.FillBytes(make([]byte, 32))...), y.FillBytes(make([]byte, 32))...))
	if err != nil {
		t.Fatal(err)
	}
	return key
}
