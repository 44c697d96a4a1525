package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

// maxKeyFile bounds key and certificate files, in bytes.
const maxKeyFile = 1 << 20

// loadKey reads a private key, and asks for its passphrase only if it is sealed.
func loadKey(name string, source passphraseSource) (*keygen.Key, error) {
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(data)
	return openKey(name, data, source)
}

func openKey(name string, data []byte, source passphraseSource) (*keygen.Key, error) {
	key, passphrase, err := openKeeping(name, data, source)
	if passphrase != nil {
		passphrase.Destroy()
	}
	return key, err
}

// openKeeping opens a key and keeps the passphrase that opened it, for sealing it again; nil for an unsealed key.
func openKeeping(name string, data []byte, source passphraseSource) (*keygen.Key, *secret.Bytes, error) {
	var kept *secret.Bytes
	key, err := keygen.Load(data, func() (*secret.Bytes, error) {
		typed, err := source.ask(name)()
		if err == nil {
			kept = secret.From(bytes.Clone(typed.Bytes()))
		}
		return typed, err
	})
	if errors.Is(err, keygen.ErrPassphrase) && kept != nil {
		if slip := keygen.CheckGroups(kept.Bytes()); slip != nil {
			err = withHint(err, slip.Error())
		}
	}
	var usage usageError
	if err != nil && !errors.As(err, &usage) {
		err = fmt.Errorf("%s: %w", name, err)
	}
	return key, kept, err
}

// signingKey loads the key given with -k, and warns of one that a rehearsal made.
func signingKey(c *cli.Context, out *reporter, source passphraseSource) (crypto.Signer, error) {
	name := c.String("key")
	if name == "" {
		return nil, usageHint("make one with: sigtool keygen -o key.pem", "no key: give it with -k")
	}
	return openSigningKey(name, out, source)
}

// openSigningKey loads a key to sign with, and warns of one that a rehearsal made.
func openSigningKey(name string, out *reporter, source passphraseSource) (crypto.Signer, error) {
	key, err := loadKey(name, source)
	if err != nil {
		return nil, err
	}
	key.Seed.Destroy() // signing has no use for it
	if key.Rehearsal {
		out.warn("%s: REHEARSAL: the key was made in a rehearsal of a ceremony, and is not for use", name)
	}
	return key.Signer, nil
}

// certificates reads the chain given with -c, and checks that its first certificate is the key's.
func certificates(name string, key crypto.Signer) ([]*x509.Certificate, error) {
	if name == "" {
		return nil, nil
	}
	chain, err := readChain(name)
	if _, odd := key.Public().(*keygen.Secp256k1PublicKey); odd && err != nil {
		err = withHint(err, "kernels, Android and CMS know no secp256k1 keys: sign raw, with -k alone")
	}
	if err != nil {
		return nil, err
	}
	return chain, belongs(name, chain, key, "-k")
}

// belongs refuses a chain whose first certificate is not the key's, which the command line calls what.
func belongs(name string, chain []*x509.Certificate, key crypto.Signer, what string) error {
	if formats.SameKey(chain[0].PublicKey, key.Public()) {
		return nil
	}
	return usageHint("compare: sigtool key show KEY; sigtool inspect CERT", "%s: the certificate is for another key (%s) than %s (%s)",
		name, keygen.Fingerprint(chain[0].PublicKey), what, keygen.Fingerprint(key.Public()))
}

func readChain(name string) ([]*x509.Certificate, error) {
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	return chainIn(name, data)
}

func chainIn(name string, data []byte) ([]*x509.Certificate, error) {
	chain, err := cert.ParseChain(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return chain, nil
}

// publicKey reads whom to accept: a public key, a certificate, or a private key whose public half is meant.
func publicKey(name string, source passphraseSource) (crypto.PublicKey, *x509.Certificate, error) {
	public, certificate, private, err := anyKey(name, source)
	if private != nil {
		private.Seed.Destroy()
	}
	return public, certificate, err
}

// anyKey reads a key of either half; private is nil where the file holds a public one.
func anyKey(name string, source passphraseSource) (crypto.PublicKey, *x509.Certificate, *keygen.Key, error) {
	data, err := readSmall(name, maxKeyFile)
	if err != nil {
		return nil, nil, nil, err
	}
	defer secret.Wipe(data)
	return anyKeyIn(name, data, source)
}

func anyKeyIn(name string, data []byte, source passphraseSource) (crypto.PublicKey, *x509.Certificate, *keygen.Key, error) {
	public, certificate, err := keygen.ParsePublic(data)
	if err == nil {
		return public, certificate, nil, nil
	}
	key, keyErr := openKey(name, data, source)
	if keyErr == nil {
		return key.Signer.Public(), nil, key, nil
	}
	if !errors.Is(err, keygen.ErrPrivate) && (errors.Is(keyErr, keygen.ErrNotKey) || errors.Is(keyErr, keygen.ErrPublicOnly)) {
		return nil, nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return nil, nil, nil, keyErr
}

// timeOf is the time to sign with or judge by: --now, else SOURCE_DATE_EPOCH, else the clock.
func timeOf(c *cli.Context) (time.Time, error) {
	if text := c.String("now"); text != "" {
		return parseTime("--now", text)
	}
	return clock()
}
