package keygen

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"

	"filippo.io/age"

	"sigtool/internal/secret"
)

// ageIdentity opens an age file with a passphrase, asked for only when the file is sealed with one and within the limits.
type ageIdentity struct {
	ask func() (*secret.Bytes, error)
	err error // why it did not open, where that is for us to say and not for age
}

// Unwrap is called by age with the recipients of the file.
func (i *ageIdentity) Unwrap(stanzas []*age.Stanza) ([]byte, error) {
	identity, err := i.identity(stanzas)
	if err != nil {
		i.err = err
		return nil, err
	}
	key, err := identity.Unwrap(stanzas)
	if errors.Is(err, age.ErrIncorrectIdentity) {
		i.err = ErrPassphrase
	}
	return key, err
}

func (i *ageIdentity) identity(stanzas []*age.Stanza) (*age.ScryptIdentity, error) {
	if len(stanzas) != 1 || stanzas[0].Type != "scrypt" {
		return nil, unsupported("an age file sealed to recipients, not with a passphrase (open it with age -d -i first)")
	}
	limit := bits.Len(uint(limits.scryptMemory)/(128*8)) - 1 // log2 of N for r=8, which age fixes
	if args := stanzas[0].Args; len(args) == 2 {
		if logN, err := strconv.Atoi(args[1]); err == nil && logN > limit {
			return nil, unsupported("an age file sealed with the work factor %d (up to %d are taken)", logN, limit)
		}
	}
	pass, err := askFor(i.ask)
	if err != nil {
		return nil, err
	}
	if pass.Len() == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrPassphrase)
	}
	identity, err := age.NewScryptIdentity(string(pass.Bytes()))
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(limit)
	return identity, nil
}

// openAge opens an age file (age-encryption.org/v1) that holds a key in any other form, but not sealed a second time.
func openAge(data []byte, ask func() (*secret.Bytes, error)) (*Key, error) {
	identity := &ageIdentity{ask: ask}
	text, err := readAge(data, identity)
	defer secret.Wipe(text)
	if identity.err != nil {
		return nil, identity.err
	}
	if err != nil {
		return nil, damaged("%v", err)
	}
	return keyInAge(text)
}
