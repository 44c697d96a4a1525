package verify

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"sigtool/backup"
	"sigtool/formats"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// Paper judges what a sheet gave back. It is strict: a sheet that had to be corrected, or whose printed head says other than its code,
// does not check, although it may well restore. With keys in the policy, the sheet must be of one of them.
// Errors: backup.ErrDamaged, ErrNotAccepted.
func Paper(restored *backup.Restored, p Policy) error {
	if !restored.Sound() {
		return fmt.Errorf("%w: %s", backup.ErrDamaged, strings.Join(Flaws(restored), "; "))
	}
	return PaperIsOf(restored, p)
}

// PaperIsOf tells whether a sheet is of one of the policy's keys; a policy without keys asks nothing more than that a sheet which
// shows its key is of the key that it names. A sheet carries no signature: a sealed key is known by the fingerprint that the sheet
// itself states, until somebody opens it. Errors: backup.ErrDamaged, ErrNotAccepted.
func PaperIsOf(restored *backup.Restored, p Policy) error {
	key, err := KeyOnPaper(restored)
	if err != nil || len(p.Keys) == 0 {
		return err
	}
	for _, accepted := range p.Keys {
		switch {
		case key != nil && formats.SameKey(key, accepted):
			return nil
		case restored.Kind == backup.KindSealedKey && keygen.Fingerprint(accepted) == restored.Fingerprint:
			return nil
		}
	}
	what := restored.Fingerprint
	if key != nil {
		what = keygen.Fingerprint(key)
	}
	if what == "" {
		what = "no key: " + string(restored.Kind)
	}
	return fmt.Errorf("%w: the sheet is of %s", ErrNotAccepted, what)
}

// KeyOnPaper makes the key that a sheet holds in the clear and compares it with the fingerprint that the sheet states. It is nil for a
// sheet that holds no key, or a sealed one, or words whose algorithm nobody knows. Errors: backup.ErrDamaged.
func KeyOnPaper(restored *backup.Restored) (crypto.PublicKey, error) {
	var key crypto.Signer
	switch restored.Kind {
	case backup.KindSeed:
		algorithm, err := keygen.ParseAlgorithm(restored.Algorithm)
		if err != nil {
			return nil, nil
		}
		if key, err = keygen.FromSeed(algorithm, restored.Secret.Bytes()); err != nil {
			return nil, fmt.Errorf("%w: %v", backup.ErrDamaged, err)
		}
	case backup.KindKey:
		loaded, err := keygen.Load(restored.Secret.Bytes(), func() (*secret.Bytes, error) { return nil, errors.New("it is sealed") })
		if err != nil {
			return nil, fmt.Errorf("%w: the key on it: %v", backup.ErrDamaged, err)
		}
		key = loaded.Signer
	default:
		return nil, nil
	}
	if restored.Fingerprint != "" && keygen.Fingerprint(key.Public()) != restored.Fingerprint {
		return nil, fmt.Errorf("%w: it brings back %s, and names %s", backup.ErrDamaged, keygen.Fingerprint(key.Public()), restored.Fingerprint)
	}
	return key.Public(), nil
}

// row is a line of code as it is printed or typed: a number first, then characters and words.
var row = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{1,3}(/[0-9]{1,3})?[ \t0-9A-Za-z?-]*$`) })

// Foreign returns the number of the first line of a text that is no part of the sheet that was read from it, or 0. A reader of sheets
// passes over what it does not know, so that people can type around it; whoever judges a file must not, for anything can have the
// lines of a sheet behind it.
func Foreign(text []byte, restored *backup.Restored, codec backup.Codec) int {
	printed := map[string]bool{"": true}
	if sheet, err := codec.Encode(restored.Payload, restored.Meta); err == nil {
		for line := range bytes.Lines(sheet.Text) {
			printed[string(bytes.TrimSpace(line))] = true
		}
		sheet.Destroy()
	}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\uFEFF"))) {
		number++
		if line = bytes.TrimSpace(line); !printed[string(line)] && !row().Match(line) {
			return number
		}
	}
	return 0
}

// Flaws lists what was wrong with a sheet that came back all the same: page, line, group and why, nothing of the secret.
func Flaws(restored *backup.Restored) []string {
	var flaws []string
	for _, c := range restored.Corrections {
		flaws = append(flaws, c.Place()+": "+c.Why)
	}
	return append(flaws, restored.HeaderDiffers...)
}
