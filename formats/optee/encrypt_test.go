package optee

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

// sampleAES is the key of the samples: 00 01 … 1f.
func sampleAES() []byte {
	key := make([]byte, 32)
	for i := range key {
		key[i] = byte(i)
	}
	return key
}

// What OP-TEE's script encrypted is opened by its key and no other; signed again, it keeps its cipher text. Without the key nothing is
// vouched for: the hash that is signed is of the plain text.
func TestTheirsEncrypted(t *testing.T) {
	key, other := keytest.Key(t, "rsa2048"), keytest.Key(t, "rsa3072")
	aes := sampleAES()
	for _, name := range []string{"optee/enc-dev.ta", "optee/enc-class.ta"} {
		data := formatstest.Read(t, name)
		if _, err := verified(data, key.Public(), optionEncKey, aes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := verified(data, key.Public()); !errors.Is(err, formats.ErrNoKey) || issue.Hint(err) == "" {
			t.Errorf("%s without its key: %v", name, err)
		}
		wrong := bytes.Clone(aes)
		wrong[0]++
		if _, err := verified(data, key.Public(), optionEncKey, wrong); issue.ID(err) != "not-decrypted" || !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s with another: %v", name, err)
		}
		again := mustSign(t, data, other, optionEncKey, aes)
		if !bytes.Equal(again[fixedSize+32+384:], data[fixedSize+32+256:]) {
			t.Errorf("%s: signed again, it is another", name)
		}
		if _, err := verified(again, other.Public(), optionEncKey, aes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, err := signed(data, other, false); issue.ID(err) != "encrypted" {
			t.Errorf("%s, signed again without its key: %v", name, err)
		}
		if _, _, err := signed(data, other, false, optionEncKey, wrong); issue.ID(err) != "not-decrypted" {
			t.Errorf("%s, signed again with another key: %v", name, err)
		}
		if _, err := (Format{}).Strip(context.Background(), patch.Bytes(data)); issue.ID(err) != "encrypted" {
			t.Errorf("%s, stripped: %v", name, err)
		}
	}
}

// Each byte of an encrypted file counts.
func TestEncryptedBytes(t *testing.T) {
	data, key := formatstest.Read(t, "optee/enc-dev.ta"), keytest.Key(t, "rsa2048").Public()
	for i := range data {
		data[i] ^= 1 << (i % 8)
		if _, err := verified(data, key, optionEncKey, sampleAES()); err == nil {
			t.Errorf("byte %d changed, and nobody noticed", i)
		}
		data[i] ^= 1 << (i % 8)
	}
}

// The key is given as bytes or as digits, and the same file is made each time; its nonce is another for another image, version or key.
func TestOursEncrypted(t *testing.T) {
	key, elf := keytest.Key(t, "rsa2048"), formatstest.Read(t, "optee/stub64.elf")
	digits := []byte("000102030405060708090A0B0C0D0E0F101112131415161718191a1b1c1d1e1f\n")
	sign := func(elf []byte, pairs ...any) string {
		return string(mustSign(t, elf, key, append(pairs, optionScheme, schemePKCS1)...))
	}
	one := sign(elf, optionEncKey, sampleAES(), optionEncKeyType, keyClass)
	if one != sign(elf, optionEncKey, digits, optionEncKeyType, keyClass) {
		t.Error("it is another file each time")
	}
	if strings.Contains(one, string(elf[64:128])) {
		t.Error("it is not encrypted")
	}
	nonce := func(s string) string { return s[328+12:][:nonceSize] }
	changed := bytes.Clone(elf)
	changed[9]++
	for what, other := range map[string]string{
		"another version": sign(elf, optionEncKey, digits, optionEncKeyType, keyClass, optionVersion, "1"),
		"another image":   sign(changed, optionEncKey, digits, optionEncKeyType, keyClass),
		"a shorter key":   sign(elf, optionEncKey, digits[:32], optionEncKeyType, keyClass),
		"a device's key":  sign(elf, optionEncKey, digits),
	} {
		if nonce(other) == nonce(one) {
			t.Errorf("%s: the same nonce", what)
		}
	}
	if _, err := verified([]byte(one), key.Public(), optionEncKey, digits); err != nil {
		t.Error(err)
	}
	if _, err := verified(mustSign(t, elf, key), key.Public(), optionEncKey, digits); issue.ID(err) != "not-encrypted" {
		t.Errorf("a plain one: %v", err)
	}
}

// What is wrong with a key, and what is worth a warning.
func TestEncryptionKeys(t *testing.T) {
	key, elf := keytest.Key(t, "rsa2048"), formatstest.Read(t, "optee/stub64.elf")
	for _, bad := range []string{"", "00", strings.Repeat("0", 31), strings.Repeat("0", 62), strings.Repeat("x", 33), "00 " + strings.Repeat("0", 62)} {
		if _, _, err := signed(elf, key, false, optionEncKey, []byte(bad)); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, _, err := signed(elf, key, false, optionEncKeyType, keyDevice); !errors.Is(err, formats.ErrOption) {
		t.Errorf("a type without a key: %v", err)
	}
	public := []byte("b64d239b1f3c7d3b06506229cd8ff7c8af2bb4db2168621ac62c84948468c4f4")
	for _, row := range []struct {
		key      []byte
		warnings int
	}{{sampleAES(), 0}, {sampleAES()[:16], 1}, {public, 1}} {
		if _, result, err := signed(elf, key, false, optionEncKey, row.key); err != nil || len(result.Warnings) != row.warnings {
			t.Errorf("%q: %v", row.key, err)
		}
	}
}
