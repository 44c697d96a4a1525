package backup

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText  = 64 // bytes of a label, a holder, a note
	maxToken = 32 // bytes of an algorithm or a derivation
)

// SeedSize is the length of a secret of KindSeed in bytes.
const SeedSize = 32

// Valid tells what of the payload no sheet could carry: texts too long or not printable, a fingerprint of another form,
// a seed of another size, no secret.
func (p Payload) Valid() error {
	if !slices.Contains(Kinds(), p.Kind) {
		return fmt.Errorf("no such kind of secret: %q", p.Kind)
	}
	if p.Secret == nil || p.Secret.Len() == 0 {
		return errors.New("there is no secret to back up")
	}
	if p.Kind == KindSeed && p.Secret.Len() != SeedSize {
		return fmt.Errorf("a seed is %d bytes, not %d", SeedSize, p.Secret.Len())
	}
	if _, err := DigestOf(p.Fingerprint); err != nil {
		return err
	}
	return errors.Join(text("label", p.Label), token("algorithm", p.Algorithm), token("derivation", p.Derivation))
}

// Valid tells what of the meta data no sheet could carry.
func (m Meta) Valid() error {
	if y := m.Date.UTC().Year(); !m.Date.IsZero() && (y < 1 || y > 9999) {
		return fmt.Errorf("the year %d does not fit a sheet", y)
	}
	return errors.Join(text("holder", m.Holder), text("note", m.Note), text("companion", m.Companion))
}

const fingerprintPrefix = "SHA256:"

// DigestOf returns the 32 bytes of a fingerprint, or none for the empty one.
func DigestOf(fingerprint string) ([]byte, error) {
	if fingerprint == "" {
		return nil, nil
	}
	rest, found := strings.CutPrefix(fingerprint, fingerprintPrefix)
	digest, err := base64.StdEncoding.Strict().DecodeString(rest)
	if !found || err != nil || len(digest) != 32 {
		return nil, fmt.Errorf("a fingerprint is %q and the base64 of 32 bytes, not %q", fingerprintPrefix, fingerprint)
	}
	return digest, nil
}

// FingerprintOf is the text of 32 bytes, and empty for none.
func FingerprintOf(digest []byte) string {
	if len(digest) == 0 {
		return ""
	}
	return fingerprintPrefix + base64.StdEncoding.EncodeToString(digest)
}

// text refuses what would not print as typed, or would not be read back from paper the same.
func text(name, s string) error {
	switch {
	case len(s) > maxText:
		return fmt.Errorf("the %s is %d bytes long, more than %d", name, len(s), maxText)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the %s has characters that do not print", name)
	case s != squeeze(s):
		return fmt.Errorf("the %s has spaces at an end or two in a row, which paper does not keep", name)
	}
	return nil
}

func token(name, s string) error {
	if len(s) > maxToken || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return fmt.Errorf("the %s %q is more than %d characters of ASCII, or has spaces", name, s, maxToken)
	}
	return nil
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
