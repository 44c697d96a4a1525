package main

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// sealedKey is a key as its file will hold it, with the passphrase that opens it (nil for an unsealed one), and the seed that must
// come back with it (nil for none), which stays the key's own.
type sealedKey struct {
	pem        []byte
	passphrase *secret.Bytes
	seed       *secret.Bytes
}

func (s *sealedKey) destroy() {
	secret.Wipe(s.pem)
	if s.passphrase != nil {
		s.passphrase.Destroy()
	}
}

// sealKey turns a key, with the seed that it has, into its file's content, under a passphrase given, or one made here and written or
// shown.
func sealKey(c *cli.Context, out *reporter, key *keygen.Key, pool *keygen.Pool, passphraseFile string) (*sealedKey, error) {
	if c.Bool("no-passphrase") {
		if passphraseFile != "" || c.String("passphrase-file") != "" || c.Int("passphrase-fd") >= 0 {
			return nil, usagef("--no-passphrase and a passphrase exclude each other")
		}
		der, err := key.Marshal()
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(der)
		return &sealedKey{pem: keygen.EncodePlain(der), seed: key.Seed}, nil
	}
	return sealUnder(c, key, func() (*secret.Bytes, error) { return passphraseFor(c, out, pool, passphraseFile) })
}

// sealUnder seals a key by the passphrase that it gets when all else is known to be well.
func sealUnder(c *cli.Context, key *keygen.Key, passphraseFor func() (*secret.Bytes, error)) (*sealedKey, error) {
	kdf, err := kdfNamed(c.String("kdf"))
	if err != nil {
		return nil, err
	}
	der, err := key.Marshal()
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(der)
	passphrase, err := passphraseFor()
	if err != nil {
		return nil, err
	}
	sealed, err := keygen.Seal(der, passphrase.Bytes(), kdf, rand.Reader)
	if err != nil {
		passphrase.Destroy()
		return nil, err
	}
	return &sealedKey{sealed, passphrase, key.Seed}, nil
}

func kdfNamed(name string) (keygen.KDF, error) {
	switch name {
	case "", "pbkdf2":
		return keygen.PBKDF2, nil
	case "scrypt":
		return keygen.Scrypt, nil
	}
	return keygen.PBKDF2, usagef("--kdf: %q is neither pbkdf2 nor scrypt", name)
}

// matches reads a key file just written, and tells whether it holds the key it should.
func (s *sealedKey) matches(name string, public crypto.PublicKey) error {
	data, err := fileio.ReadLimited(name, maxKeyFile)
	if err != nil {
		return err
	}
	defer secret.Wipe(data)
	if !bytes.Equal(data, s.pem) {
		return fmt.Errorf("%s: the file just written does not read back, do not use it", name)
	}
	return s.opens(name, public)
}

// opens tells whether the sealed key opens under its passphrase and is the key it should be, with the seed that it should have.
func (s *sealedKey) opens(name string, public crypto.PublicKey) error {
	key, err := keygen.Load(s.pem, func() (*secret.Bytes, error) { return s.passphrase, nil })
	if err == nil {
		defer key.Seed.Destroy()
	}
	if err == nil && !formats.SameKey(key.Signer.Public(), public) {
		err = errors.New("it holds another key")
	}
	if err == nil && !s.hasSeed(key) {
		err = errors.New("it does not hold its seed")
	}
	if err == nil {
		err = keygen.SelfTest(key.Signer)
	}
	if err != nil {
		return fmt.Errorf("%s: the sealed key does not open again, do not use it: %w", name, err)
	}
	return nil
}

// hasSeed tells whether a key read again has the seed that it should have; that this makes the key was proven when it was written.
func (s *sealedKey) hasSeed(key *keygen.Key) bool {
	if s.seed == nil {
		return key.Seed == nil
	}
	if shown, ok := keygen.Seed(key.Signer); ok {
		defer secret.Wipe(shown)
		return bytes.Equal(shown, s.seed.Bytes())
	}
	return key.Seed != nil && key.Seed.Equal(s.seed)
}

// passphraseLine is the passphrase as its file holds it, with a line break; the caller wipes it.
func (s *sealedKey) passphraseLine() []byte {
	line := make([]byte, s.passphrase.Len()+1)
	line[copy(line, s.passphrase.Bytes())] = '\n'
	return line
}

// afterPassphrase writes the passphrase to a file, where one is named, and then the key: a passphrase without its key is waste, a key
// without its passphrase is a loss. Where the key can't be written, the passphrase's file is taken back.
func (s *sealedKey) afterPassphrase(name string, writeKey func() error) error {
	if name == "" {
		return writeKey()
	}
	line := s.passphraseLine()
	defer secret.Wipe(line)
	if err := fileio.WriteSecret(name, line); err != nil {
		return err
	}
	err := writeKey()
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

func publicPEM(public crypto.PublicKey) ([]byte, error) {
	der, err := keygen.MarshalPublic(public)
	if err != nil {
		return nil, err
	}
	return keygen.EncodePublic(der), nil
}

// newSecret refuses, before any work, a name that a secret file can't be written to.
func newSecret(name string) error {
	switch {
	case name == "-":
		return usagef("a secret goes to a file: - is none")
	case name != "" && exists(name):
		return withHint(fmt.Errorf("%s: %w", name, fileio.ErrExists), "a secret file is never overwritten: choose another name, or move it away")
	}
	return nil
}

// exists tells whether there is something of that name, be it a link that leads nowhere.
func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}
