package keygen

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/keygen/tezos"
)

// addressOf is the Tezos address of a key.
func addressOf(t testing.TB, key *Key) string {
	t.Helper()
	curve, raw := TezosPublic(key.Signer.Public())
	return tezos.AddressOf(curve, raw)
}

// Every published key loads, in each form that a file may have, and is that of the public key and the address it was published with.
func TestTezosKeys(t *testing.T) {
	for _, line := range lines(t, "testdata/tezos-keys.txt") {
		for _, data := range []string{line[0], line[0] + "\n", "unencrypted:" + line[0] + "\r\n", "\ufeff" + line[0]} {
			key, err := Load([]byte(data), noAsk(t))
			if err != nil {
				t.Fatalf("%s: %v", line[2], err)
			}
			pub, cert, err := ParsePublic([]byte(line[1] + "\n"))
			if err != nil || cert != nil || Fingerprint(pub) != Fingerprint(key.Signer.Public()) {
				t.Errorf("%s: another public key, %v", line[1], err)
			}
			if key.Form != FormTezos || key.Sealed || addressOf(t, key) != line[2] || Check(key.Signer) != nil {
				t.Errorf("%s: form %s, sealed %v, address %s", line[2], key.Form, key.Sealed, addressOf(t, key))
			}
			if curve, plain := TezosSecret(key.Signer); len(line[0]) == 54 && tezos.Encode(tezos.PrefixFor(curve, tezos.Secret), plain) != line[0] {
				t.Errorf("%s is written as another text", line[2])
			}
		}
		if _, _, err := ParsePublic([]byte(line[0])); !errors.Is(err, ErrPrivate) {
			t.Errorf("%s, secret: %v", line[2], err)
		}
		if _, err := Load([]byte(line[1]), noAsk(t)); !errors.Is(err, ErrPublicOnly) {
			t.Errorf("%s, public: %v", line[1], err)
		}
		if _, err := Load([]byte(line[2]), noAsk(t)); !errors.Is(err, ErrNotKey) || !strings.Contains(err.Error(), "Tezos address") {
			t.Errorf("%s: %v", line[2], err)
		}
	}
}

// Every published encrypted key opens with its passphrase, of one question, and with no other; and it is sealed again to the same bytes.
func TestTezosEncryptedKeys(t *testing.T) {
	for i, line := range lines(t, "testdata/tezos-encrypted.txt") {
		key, err := Load([]byte("encrypted:"+line[0]+"\n"), asks(line[1]))
		if err != nil {
			t.Fatalf("%s: %v", line[0], err)
		}
		curve, plain := TezosSecret(key.Signer)
		_, raw := TezosPublic(key.Signer.Public())
		is := []string{tezos.Encode(tezos.PrefixFor(curve, tezos.Public), raw), tezos.Encode(tezos.PrefixFor(curve, tezos.Secret), plain)}
		if !slices.Contains(is, line[2]) || !key.Sealed || key.Form != FormTezos {
			t.Errorf("%s: sealed %v, form %s", line[2], key.Sealed, key.Form)
		}
		_, payload, err := tezos.Decode(line[0])
		if err != nil {
			t.Fatal(err)
		}
		again, err := tezos.Seal(plain, []byte(line[1]), bytes.NewReader(payload[:8]))
		if err != nil || tezos.Encode(tezos.PrefixFor(curve, tezos.Encrypted), again) != line[0] {
			t.Errorf("%s is sealed to other bytes: %v", line[0], err)
		}
		if i > 2 {
			continue
		}
		if key, err := Load([]byte(line[0]), asks(line[1]+" ")); !errors.Is(err, ErrPassphrase) || key != nil {
			t.Errorf("%s, wrong passphrase: %v", line[0], err)
		}
	}
}

// What is no whole text of a key is refused, before anybody is asked for a passphrase, and the error doesn't show it.
func TestTezosRefused(t *testing.T) {
	const edsk = "edsk3nM41ygNfSxVU4w1uAW3G9EnTQEB5rjojeZedLTGmiGRcierVv"
	const edesk = "edesk1uiM6BaysskGto8pRtzKQqFqsy1sea1QRjTzaQYuBxYNhuN6eqEU78TGRXZocsVRJYcN7AaU9JDykwUd8KW"
	_, halves, err := tezos.Decode("edskRuR1azSfboG86YPTyxrQgosh5zChf5bVDmptqLTb5EuXAm9rsnDYfTKhq7rDQujdn5WWzwUMeV3agaZ6J2vPQT58jJAJPi")
	if err != nil {
		t.Fatal(err)
	}
	halves[63] ^= 1
	for text, says := range map[string]string{
		edsk[:20] + "x" + edsk[21:]:                              "checksum",
		edesk[:20] + "x" + edesk[21:]:                            "checksum",
		edsk[:53]:                                                "54 or 98 letters, not 53",
		edsk[:20] + "0" + edsk[21:]:                              "character",
		edsk[:52] + "é":                                          "character",
		edsk + " " + edsk:                                        "neither PEM",
		edsk + "\n" + edsk:                                       "neither PEM",
		strings.Repeat("edsk", 100):                              "neither PEM",
		tezos.Encode(tezos.EdSK64, halves):                       "public half",
		tezos.Encode(tezos.SpSK, make([]byte, 32)):               "between 1 and the order of secp256k1",
		tezos.Encode(tezos.P2SK, bytes.Repeat([]byte{0xff}, 32)): "between 1 and the order of p256",
		tezos.Encode(tezos.BLSK, bytes.Repeat([]byte{0x74}, 32)): "between 1 and the order of bls12381",
		"edsigtzLBGCyadERX1QsYHKpwnxSxEYQeGLnJGsSkHEsyY8vB5GcNdnvzUZDdFevJK7YZQ2ujwVjvQZn62ahCEcy74AwtbA8HuN": "a Tezos signature",
		`[ { "name": "baker", "value": "encrypted:` + edesk + `" } ]`:                                         "octez-client",
	} {
		key, err := Load([]byte(text), noAsk(t))
		if err == nil || key != nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), text[10:18]) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, says := range map[string]string{
		"edpku976gpuAD2bXyx1XGraeKuCo1gUZ3LAJcHM12W1ecxZwoiu22S":            "checksum",
		tezos.Encode(tezos.SpPK, append([]byte{2}, make([]byte, 32)...)):    "not on the curve",
		tezos.Encode(tezos.P2PK, append([]byte{4}, make([]byte, 32)...)):    "not on the curve",
		tezos.Encode(tezos.BLPK, append([]byte{0xc0}, make([]byte, 47)...)): "neutral",
		tezos.Encode(tezos.BLPK, make([]byte, 48)):                          "G1",
	} {
		if pub, _, err := ParsePublic([]byte(text)); err == nil || pub != nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A text inside age is a key like any other there; one that is encrypted once more is not asked for twice.
func TestTezosInAge(t *testing.T) {
	line := lines(t, "testdata/tezos-keys.txt")[0]
	key, err := Load(sealAge(t, []byte(line[0]+"\n"), true), asks(passphrase))
	if err != nil || key.Form != FormAge || !key.Sealed || addressOf(t, key) != line[2] {
		t.Errorf("a text inside age: %v", err)
	}
	sealed := lines(t, "testdata/tezos-encrypted.txt")[0][0]
	if _, err := Load(sealAge(t, []byte(sealed), true), asks(passphrase)); !errors.Is(err, ErrUnsupported) {
		t.Errorf("sealed twice: %v", err)
	}
}
