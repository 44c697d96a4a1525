package keygen

import (
	"bytes"
	"crypto"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seeds gives the fuzzer every form of file.
func seeds(f *testing.F) {
	for _, alg := range []Algorithm{Ed25519, P256, P521, Secp256k1, RSA2048, MLDSA65} {
		for _, ext := range []string{".pem", ".pub", ".crt"} {
			f.Add(file(f, string(alg)+ext))
			f.Add(derOf(f, string(alg)+ext))
		}
	}
	names, err := filepath.Glob("testdata/sealed/*.pem")
	if err != nil || len(names) < 6 {
		f.Fatalf("%d sealed keys, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		if _, err := Load(data, asks(passphrase)); err != nil {
			f.Fatalf("%s: %v", name, err)
		}
		f.Add(data)
		if der, ok := SealedDER(data); ok {
			f.Add(der)
		}
	}
	for _, alg := range []Algorithm{P384, RSA2048} {
		_, der := sevensFile(f, alg)
		f.Add(der)
		f.Add(EncodePlain(der))
	}
	for _, ext := range []string{".pem", ".pub"} {
		f.Add(file(f, "bls12381"+ext))
		f.Add(derOf(f, "bls12381"+ext))
	}
	for _, text := range []string{
		"edsk3nM41ygNfSxVU4w1uAW3G9EnTQEB5rjojeZedLTGmiGRcierVv", "unencrypted:BLsk1ijYmTDL6hfUvrFCqgwbetg6FTpHLbzPDKLAfP9tB9Cej8dME5\n",
		"edskRuR1azSfboG86YPTyxrQgosh5zChf5bVDmptqLTb5EuXAm9rsnDYfTKhq7rDQujdn5WWzwUMeV3agaZ6J2vPQT58jJAJPi",
		"encrypted:spesk246GnDVaqGoYZvKbjrWM1g6xUXnyETXtwZgEYFnP8BQXcaS4rfQQco7C94D1yBmcL1v46Sqy8fXrhBSM7TW",
		"p2pk679D18uQNkdjpRxuBXL5CqcDKTKzsiXVtc9oCUT6xb82zQmgUks", "BLpk1q8T9TqRSNTacJU1WvTVtj62LZ8WZtGzZ3tQoQANzoXHwAPtxpJCY79TfoNu2m9N6RbFfh7s",
	} {
		f.Add([]byte(text))
	}
	_, der := sevensFile(f, P521)
	f.Add(sealAge(f, der, false))
	f.Add(sealAge(f, file(f, "p256.pem"), true))
	f.Add(sealAge(f, derOf(f, "secp256k1.pem"), false))
	set := mldsaByAlgorithm(MLDSA65)
	f.Add(pkcs8Of(set, nil, tlv(0x30, tlv(4, make([]byte, SeedSize)), tlv(4, make([]byte, set.size))), nil))
	f.Add([]byte("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL0ds8xe+VSl49LKNlvussXmM4Q5v7HA3ea00JV7nHUt test"))
}

// FuzzLoad: no input makes it panic or work for ever; a key that loads is whole, and what is written of it loads as the same key.
func FuzzLoad(f *testing.F) {
	seeds(f)
	lower(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		key, err := Load(data, asks(passphrase))
		if !bytes.Equal(before, data) {
			t.Fatal("Load changed its input")
		}
		if err != nil {
			if key != nil || strings.Contains(err.Error(), passphrase) {
				t.Fatalf("a key beside an error, or a secret in it: %v", err)
			}
			return
		}
		defer key.Seed.Destroy()
		if _, ok := key.Signer.(interface{ Equal(crypto.PrivateKey) bool }); !ok {
			t.Fatalf("a key of type %T", key.Signer)
		}
		der, err := MarshalPrivate(key.Signer)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Load(der, noAsk(t))
		if err != nil {
			t.Fatalf("does not load again: %v", err)
		}
		same(t, key.Signer, again.Signer)
		fuzzSeed(t, key)
		if alg, err := AlgorithmOf(key.Signer.Public()); err != nil || !strings.HasPrefix(string(alg), "rsa") && Check(key.Signer) != nil {
			t.Fatalf("%s: a key that loads does not pass its check", alg)
		}
	})
}

// fuzzSeed: a seed that is given out makes this key, and comes back from the file that it is written into.
func fuzzSeed(t *testing.T, key *Key) {
	seed, ok, err := SeedOf(key)
	if !ok || err != nil {
		return
	}
	der, err := MarshalPrivateWithSeed(key.Signer, seed)
	if err != nil {
		t.Fatalf("the seed of SeedOf does not make the key: %v", err)
	}
	again, err := Load(der, noAsk(t))
	if err != nil {
		t.Fatalf("does not load again with its seed: %v", err)
	}
	defer again.Seed.Destroy()
	if back, ok, err := SeedOf(again); !ok || err != nil || !bytes.Equal(back, seed) {
		t.Fatalf("the seed does not come back: %v, %v", ok, err)
	}
}

// FuzzParsePublic: no input makes it panic; a public key that is read is written and read again as the same.
func FuzzParsePublic(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		pub, cert, err := ParsePublic(data)
		if err != nil {
			if pub != nil || cert != nil {
				t.Fatalf("a key beside an error: %v", err)
			}
			return
		}
		der, err := MarshalPublic(pub)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := ParsePublic(der)
		if err != nil || Fingerprint(again) != Fingerprint(pub) || Fingerprint(pub) == "" {
			t.Fatalf("does not read again: %v", err)
		}
	})
}

// lower makes the fuzzer's runs short: the work that a file may ask for is bounded in the same place, only lower.
func lower(f *testing.F) {
	before := limits
	limits.pbkdf2Rounds, limits.scryptMemory, limits.scryptWork, limits.scryptBlocks, limits.bcryptRounds = 2000, 1<<20, 32<<20, 1<<20, 4
	f.Cleanup(func() { limits = before })
}
