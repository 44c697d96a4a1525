package tezos

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/mr-tron/base58"
)

// Whatever a text holds, it begins with its letters and has its length.
func TestPrefixes(t *testing.T) {
	for _, p := range Prefixes {
		for _, fill := range []byte{0, 1, 0x7f, 0xff} {
			payload := bytes.Repeat([]byte{fill}, p.Size)
			text := Encode(p, payload)
			got, back, err := Decode(text)
			if err != nil || got != p || !bytes.Equal(back, payload) {
				t.Errorf("%s of %d: %q has %d letters: %v", p.Letters, p.Size, text, len(text), err)
			}
			if looks := Looks([]byte(text)); looks == nil || looks.Letters != p.Letters || looks.Kind != p.Kind {
				t.Errorf("%s looks like another", text)
			}
		}
		if Encode(p, make([]byte, p.Size-1)) != "" || Encode(p, make([]byte, p.Size+1)) != "" {
			t.Errorf("%s is written of another length", p.Letters)
		}
	}
	for _, curve := range []Curve{Ed25519, Secp256k1, P256, BLS} {
		for kind, size := range map[Kind]int{Address: 20, Secret: 32, Encrypted: 56} {
			if p := PrefixFor(curve, kind); p == nil || p.Size != size {
				t.Errorf("no %s of %s", kind, curve)
			}
		}
	}
	if PrefixFor("", Address) != nil || PrefixFor("p384", Public) != nil || Looks([]byte("ed")) != nil || Looks(nil) != nil {
		t.Error("a prefix of nothing")
	}
}

// Hashes of public keys and their addresses: octez, src/lib_crypto/test/key_encoding_vectors.ml. The chain: Tezos's main network.
func TestPublishedTexts(t *testing.T) {
	for text, payload := range map[string]string{
		"tz1XQjK1b3P72kMcHsoPhnAg3dvX1n8Ainty": "811d97c377168a8bb2111c1651d23d9116b92f4c",
		"tz1Kpy9N2M4F2LYdusTdPenCTTXQTP66Fz9C": "02119d4052eaba53e3b91f1b6976bbfeb22bea73",
		"tz1KjCHFSx7qa4C7UNwQP1DPoLwrfKAg7RXm": "00fa157760add806cd7401b8e4aac41e27adf853",
		"tz2PgvUJzfmDXTZUvkyKbQb8kjoWR4Wa5Rpv": "a8a3da850741d1cf7eb53a3514c0bf3df62b3378",
		"tz2AWr49gVGsX1BZri7H36ZaD8sJ1NopBGPm": "18225f3d0d5338f640d3f0a32255effc329c619f",
		"tz28X37LV5tufh48dnjQRvyfKed9fQbZPJNS": "023b594157a163104af43b519fa2af38f270f41b",
		"NetXdQprcVkpaWU":                      "7a06a770",
	} {
		p, got, err := Decode(text)
		if err != nil || hex.EncodeToString(got) != payload || Encode(p, got) != text {
			t.Errorf("%s: %x, %v", text, got, err)
		}
	}
	if a := AddressOf(BLS, make([]byte, 47)); a != "" {
		t.Errorf("an address of 47 bytes: %s", a)
	}
	if a := AddressOf("rsa2048", make([]byte, 32)); a != "" {
		t.Errorf("an address of RSA: %s", a)
	}
}

// The signatures of the same vectors as the keys: pytezos, tests/unit_tests/test_crypto/test_crypto.py.
func TestPublishedSignatures(t *testing.T) {
	for text, want := range map[string]*Prefix{
		"edsigtzLBGCyadERX1QsYHKpwnxSxEYQeGLnJGsSkHEsyY8vB5GcNdnvzUZDdFevJK7YZQ2ujwVjvQZn62ahCEcy74AwtbA8HuN": EdSig,
		"spsig1RriZtYADyRhyNoQMa6AiPuJJ7AUDcrxWZfgqexzgANqMv4nXs6qsXDoXcoChBgmCcn2t7Y3EkJaVRuAmNh2cDDxWTdmsz": SpSig,
		"p2sigR4JTRTMkT4XC4NgVuGdhZDbgaaSZpNPUserkyMCTY1GQJTFpCuihFRVk9n7YaNjA5U3cNcvJPRm7C9G5A1hsLsesVPcMu":  P2Sig,
		"sigqWxz3GKFXg6G8ndSzJF8JD9j7m12kPWZj6bHLqdKw6XpxhVLwGm26hVqMdEfgPdoz8qoA5QkM9mvnMyMFmYny9sqjb5bE":    AnySig,
	} {
		if p, got, err := Decode(text); err != nil || p != want || Encode(p, got) != text {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// Each of the ways to be wrong has an error of its own, which does not show the text.
func TestDecodeRefuses(t *testing.T) {
	const edsk = "edsk3nM41ygNfSxVU4w1uAW3G9EnTQEB5rjojeZedLTGmiGRcierVv"
	for text, says := range map[string]string{
		"":                           "not a Tezos text of a known kind",
		"hello":                      "not a Tezos text of a known kind",
		"edzk" + edsk[4:]:            "not a Tezos text of a known kind",
		"edsk":                       "has 54 or 98 letters, not 4",
		edsk[:53]:                    "has 54 or 98 letters, not 53",
		edsk + "v":                   "has 54 or 98 letters, not 55",
		strings.Repeat("edsk", 1000): "has 54 or 98 letters, not 4000",
		edsk[:52] + "é":              "a character",
		edsk[:20] + "0" + edsk[21:]:  "a character",
		edsk[:20] + "O" + edsk[21:]:  "a character",
		edsk[:20] + "\n" + edsk[21:]: "a character",
		edsk[:20] + "x" + edsk[21:]:  "checksum",
		edsk[:53] + "u":              "checksum",
		foreign("\x0d\x0f\x3a\x08", make([]byte, 32)): "unknown kind",
	} {
		p, payload, err := Decode(text)
		if err == nil || p != nil || payload != nil || !strings.Contains(err.Error(), says) || len(text) > 40 && strings.Contains(err.Error(), text[10:16]) {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// foreign is a text with a right checksum that begins as edsk does.
func foreign(prefix string, payload []byte) string {
	raw := append([]byte(prefix), payload...)
	once := sha256.Sum256(raw)
	twice := sha256.Sum256(once[:])
	return base58.Encode(append(raw, twice[:4]...))
}

// No letter of a text can be changed unnoticed.
func TestEveryLetterCounts(t *testing.T) {
	for _, p := range []*Prefix{EdSK, BLPK, TZ3} {
		text := []byte(Encode(p, bytes.Repeat([]byte{7}, p.Size)))
		for i := range text {
			before := text[i]
			for _, letter := range []byte("1aZ9") {
				if text[i] = letter; letter == before {
					continue
				}
				if _, _, err := Decode(string(text)); err == nil {
					t.Errorf("%s: letter %d may be %c", p.Letters, i, letter)
				}
			}
			text[i] = before
		}
	}
}

// What is sealed opens with its passphrase; with a bit of it wrong, with none.
func TestSealAndOpen(t *testing.T) {
	plain := bytes.Repeat([]byte{9}, 32)
	payload, err := Seal(plain, []byte("foo"), bytes.NewReader(bytes.Repeat([]byte{1}, 8)))
	if err != nil || !bytes.Equal(payload[:8], bytes.Repeat([]byte{1}, 8)) {
		t.Fatal(err)
	}
	if back, err := Open(payload, []byte("foo")); err != nil || !bytes.Equal(back, plain) {
		t.Errorf("does not open: %v", err)
	}
	for _, i := range []int{0, 7, 8, 23, 24, 55} {
		payload[i] ^= 1
		if back, err := Open(payload, []byte("foo")); !errors.Is(err, ErrPassphrase) || back != nil {
			t.Errorf("byte %d changed: %v", i, err)
		}
		payload[i] ^= 1
	}
	if _, err := Open(payload[:55], []byte("foo")); err == nil || errors.Is(err, ErrPassphrase) {
		t.Errorf("cut off: %v", err)
	}
	if _, err := Seal(plain[1:], []byte("foo"), bytes.NewReader(make([]byte, 8))); err == nil {
		t.Error("31 bytes are sealed")
	}
	if _, err := Seal(plain, []byte("foo"), bytes.NewReader(make([]byte, 7))); err == nil {
		t.Error("sealed with a short salt")
	}
}

// FuzzDecode: no text makes it panic, and each that is read is the only one for what it holds.
func FuzzDecode(f *testing.F) {
	for _, p := range Prefixes {
		f.Add(Encode(p, bytes.Repeat([]byte{7}, p.Size)))
	}
	f.Add("edsk")
	f.Fuzz(func(t *testing.T, text string) {
		p, payload, err := Decode(text)
		if err != nil {
			if p != nil || payload != nil {
				t.Fatal("something beside an error")
			}
			return
		}
		if Encode(p, payload) != text {
			t.Fatalf("%q is written otherwise", text)
		}
	})
}
