package keygen

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"sigtool/internal/oracle"
	"sigtool/keygen/tezos"
)

func b64url(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Published names: the generator of secp256k1 (BIP-173 for Bitcoin), RFC 7638 §3.1, RFC 8037 A.3, keys of the tests of pytezos and tzgo.
func TestNamesVectors(t *testing.T) {
	generator, err := ParseSecp256k1PublicKey(unhex(t, "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"))
	if err != nil {
		t.Fatal(err)
	}
	six, err := NewSecp256k1PrivateKey(append(make([]byte, 31), 6)) // its point has an odd y
	if err != nil {
		t.Fatal(err)
	}
	n := b64url(t, "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65"+
		"YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw")
	for _, v := range []struct {
		pub         crypto.PublicKey
		kind, value string
	}{
		{generator, NameBitcoin, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"},
		{generator, NameEthereum, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"},
		{six.Public(), NameBitcoin, "bc1q0ldfeupqc9k2eaffep7cm6yml3ct3jwtwzqt7k"},
		{six.Public(), NameEthereum, "0xE57bFE9F44b819898F47BF37E5AF72a0783e1141"},
		{&rsa.PublicKey{N: new(big.Int).SetBytes(n), E: 65537}, NameJWK, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		{ed25519.PublicKey(b64url(t, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")), NameJWK, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		if got := NameOf(Names(v.pub), v.kind); got != v.value {
			t.Errorf("%s: %s, want %s", v.kind, got, v.value)
		}
	}
	for public, address := range map[string]string{
		"edpku976gpuAD2bXyx1XGraeKuCo1gUZ3LAJcHM12W1ecxZwoiu22R":                       "tz1eKkWU5hGtfLUiqNpucHrXymm83z3DG9Sq",
		"sppk7aMNM3xh14haqEyaxNjSt7hXanCDyoWtRcxF8wbtya859ak6yZT":                      "tz28YZoayJjVz2bRgGeVjxE8NonMiJ3r2Wdu",
		"p2pk679D18uQNkdjpRxuBXL5CqcDKTKzsiXVtc9oCUT6xb82zQmgUks":                      "tz3agP9LGe2cXmKQyYn6T68BHKjjktDbbSWX",
		"BLpk1q8T9TqRSNTacJU1WvTVtj62LZ8WZtGzZ3tQoQANzoXHwAPtxpJCY79TfoNu2m9N6RbFfh7s": "tz4F76GBmuLgXvUjLb2gfeBeM6fBf6EsuD1T",
		"p2pk64zMPtYav6yiaHV2DhSQ65gbKMr3gkLQtK7TTQCpJEVUhxxEnxo":                      "tz3VCJEo1rRyyVejmpaRjbgGT9uE66sZmUtQ",
	} {
		names := Names(tezosKey(t, public))
		if strings.HasPrefix(public, "BL") && len(names) != 2 {
			t.Errorf("%s has names that nobody gives it: %v", public, names)
		}
		if NameOf(names, NameTezosAddress) != address || NameOf(names, NameTezosPublicKey) != public {
			t.Errorf("%s: %v", public, names)
		}
	}
}

// tezosKey is the key of a text such as edpk….
func tezosKey(t *testing.T, text string) crypto.PublicKey {
	t.Helper()
	prefix, raw, err := tezos.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	switch prefix {
	case tezos.EdPK:
		return ed25519.PublicKey(raw)
	case tezos.SpPK:
		key, err := ParseSecp256k1PublicKey(raw)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	if prefix == tezos.BLPK {
		key, err := ParseBLSPublicKey(raw)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	x, y := elliptic.UnmarshalCompressed(elliptic.P256(), raw)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x.FillBytes(make([]byte, 32))...), y.FillBytes(make([]byte, 32))...))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The addresses that EIP-55 gives as examples.
func TestEIP55(t *testing.T) {
	for _, want := range []string{
		"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
		"0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
	} {
		if got := eip55(unhex(t, strings.ToLower(want[2:]))); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Which names there are, and in which order, is what reports and their readers go by.
func TestNamesOfEachKind(t *testing.T) {
	for alg, want := range map[Algorithm]string{
		Ed25519:   "tezos_address tezos_public_key ssh_fingerprint openpgp_fingerprint jwk_thumbprint",
		P256:      "tezos_address tezos_public_key ssh_fingerprint openpgp_fingerprint jwk_thumbprint",
		P384:      "ssh_fingerprint openpgp_fingerprint jwk_thumbprint",
		P521:      "ssh_fingerprint openpgp_fingerprint jwk_thumbprint",
		Secp256k1: "tezos_address tezos_public_key ethereum_address bitcoin_address openpgp_fingerprint jwk_thumbprint",
		RSA2048:   "ssh_fingerprint openpgp_fingerprint jwk_thumbprint",
		MLDSA65:   "",
	} {
		var kinds []string
		for _, name := range Names(testKey(t, alg).Public()) {
			kinds = append(kinds, name.Kind)
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("%s: %s", alg, got)
		}
	}
	if Names(nil) != nil || Names("key") != nil {
		t.Error("what is no key has names")
	}
}

// ssh-keygen shows the same fingerprints.
func TestSSHFingerprint(t *testing.T) {
	tool := oracle.Need(t, "ssh-keygen")
	for _, alg := range []Algorithm{Ed25519, P256, P384, P521, RSA3072} {
		pub := testKey(t, alg).Public()
		key, err := ssh.NewPublicKey(pub)
		if err != nil {
			t.Fatal(err)
		}
		out := oracle.Run(t, tool, "-lf", write(t, string(alg)+".pub", ssh.MarshalAuthorizedKey(key)))
		if want := strings.Fields(string(out))[1]; NameOf(Names(pub), NameSSH) != want {
			t.Errorf("%s: not %s", alg, want)
		}
	}
}

// Keys that gpg made: our body is its, byte for byte, and so is the fingerprint.
func TestOpenPGPAsGPGMade(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("testdata", "openpgp.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		fields := strings.Fields(line)
		if fields[0] == "#" {
			continue
		}
		want := unhex(t, fields[2])
		pub := openPGPKey(t, want)
		created := time.Unix(int64(binary.BigEndian.Uint32(want[1:])), 0)
		if got := openPGPBody(pub, created); !bytes.Equal(got, want) {
			t.Errorf("%s: body %x", fields[0], got)
		}
		if got := NameOf(NamesAt(pub, created), NameOpenPGP); got != fields[1] {
			t.Errorf("%s: %s, want %s", fields[0], got, fields[1])
		}
	}
}

// openPGPKey reads the body of a key that gpg made.
func openPGPKey(t *testing.T, body []byte) crypto.PublicKey {
	t.Helper()
	mpi := func(b []byte) (number, rest []byte) {
		n := (int(binary.BigEndian.Uint16(b)) + 7) / 8
		return b[2 : 2+n], b[2+n:]
	}
	if body[5] == 1 {
		n, rest := mpi(body[6:])
		e, _ := mpi(rest)
		return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	oid := body[7 : 7+body[6]]
	point, _ := mpi(body[7+body[6]:])
	switch {
	case body[5] == 22:
		return ed25519.PublicKey(point[1:])
	case bytes.Equal(oid, openPGPCurves["secp256k1"]):
		key, err := ParseSecp256k1PublicKey(point)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	curve := map[int]elliptic.Curve{65: elliptic.P256(), 97: elliptic.P384(), 133: elliptic.P521()}[len(point)]
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// gpg reads the keys that we put in its packets, and shows our fingerprints, of each time that fits; others make none.
func TestOpenPGPWithGPG(t *testing.T) {
	gpg, home := oracle.Need(t, "gpg"), t.TempDir()
	for _, alg := range []Algorithm{Ed25519, P256, P384, P521, Secp256k1, RSA2048} {
		pub := testKey(t, alg).Public()
		for _, created := range []time.Time{DefaultOpenPGPTime(), time.Unix(1<<32-1, 0)} {
			body := openPGPBody(pub, created)
			packet := append([]byte{0x99, byte(len(body) >> 8), byte(len(body))}, body...)
			out := string(oracle.Run(t, gpg, "--homedir", home, "--batch", "--no-autostart", "--show-keys", "--with-colons", write(t, "key.gpg", packet)))
			if got := NameOf(NamesAt(pub, created), NameOpenPGP); len(got) != 40 || !strings.Contains(out, ":"+got+":") {
				t.Errorf("%s, made %s: gpg does not show %s: %s", alg, created, got, out)
			}
		}
		for _, created := range []time.Time{time.Unix(-1, 0), time.Unix(1<<32, 0), {}} {
			if got := NameOf(NamesAt(pub, created), NameOpenPGP); got != "" {
				t.Errorf("%s, made %s: %s", alg, created, got)
			}
		}
	}
}
