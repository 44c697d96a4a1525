package main

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// chosenPayload is what of a key goes on paper, and the passphrase that it is sealed with there (nil if it is not).
type chosenPayload struct {
	payload    backup.Payload
	passphrase *secret.Bytes
}

func (p *chosenPayload) destroy() {
	p.payload.Secret.Destroy()
	p.passphrase.Destroy()
}

// companion says on the key's sheet where its passphrase is. It does not give the number of the passphrase's paper, which is of a
// digest: with it, guesses at a passphrase that a person chose could be tried without the cost of the seal.
func (p *chosenPayload) companion(passphraseSheet string) string {
	switch {
	case p.payload.Kind == backup.KindSealedKey && passphraseSheet != "":
		return "the passphrase: another paper, of the same fingerprint"
	case p.payload.Kind == backup.KindSealedKey:
		return "the passphrase, kept elsewhere"
	case p.payload.Kind == backup.KindAgeKey:
		return "an age identity that it is sealed to, kept elsewhere"
	}
	return ""
}

// payloadOf chooses what of the key goes on paper: its 32 bytes where the codec takes nothing else; else the key sealed to recipients,
// if there are any; else the sealed key file's content, so that the paper is worth nothing without the passphrase. An older sealed
// form is sealed anew by the same passphrase.
func payloadOf(c *cli.Context, codec backup.Codec, recipients []age.Recipient) (*chosenPayload, error) {
	name := c.String("key")
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(data)
	key, passphrase, err := openKeeping(name, data, passphrases(c))
	if err != nil {
		passphrase.Destroy()
		return nil, err
	}
	defer key.Seed.Destroy()
	chosen := &chosenPayload{passphrase: passphrase}
	algorithm, err := keygen.AlgorithmOf(key.Signer.Public())
	if err == nil {
		chosen.payload = backup.Payload{Label: labelOf(c, name), Algorithm: string(algorithm), Fingerprint: keygen.Fingerprint(key.Signer.Public())}
		switch {
		case !codec.Takes(backup.KindSealedKey):
			err = chosen.takeSeed(key, algorithm)
		case len(recipients) > 0:
			err = chosen.takeAge(key, recipients)
		default:
			err = chosen.takeKey(key, data)
		}
	}
	if err != nil {
		chosen.destroy()
		return nil, errorIn(input{name: name}, err)
	}
	return chosen, nil
}

// takeSeed takes the 32 bytes that make the key.
func (p *chosenPayload) takeSeed(key *keygen.Key, algorithm keygen.Algorithm) error {
	seed, ok, err := keygen.SeedOf(key)
	if err != nil {
		return err
	}
	if !ok {
		return usageHint("--code lines takes every key", "a key for %s that does not carry its seed: only one that sigtool made fits into 32 bytes", algorithm)
	}
	p.payload.Kind, p.payload.Derivation, p.payload.Secret = backup.KindSeed, keygen.Derivation(algorithm), secret.From(seed)
	p.forgetPassphrase()
	return nil
}

// forgetPassphrase is for a key that goes on paper without its passphrase.
func (p *chosenPayload) forgetPassphrase() {
	p.passphrase.Destroy()
	p.passphrase = nil
}

// takeAge takes the whole key, sealed to age recipients.
func (p *chosenPayload) takeAge(key *keygen.Key, recipients []age.Recipient) error {
	der, err := key.Marshal()
	if err != nil {
		return err
	}
	defer secret.Wipe(der)
	sealed, err := keygen.SealTo(der, recipients)
	if err != nil {
		return err
	}
	p.payload.Kind, p.payload.Secret = backup.KindAgeKey, secret.From(sealed)
	p.forgetPassphrase()
	return nil
}

// takeKey takes the whole key, sealed if its file is.
func (p *chosenPayload) takeKey(key *keygen.Key, data []byte) error {
	if key.Sealed {
		p.payload.Kind = backup.KindSealedKey
		if sealed, ok := keygen.SealedDER(data); ok {
			p.payload.Secret = secret.From(sealed)
			return nil
		}
	}
	der, err := key.Marshal()
	if err != nil {
		return err
	}
	if !key.Sealed {
		p.payload.Kind, p.payload.Secret = backup.KindKey, secret.From(der)
		return nil
	}
	defer secret.Wipe(der)
	sealed, err := sealDER(der, p.passphrase)
	if err != nil {
		return err
	}
	p.payload.Secret = secret.From(sealed)
	return nil
}

func sealDER(der []byte, passphrase *secret.Bytes) ([]byte, error) {
	text, err := keygen.Seal(der, passphrase.Bytes(), keygen.PBKDF2, rand.Reader)
	if err != nil {
		return nil, err
	}
	sealed, ok := keygen.SealedDER(text)
	if !ok {
		return nil, errors.New("the key could not be sealed")
	}
	return sealed, nil
}

func labelOf(c *cli.Context, name string) string {
	if label := c.String("label"); label != "" {
		return label
	}
	base := filepath.Base(name)
	return strings.TrimSuffix(base, filepath.Ext(base))
}
