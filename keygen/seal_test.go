package keygen

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"strings"
	"testing"
	"time"

	"sigtool/internal/secret"
)

// soon is far more than a loaded machine needs for a refusal, and far less than the work that is refused.
const soon = 10 * time.Second

// A file that asks for more work or memory than any honest one is refused before a passphrase is asked for, and at once.
func TestHostileParameters(t *testing.T) {
	type algorithm struct {
		OID    asn1.ObjectIdentifier
		Params any
	}
	type pbkdf2Params struct {
		Salt   []byte
		Rounds int64
		Length int64 `asn1:"optional"`
	}
	type scryptParams struct {
		Salt    []byte
		N, R, P int64
	}
	salt, iv, data := make([]byte, 16), make([]byte, 16), make([]byte, 64)
	for what, c := range map[string]struct {
		kdf         algorithm
		iv, data    []byte
		unsupported bool
	}{
		"no rounds":           {algorithm{oidPBKDF2, pbkdf2Params{salt, 0, 0}}, iv, data, true},
		"less than none":      {algorithm{oidPBKDF2, pbkdf2Params{salt, -1, 0}}, iv, data, true},
		"a round too many":    {algorithm{oidPBKDF2, pbkdf2Params{salt, 10_000_001, 0}}, iv, data, true},
		"2^31 rounds":         {algorithm{oidPBKDF2, pbkdf2Params{salt, 1 << 31, 0}}, iv, data, true},
		"another key length":  {algorithm{oidPBKDF2, pbkdf2Params{salt, 1000, 16}}, iv, data, false},
		"N is 1":              {algorithm{oidScrypt, scryptParams{salt, 1, 8, 1}}, iv, data, false},
		"N is no power of 2":  {algorithm{oidScrypt, scryptParams{salt, 1000, 8, 1}}, iv, data, false},
		"no r":                {algorithm{oidScrypt, scryptParams{salt, 1024, 0, 1}}, iv, data, false},
		"2 GiB":               {algorithm{oidScrypt, scryptParams{salt, 1 << 21, 8, 1}}, iv, data, true},
		"2 GiB by r":          {algorithm{oidScrypt, scryptParams{salt, 2, 1 << 23, 1}}, iv, data, true},
		"work without end":    {algorithm{oidScrypt, scryptParams{salt, 1 << 14, 8, 1 << 30}}, iv, data, true},
		"2 GiB of blocks":     {algorithm{oidScrypt, scryptParams{salt, 2, 1, 1 << 24}}, iv, data, true},
		"a block too many":    {algorithm{oidScrypt, scryptParams{salt, 2, 8, 1<<15 + 1}}, iv, data, true},
		"all of it":           {algorithm{oidScrypt, scryptParams{salt, 1 << 62, 1 << 62, 1 << 62}}, iv, data, true},
		"a short IV":          {algorithm{oidPBKDF2, pbkdf2Params{salt, 1000, 0}}, iv[:8], data, false},
		"half a block":        {algorithm{oidPBKDF2, pbkdf2Params{salt, 1000, 0}}, iv, data[:24], false},
		"nothing sealed":      {algorithm{oidPBKDF2, pbkdf2Params{salt, 1000, 0}}, iv, nil, false},
		"an unknown way":      {algorithm{oidP256, pbkdf2Params{salt, 1000, 0}}, iv, data, true},
		"parameters are none": {algorithm{oidPBKDF2, asn1.NullRawValue}, iv, data, false},
	} {
		der, err := asn1.Marshal(struct {
			Alg  algorithm
			Data []byte
		}{algorithm{oidPBES2, struct{ KDF, Cipher algorithm }{c.kdf, algorithm{oidAES256CBC, c.iv}}}, c.data})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		key, err := Load(der, noAsk(t))
		if err == nil || key != nil || errors.Is(err, ErrUnsupported) != c.unsupported || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", what, err)
		}
		if time.Since(start) > soon {
			t.Errorf("%s: took %v", what, time.Since(start))
		}
		if _, ok := SealedDER(der); ok {
			t.Errorf("%s: SealedDER takes it", what)
		}
	}
}

// With the same randomness the same file: what seals is nothing but what is passed in.
func TestSealIsDeterministic(t *testing.T) {
	var files [2][]byte
	for i := range files {
		sealed, err := Seal(derOf(t, "p256.pem"), []byte(passphrase), Scrypt, strings.NewReader("0123456789abcdefFEDCBA9876543210 and more"))
		if err != nil {
			t.Fatal(err)
		}
		files[i] = sealed
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("two files differ")
	}
	der, ok := SealedDER(files[0])
	if !ok || !bytes.Contains(der, []byte("0123456789abcdef")) || !bytes.Contains(der, []byte("FEDCBA9876543210")) {
		t.Error("salt and IV are not the random bytes")
	}
}

func TestSealedAndNobodyToAsk(t *testing.T) {
	der := derOf(t, "ed25519.pem")
	sealed, err := Seal(der, []byte(passphrase), Scrypt, bytes.NewReader(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Load(sealed, nil); !errors.Is(err, ErrPassphrase) {
		t.Errorf("no way to ask: %v", err)
	}
	own := errors.New("ctrl-c")
	if _, err := Load(sealed, func() (*secret.Bytes, error) { return nil, own }); !errors.Is(err, own) {
		t.Errorf("the asker's own error: %v", err)
	}
	if _, err := Load(sealed, func() (*secret.Bytes, error) { return nil, nil }); !errors.Is(err, ErrPassphrase) {
		t.Errorf("no passphrase: %v", err)
	}
	if _, err := Seal(der, nil, PBKDF2, bytes.NewReader(make([]byte, 32))); err == nil {
		t.Error("Seal takes an empty passphrase")
	}
	if _, err := Seal([]byte("text"), []byte("x"), PBKDF2, bytes.NewReader(make([]byte, 32))); err == nil {
		t.Error("Seal takes what is no key")
	}
	if _, err := Seal(der, []byte("x"), PBKDF2, bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("Seal goes on without randomness")
	}
	if _, err := Seal(der, []byte("x"), "bcrypt", bytes.NewReader(make([]byte, 32))); err == nil {
		t.Error("Seal takes any key derivation")
	}
}
