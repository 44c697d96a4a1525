package verify

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/formats"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

var errRehearsalPaper = fmt.Errorf("%w: the sheet says so", ErrRehearsal)

// Paper judges what a sheet gave back. It is strict: a sheet that had to be corrected, or whose printed head says other than its code,
// does not check, although it may well restore. With keys in the policy, the sheet must be of one of them.
// Errors: backup.ErrDamaged, ErrNotAccepted, ErrRehearsal.
func Paper(restored *backup.Restored, p Policy) error {
	if restored.Meta.Rehearsal && !p.Rehearsal {
		return errRehearsalPaper
	}
	if !restored.Sound() {
		return fmt.Errorf("%w: %s", backup.ErrDamaged, strings.Join(Flaws(restored), "; "))
	}
	return PaperIsOf(restored, p)
}

// PaperIsOf tells whether a sheet is of one of the policy's keys; a policy that names nobody asks nothing more than that a sheet which
// shows its key is of the key that it names. A sheet has no certificate, so CAs and fingerprints of certificates accept none. A sheet carries no signature: a sealed key is known by the fingerprint that the sheet
// itself states, until somebody opens it. Errors: backup.ErrDamaged, ErrNotAccepted.
func PaperIsOf(restored *backup.Restored, p Policy) error {
	key, err := KeyOnPaper(restored)
	if err != nil || !p.names() {
		return err
	}
	for _, accepted := range p.Pinned() {
		switch {
		case key != nil && formats.SameKey(key, accepted):
			return nil
		case restored.Kind.Sealed() && keygen.Fingerprint(accepted) == restored.Fingerprint:
			return nil
		}
	}
	switch {
	case key != nil:
		return fmt.Errorf("%w: the sheet is of %s", ErrNotAccepted, keygen.Fingerprint(key))
	case restored.Kind.Sealed():
		return fmt.Errorf("%w: the sheet is of %s", ErrNotAccepted, restored.Fingerprint)
	case restored.Kind == backup.KindSeed:
		return fmt.Errorf("%w: the 32 bytes alone do not say for which algorithm the key is: type the statement Algorithm too", ErrNotAccepted)
	}
	return fmt.Errorf("%w: the sheet holds no key: %s", ErrNotAccepted, restored.Kind)
}

// KeyOnPaper makes the key that a sheet holds in the clear and compares it with the fingerprint and the derivation that the sheet
// states. It is nil for a sheet that holds no key, or a sealed one, of which the form alone can be judged, or words whose algorithm
// nobody knows. Errors: backup.ErrDamaged.
func KeyOnPaper(restored *backup.Restored) (crypto.PublicKey, error) {
	var key crypto.Signer
	switch restored.Kind {
	case backup.KindSeed:
		algorithm, err := keygen.ParseAlgorithm(restored.Algorithm)
		if err != nil {
			return nil, nil
		}
		if made := keygen.Derivation(algorithm); restored.Derivation != "" && restored.Derivation != made {
			return nil, fmt.Errorf("%w: it says that the key is made by %s, and one for %s is made by %s", backup.ErrDamaged, restored.Derivation, algorithm, made)
		}
		if key, err = keygen.FromSeed(algorithm, restored.Secret.Bytes()); err != nil {
			return nil, fmt.Errorf("%w: %v", backup.ErrDamaged, err)
		}
	case backup.KindKey:
		loaded, err := keygen.Load(restored.Secret.Bytes(), func() (*secret.Bytes, error) { return nil, errors.New("it is sealed") })
		if err != nil {
			return nil, fmt.Errorf("%w: the key on it: %v", backup.ErrDamaged, err)
		}
		defer loaded.Seed.Destroy()
		key = loaded.Signer
	case backup.KindSealedKey:
		if _, ok := keygen.SealedDER(restored.Secret.Bytes()); !ok {
			return nil, fmt.Errorf("%w: what is on it is no sealed key", backup.ErrDamaged)
		}
		return nil, nil
	case backup.KindAgeKey:
		if !bytes.HasPrefix(restored.Secret.Bytes(), []byte("age-encryption.org/v1\n")) {
			return nil, fmt.Errorf("%w: what is on it is no age file", backup.ErrDamaged)
		}
		return nil, nil
	default:
		return nil, nil
	}
	if restored.Fingerprint != "" && keygen.Fingerprint(key.Public()) != restored.Fingerprint {
		return nil, fmt.Errorf("%w: it brings back %s, and names %s", backup.ErrDamaged, keygen.Fingerprint(key.Public()), restored.Fingerprint)
	}
	return key.Public(), nil
}

// Shares judges shares that are sound and too few. What they say of their key is not proven by them: where a key was asked for, they
// are refused, as others' or as too few. It is strict, as Paper is. Errors: backup.ErrDamaged, ErrNotAccepted, ErrRehearsal,
// backup.ErrIncomplete.
func Shares(few *backup.Incomplete, p Policy) error {
	if few.Meta.Rehearsal && !p.Rehearsal {
		return errRehearsalPaper
	}
	if flaws := flawsOf(few.Corrections, few.HeaderDiffers); len(flaws) > 0 {
		return fmt.Errorf("%w: %s", backup.ErrDamaged, strings.Join(flaws, "; "))
	}
	if !p.names() {
		return nil
	}
	for _, accepted := range p.Pinned() {
		if keygen.Fingerprint(accepted) == few.Payload.Fingerprint {
			return few
		}
	}
	return fmt.Errorf("%w: the share says that it is of %s", ErrNotAccepted, few.Payload.Fingerprint)
}

// Flaws lists what was wrong with a sheet that came back all the same: page, line, group and why, nothing of the secret.
func Flaws(restored *backup.Restored) []string {
	return flawsOf(restored.Corrections, slices.Concat(restored.HeaderDiffers, restored.LeftOut))
}

func flawsOf(corrections []backup.Correction, differs []string) []string {
	var flaws []string
	for _, c := range corrections {
		flaws = append(flaws, c.Place()+": "+c.Why)
	}
	return append(flaws, differs...)
}
