package tezos

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// The watermark is named, always; a byte that has a name is what it names; what is baked is not signed by the way.
func TestWatermarks(t *testing.T) {
	s := suite(t, tz1, tz2, nil)
	data := formatstest.Read(t, "tezos/operation.bin")
	for _, bad := range []string{"", "transfer", "Operation", "3", "0x3", "0x003", "0xgg", "0X03", "03"} {
		s.Options = with(bad)
		if _, err := s.Sign(data, s.Signer); !errors.Is(err, formats.ErrOption) {
			t.Errorf("--watermark %q: %v", bad, err)
		}
		if err := s.Verify(formatstest.Signed{Data: data}, s.Signer.Keys()); !errors.Is(err, formats.ErrOption) {
			t.Errorf("verify --watermark %q: %v", bad, err)
		}
	}
	texts := map[string]string{}
	for _, row := range []struct {
		name, byte string
		baking     bool
	}{
		{"operation", "0x03", false}, {"block", "0x11", true}, {"preattestation", "0x12", true}, {"attestation", "0x13", true}, {"legacy-block", "0x01", true},
		{"legacy-endorsement", "0x02", true}, {"michelson", "0x05", false}, {"0x04", "0x04", false}, {"0xFF", "0xff", false},
	} {
		var made []string
		for _, name := range []string{row.name, row.byte} {
			s.Options = with(name)
			_, err := s.Sign(data, s.Signer)
			if refused := errors.Is(err, formats.ErrOption) && strings.Contains(issue.Hint(err), "--no-high-watermark"); refused != row.baking || !refused && err != nil {
				t.Errorf("%s: %v", name, err)
			}
			s.Options = with(name, optionNoHigh)
			file, err := s.Sign(data, s.Signer)
			if err != nil {
				t.Fatal(err)
			}
			made = append(made, string(file.Sidecars[suffix]))
		}
		if made[0] != made[1] || texts[made[0]] != "" {
			t.Errorf("%s and %s: not the same, or the same as %s", row.name, row.byte, texts[made[0]])
		}
		texts[made[0]] = row.name
	}
}

// Text in hexadecimal is neither signed as letters nor read as bytes unless it is said which; bytes are never taken off.
func TestWhichBytes(t *testing.T) {
	s := suite(t, tz1, tz2, nil)
	for _, row := range []struct {
		file  string
		isHex bool
		want  string // "" is refused
	}{
		{"\x00\xff", false, "00ff"}, {"abcg", false, "61626367"}, {"abc", false, "616263"}, {"0x", false, "3078"}, {"03 04", false, "3033203034"},
		{"abcd", false, ""}, {"0xabcd\n", false, ""}, {"ABCD\r\n", false, ""}, {"", false, ""},
		{"abCD", true, "abcd"}, {"0x03ab\n", true, "03ab"}, {"03ab\r\n", true, "03ab"}, {"6162", true, "6162"},
		{"", true, ""}, {"\n", true, ""}, {"0x", true, ""}, {"abc", true, ""}, {"ab cd", true, ""}, {"ab\ncd", true, ""}, {" abcd", true, ""}, {"abcd\n\n", true, ""}, {"\x03ab", true, ""},
	} {
		got, err := body(patch.Bytes(row.file), row.isHex)
		if row.want == "" && !errors.Is(err, formats.ErrFormat) || row.want != "" && (err != nil || hex.EncodeToString(got) != row.want) {
			t.Errorf("%q, hex %v: %x, %v", row.file, row.isHex, got, err)
		}
	}
	if _, err := body(patch.Bytes("abcd"), false); !strings.Contains(issue.Hint(err), "--hex") {
		t.Errorf("no hint: %v", err)
	}
	if _, err := body(patch.Bytes(bytes.Repeat([]byte("ab"), MaxBytes+1)), true); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("too long: %v", err)
	}
	request := formats.Request{Key: s.Signer.Key}
	request.Options.Set(optionWatermark, "operation")
	for file, warned := range map[string]int{"\x03\xff": 1, "\xff\x03": 0} {
		result, err := Format{}.Sign(t.Context(), patch.Bytes(file), request)
		if err != nil || len(result.Warnings) != warned {
			t.Errorf("%q: %v, %v", file, result.Warnings, err)
		}
	}
}

// Keys that are none of Tezos, and signatures of other kinds, are told what they are.
func TestRefusals(t *testing.T) {
	data := formatstest.Read(t, "tezos/operation.bin")
	s := suite(t, tz1, tz2, with("operation"))
	for _, name := range []string{"rsa2048", "p384"} {
		if _, err := s.Sign(data, formatstest.LoadSigner(t, name)); !errors.Is(err, formats.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	file, err := s.Sign(data, s.Signer)
	if err != nil {
		t.Fatal(err)
	}
	for what, row := range map[string]struct {
		text string
		keys formats.Keys
		want error
	}{
		"RSA key":       {string(file.Sidecars[suffix]), formatstest.LoadSigner(t, "rsa2048").Keys(), formats.ErrNoKey},
		"another kind":  {string(file.Sidecars[suffix]), s.Other.Keys(), formats.ErrMismatch},
		"a BLS key":     {string(file.Sidecars[suffix]), account(t, tz4).Keys(), formats.ErrMismatch},
		"no key":        {string(file.Sidecars[suffix]), formats.Keys{}, formats.ErrNoKey},
		"an address":    {"tz1eKkWU5hGtfLUiqNpucHrXymm83z3DG9Sq", s.Signer.Keys(), formats.ErrMismatch},
		"not a text":    {"\x00", s.Signer.Keys(), formats.ErrMismatch},
		"a line's end":  {string(file.Sidecars[suffix]) + "\r\n", s.Signer.Keys(), nil},
		"two ends":      {string(file.Sidecars[suffix]) + "\n\n", s.Signer.Keys(), formats.ErrMismatch},
		"key after key": {string(file.Sidecars[suffix]), formats.Keys{Public: []crypto.PublicKey{s.Other.Key.Public(), s.Signer.Key.Public()}}, nil},
	} {
		if err := s.Verify(formatstest.Signed{Data: data, Sidecars: map[string][]byte{suffix: []byte(row.text)}}, row.keys); !errors.Is(err, row.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	keys := s.Signer.Keys()
	keys.Options.Set(optionWatermark, "operation")
	keys.Options.SetBytes(optionSignature, file.Sidecars[suffix])
	found, err := Format{}.Verify(t.Context(), patch.Bytes(data), keys)
	if err != nil || len(found) != 1 || found[0].Err != nil || found[0].Signer != "tz1eKkWU5hGtfLUiqNpucHrXymm83z3DG9Sq" || found[0].Alg != "ed25519-blake2b256" {
		t.Errorf("given: %+v, %v", found, err)
	}
}

// FuzzVerify tries any signature and any bytes: none but the signer's is ever the signer's, and no reading panics.
func FuzzVerify(f *testing.F) {
	s := suite(f, tz3, tz2, with("operation"))
	file, err := s.Sign([]byte("message"), s.Signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file.Sidecars[suffix], []byte("other"), false)
	f.Add([]byte("sigREwM1SuRN5WzjH5xGJuyeZQ9kWi8XtbA4wRqGTumJwNY18PmF1XQMLCXEQBr4frnriKHWdPUynF1vGUvPcoWrNjb3s5xp"), []byte("0x1234"), true)
	f.Add([]byte("BLsig"), []byte{3}, false)
	keys := s.Signer.Keys()
	keys.Public = append(keys.Public, s.Other.Key.Public(), account(f, tz1).Key.Public())
	f.Fuzz(func(t *testing.T, signature, content []byte, isHex bool) {
		given := keys
		given.Options = formats.Values{}
		given.Options.Set(optionWatermark, "operation")
		if isHex {
			given.Options.Set(optionHex, "true")
		}
		given.Options.SetBytes(optionSignature, signature)
		found, err := Format{}.Verify(t.Context(), patch.Bytes(content), given)
		if err == nil && found[0].Err == nil && !bytes.Equal(content, []byte("message")) && !isHex {
			t.Errorf("%q is said to be signed by a test key", content)
		}
	})
}
