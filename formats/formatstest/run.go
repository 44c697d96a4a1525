package formatstest

import (
	"cmp"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// testTime is when everything is signed.
var testTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// Run holds the format to what package formats asks of one. Large counts the memory of the whole program, so it goes alone and first; the
// rest runs side by side.
func Run(t *testing.T, s Suite) {
	t.Run("large", s.large)
	for name, check := range map[string]func(*testing.T){
		"describes itself":              s.describes,
		"sniffs its own and no other's": s.sniffs,
		"unsigned":                      s.unsigned,
		"signs":                         s.signs,
		"another key":                   s.anotherKey,
		"signs again":                   s.signsAgain,
		"every byte":                    s.everyByte,
		"every truncation":              s.everyTruncation,
		"side by side":                  s.sideBySide,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t)
		})
	}
}

func (s Suite) describes(t *testing.T) {
	f := s.Format
	if f.Name() == "" || f.Name() != strings.ToLower(f.Name()) || f.Summary() == "" || strings.Contains(f.Summary(), "\n") {
		t.Errorf("name %q or summary %q is not fit to print", f.Name(), f.Summary())
	}
	for _, pattern := range f.Files() {
		if _, err := filepath.Match(pattern, "x"); err != nil {
			t.Errorf("pattern %q: %v", pattern, err)
		}
	}
	for _, o := range f.Options() {
		if o.Name == "" || o.Help == "" || !o.Sign && !o.Verify {
			t.Errorf("option %+v has no name, no help or no verb", o)
		}
		if o.Enum != nil && !slices.Contains(o.Enum, o.Default) {
			t.Errorf("option %s: its default %q is not one of %q", o.Name, o.Default, o.Enum)
		}
	}
}

func (s Suite) sniffs(t *testing.T) {
	sniff := func(data []byte) bool {
		src := &counting{Source: patch.Bytes(data)}
		found := s.Format.Sniff(src)
		if src.read > 64<<10 {
			t.Errorf("sniffing read %d bytes", src.read)
		}
		return found
	}
	for _, name := range s.Samples {
		if data := Read(t, name); sniff(data) == s.Named {
			t.Errorf("%s: sniffed as ours is %v", name, !s.Named)
		}
	}
	foreign := slices.Concat(s.Foreign, []string{"", "\x00", "text\n", "\x7fELF", "PK\x03\x04", "\x1f\x8b\x08", "\xfd7zXZ\x00", "\x28\xb5\x2f\xfd", strings.Repeat("\x00", 1<<17)})
	for _, data := range foreign {
		if sniff([]byte(data)) {
			t.Errorf("%q sniffed as ours", data[:min(len(data), 20)])
		}
	}
	root := Testdata(t)
	own := filepath.Join(root, cmp.Or(s.Folder, s.Format.Name()))
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path == own:
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		data, err := os.ReadFile(path)
		if err == nil && sniff(data) {
			t.Errorf("%s sniffed as ours", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (s Suite) unsigned(t *testing.T) {
	for _, name := range s.Samples {
		if err := s.Verify(Signed{Data: Read(t, name)}, s.Signer.Keys()); !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (s Suite) signs(t *testing.T) {
	for _, name := range s.Samples {
		data := Read(t, name)
		file := s.mustSign(t, data, s.Signer)
		found, err := s.verify(patch.Bytes(file.Data), file.Sidecars, s.Signer.Keys())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.ContainsFunc(found, s.Signer.made) {
			t.Errorf("%s: no signature is known to be the signer's", name)
		}
		if again := s.mustSign(t, data, s.Signer); !equal(file, again) {
			t.Errorf("%s: signed twice, it is not the same bytes", name)
		}
		if !s.Named && !s.Format.Sniff(patch.Bytes(file.Data)) {
			t.Errorf("%s: signed, it is not known any more", name)
		}
	}
	if _, err := s.Sign(nil, s.Signer); !s.Named && !errors.Is(err, formats.ErrFormat) {
		t.Errorf("an empty file: %v", err)
	}
}

func (by Signer) made(sig formats.Signature) bool {
	return sig.Err == nil && formats.SameKey(by.Key.Public(), sig.Key)
}

// anotherKey: a key that did not sign is never said to have.
func (s Suite) anotherKey(t *testing.T) {
	file := s.mustSign(t, Read(t, s.Samples[0]), s.Signer)
	for _, keys := range []formats.Keys{s.Other.Keys(), {Public: s.Other.Keys().Public}, {}} {
		found, err := s.verify(patch.Bytes(file.Data), file.Sidecars, keys)
		if slices.ContainsFunc(found, s.Other.made) {
			t.Error("it is said to be by a key that did not sign it")
		}
		if err != nil && !errors.Is(err, formats.ErrMismatch) && !errors.Is(err, formats.ErrNoKey) {
			t.Errorf("neither a mismatch nor a want of keys: %v", err)
		}
		if err == nil && !slices.ContainsFunc(found, s.Signer.made) {
			t.Error("it matches, and nobody made it")
		}
	}
	if len(s.Signer.Chain) > 0 {
		stranger := Signer{s.Other.Key, []*x509.Certificate{s.Signer.Chain[0]}}
		if wrong, err := s.Sign(Read(t, s.Samples[0]), stranger); err == nil && s.Verify(wrong, s.Signer.Keys()) == nil {
			t.Error("another's certificate passes for the key's own")
		}
	}
}

func (s Suite) signsAgain(t *testing.T) {
	once := s.mustSign(t, Read(t, s.Samples[0]), s.Signer)
	twice := s.mustSign(t, once.Data, s.Signer)
	if !s.Adds && !equal(once, twice) {
		t.Errorf("signed again by the same key, it is not the same bytes: %d and %d", len(once.Data), len(twice.Data))
	}
	other := s.mustSign(t, once.Data, s.Other)
	keys := s.Other.Keys()
	if s.Adds {
		keys.Public, keys.Certs = append(keys.Public, s.Signer.Keys().Public...), append(keys.Certs, s.Signer.Chain...)
	}
	found, err := s.verify(patch.Bytes(other.Data), other.Sidecars, keys)
	if err != nil || !slices.ContainsFunc(found, s.Other.made) || slices.ContainsFunc(found, s.Signer.made) != s.Adds {
		t.Errorf("signed by another: %d signatures, %v", len(found), err)
	}
}
