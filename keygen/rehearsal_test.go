package keygen

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"

	"sigtool/internal/secret"
)

// TestRehearsalMark: a file with the mark is read as one without it, and says what it is.
func TestRehearsalMark(t *testing.T) {
	t.Parallel()
	key, err := FromSeed(P256, bytes.Repeat([]byte{1}, SeedSize))
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := MarshalPrivate(key)
	if err != nil {
		t.Fatal(err)
	}
	passphrase := []byte("a passphrase")
	sealed, err := Seal(pkcs8, passphrase, PBKDF2, bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	spki, err := MarshalPublic(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	marked := append([]byte(RehearsalMark), sealed...)
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"a key": {marked, true}, "a public key": {append([]byte(RehearsalMark), EncodePublic(spki)...), true},
		"lines that end in CR LF": {bytes.ReplaceAll(marked, []byte("\n"), []byte("\r\n")), true}, "a second block": {append(bytes.Clone(sealed), marked...), true},
		"a key in earnest": {sealed, false}, "nothing": {nil, false}, "the word alone": {append([]byte("REHEARSAL\n"), sealed...), false},
	} {
		if IsRehearsal(c.data) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
	for _, data := range [][]byte{marked, sealed} {
		loaded, err := Load(data, func() (*secret.Bytes, error) { return secret.From(bytes.Clone(passphrase)), nil })
		if err != nil || loaded.Rehearsal != IsRehearsal(data) {
			t.Errorf("%v, %v", loaded, err)
		}
	}
}

func TestRehearsalCertificate(t *testing.T) {
	t.Parallel()
	unit := func(names ...string) pkix.Name { return pkix.Name{OrganizationalUnit: names} }
	for name, c := range map[string]struct {
		certificate x509.Certificate
		want        bool
	}{
		"its subject": {x509.Certificate{Subject: unit("a", RehearsalUnit)}, true}, "its issuer": {x509.Certificate{Issuer: unit(RehearsalUnit)}, true},
		"neither": {x509.Certificate{Subject: unit("Rehearsals")}, false},
	} {
		if IsRehearsalCertificate(&c.certificate) != c.want {
			t.Errorf("%s: %v", name, !c.want)
		}
	}
}
