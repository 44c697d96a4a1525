package optee

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
	"sigtool/keygen"
)

// A version is kept, goes up, and goes down by force alone; verifying asks for the lowest.
func TestVersion(t *testing.T) {
	key := keytest.Key(t, "rsa2048")
	ta := mustSign(t, formatstest.Read(t, "optee/stub32.elf"), key, optionVersion, "0x10")
	again := mustSign(t, ta, key, optionVersion, "17")
	for version, good := range map[string]bool{"0": true, "17": true, "0x11": true, "18": false} {
		if _, err := verified(again, key.Public(), optionVersion, version); (err == nil) != good || !good && issue.ID(err) != "version-goes-back" {
			t.Errorf("17 for %s: %v", version, err)
		}
	}
	if _, _, err := signed(again, key, false, optionVersion, "16"); issue.ID(err) != "version-goes-back" || !errors.Is(err, formats.ErrOption) {
		t.Errorf("back: %v", err)
	}
	if forced, _, err := signed(again, key, true, optionVersion, "16"); err != nil || !bytes.Equal(forced, ta) {
		t.Errorf("back by force: %v", err)
	}
	for _, bad := range []string{"-1", "007", "4294967296", "1.0", "x", "0x"} {
		if _, _, err := signed(ta, key, true, optionVersion, bad); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// All that say the UUID must agree, in signing as in verifying; it is written in one way.
func TestUUID(t *testing.T) {
	key, elf := keytest.Key(t, "rsa2048"), formatstest.Read(t, "optee/stub64.elf")
	ta := mustSign(t, elf, key, optionUUID, strings.ToUpper(stubUUID))
	if _, err := verified(ta, key.Public(), optionUUID, stubUUID); err != nil {
		t.Error(err)
	}
	if _, err := verified(ta, key.Public(), optionUUID, rootUUID); issue.ID(err) != "uuid-differs" || !errors.Is(err, formats.ErrMismatch) {
		t.Errorf("another asked for: %v", err)
	}
	for _, data := range [][]byte{elf, ta} {
		if _, _, err := signed(data, key, true, optionUUID, rootUUID); issue.ID(err) != "uuid-differs" {
			t.Errorf("another given: %v", err)
		}
	}
	bare := mustSign(t, formatstest.Read(t, "optee/bare.elf"), key, optionUUID, rootUUID)
	forged := append(bare[:len(bare)-1104:len(bare)-1104], elf...)
	if _, _, err := signed(forged, key, true); issue.ID(err) != "uuid-differs" {
		t.Errorf("a header for another image: %v", err)
	}
	for _, bad := range []string{"x", strings.ReplaceAll(stubUUID, "-", ""), "3f7a-4c109d2e-4b51-8c60-1e5b27a9d483", stubUUID + "0", "{" + stubUUID + "}"} {
		if _, err := ParseUUID(bad); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A key that OP-TEE can't check signs nothing, and a signature by OP-TEE's own key is warned of.
func TestKeys(t *testing.T) {
	elf := formatstest.Read(t, "optee/stub64.elf")
	for _, name := range []string{"p256", "ed25519"} {
		if _, _, err := signed(elf, keytest.Key(t, name), false); !errors.Is(err, formats.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	public, _, err := keygen.ParsePublic(formatstest.Read(t, "optee/default.pub"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := verified(formatstest.Read(t, "optee/default.ta"), public)
	if err != nil || len(found) != 2 || !found[1].Aside || !errors.Is(found[1].Err, errPublished) {
		t.Errorf("%v: %v", found, err)
	}
	if found, err := verified(mustSign(t, elf, keytest.Key(t, "rsa2048")), keytest.Key(t, "rsa2048").Public()); err != nil || len(found) != 1 {
		t.Errorf("%v: %v", found, err)
	}
}

// Options that mean nothing are refused, and what is no trusted application.
func TestMisfits(t *testing.T) {
	key, elf := keytest.Key(t, "rsa2048"), formatstest.Read(t, "optee/stub64.elf")
	for _, pairs := range [][]any{{optionScheme, "cms"}, {optionSubkeyName, "x"}, {optionUUID, "x"}, {optionEncKeyType, "all", optionEncKey, sampleAES()}, {optionSubkey, []byte("x")}} {
		if _, _, err := signed(elf, key, false, pairs...); !errors.Is(err, formats.ErrOption) {
			t.Errorf("%q: %v", pairs, err)
		}
	}
	ta := mustSign(t, elf, key)
	for _, option := range []string{optionUUID, optionVersion, optionScheme, optionEncKeyType} {
		_, _, signErr := signed(elf, key, false, option, "")
		_, verifyErr := verified(ta, key.Public(), option, "")
		for _, err := range []error{signErr, verifyErr} {
			if !errors.Is(err, formats.ErrOption) {
				t.Errorf("--%s with nothing: %v", option, err)
			}
		}
	}
	for _, data := range []string{"", "HST", "text", strings.Repeat("\x00", 100)} {
		src := patch.Bytes(data)
		_, err := Format{}.Verify(context.Background(), src, formats.Keys{Public: []crypto.PublicKey{key.Public()}})
		_, stripErr := Format{}.Strip(context.Background(), src)
		_, tellErr := Format{}.Describe(context.Background(), src)
		for _, err := range []error{err, stripErr, tellErr} {
			if !errors.Is(err, formats.ErrFormat) {
				t.Errorf("%q: %v", data, err)
			}
		}
	}
}

// What a file says of itself, from the root key on.
func TestDescribe(t *testing.T) {
	for name, want := range map[string]string{
		"stub64.elf": "type=ELF file of a trusted application uuid=" + stubUUID,
		"bare.elf":   "type=ELF file of a trusted application",
		"enc-dev.ta": "type=encrypted trusted application uuid=" + stubUUID + " version=3 image=1104 bytes cipher=AES-GCM, by the device's own key signed=rsa-pkcs1-sha256",
		"identity.ta": "type=subkey uuid=" + stubUUID + " version=0 key=RSA, 2048 bits signs=what has its own UUID below=at most 0 subkeys signed=rsa-pss-sha256 " +
			"type=trusted application uuid=" + stubUUID + " version=0 image=1104 bytes signed=rsa-pss-sha256",
		"subkey1.bin": "type=subkey uuid=" + rootUUID + " version=2 key=RSA, 3072 bits signs=UUIDs made of names of at most 32 bytes below=at most 3 subkeys " +
			"signed=rsa-pkcs1-sha256",
	} {
		properties, err := Format{}.Describe(context.Background(), patch.Bytes(formatstest.Read(t, "optee/"+name)))
		var said []string
		for _, p := range properties {
			said = append(said, p.Name+"="+p.Value)
		}
		if got := strings.Join(said, " "); err != nil || got != want {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}
