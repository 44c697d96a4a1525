package main

import (
	"crypto"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/backup"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/verify"
)

// proven makes the key from what the paper gave, and compares its fingerprint with the sheet's. A sealed key is opened only where what
// opens it is to be had; nil without an error says that it was not opened.
func proven(c *cli.Context, restored *backup.Restored, ask bool) (crypto.PublicKey, error) {
	if c.String("identity") != "" && restored.Kind != backup.KindAgeKey {
		return nil, usageHint("leave --identity out", "what is on the paper is not sealed to an age recipient")
	}
	if restored.Kind == backup.KindSeed {
		if _, err := keygen.ParseAlgorithm(restored.Algorithm); err != nil {
			return nil, usageHint("-a ALG, as the sheet's head names it", "the 32 bytes alone do not say for which algorithm the key is")
		}
	}
	if public, err := verify.KeyOnPaper(restored); err != nil || !restored.Kind.Sealed() {
		return public, err
	}
	key, err := openSealed(c, restored, ask)
	if err != nil || key == nil {
		return nil, err
	}
	defer key.Seed.Destroy()
	public := key.Signer.Public()
	if restored.Fingerprint != "" && keygen.Fingerprint(public) != restored.Fingerprint {
		return nil, fmt.Errorf("%w: it brings back %s, not %s", backup.ErrDamaged, keygen.Fingerprint(public), restored.Fingerprint)
	}
	return public, keygen.SelfTest(key.Signer)
}

// unproven refuses a key made from 32 bytes of which nothing says that they are the right ones, while part of the head can't be true.
func unproven(restored *backup.Restored) error {
	if restored.Kind != backup.KindSeed || restored.Fingerprint != "" || len(restored.HeaderDiffers) == 0 {
		return nil
	}
	return withHint(fmt.Errorf("%w: its head is not right, and without a fingerprint nothing proves the key: %s", backup.ErrDamaged, strings.Join(restored.HeaderDiffers, "; ")),
		"mend the head against the paper, or leave it out and name the algorithm with -a")
}

// openSealed opens a sealed key by the passphrase or the age identity given, or, if ask, a passphrase typed; nil where there is none.
func openSealed(c *cli.Context, restored *backup.Restored, ask bool) (*keygen.Key, error) {
	source, identity := passphrases(c), c.String("identity")
	switch {
	case restored.Kind == backup.KindSealedKey && (ask || source.given()):
		return openKey("the key from paper", restored.Secret.Bytes(), source)
	case restored.Kind == backup.KindAgeKey && identity != "":
		text, err := readSmall(identity, maxKeyFile)
		if err != nil {
			return nil, err
		}
		defer secret.Wipe(text)
		key, err := keygen.OpenWith(restored.Secret.Bytes(), text)
		if err != nil {
			return nil, errorIn(input{name: identity}, err)
		}
		return key, nil
	}
	return nil, nil
}

// writeRestored writes the key as a file: sealed as it was on paper, or sealed anew where it was in the clear in words, or where the age
// identity that opens it was given.
func writeRestored(c *cli.Context, out *reporter, restored *backup.Restored, target string) error {
	switch restored.Kind {
	case backup.KindSealedKey:
		return fileio.WriteSecret(target, keygen.EncodeSealed(restored.Secret.Bytes()))
	case backup.KindAgeKey:
		return writeAge(c, out, restored, target)
	case backup.KindSeed:
		key, err := keygen.FromSeed(keygen.Algorithm(restored.Algorithm), restored.Secret.Bytes())
		if err != nil {
			return err
		}
		return writeAnew(c, out, &keygen.Key{Signer: key, Seed: restored.Secret}, target)
	case backup.KindKey:
		out.warn("%s: the key is not sealed, as it was on paper; sigtool key passphrase seals it", target)
		text := keygen.EncodePlain(restored.Secret.Bytes())
		defer secret.Wipe(text)
		return fileio.WriteSecret(target, text)
	}
	return fileio.WriteSecret(target, restored.Secret.Bytes())
}

func writeAge(c *cli.Context, out *reporter, restored *backup.Restored, target string) error {
	key, err := openSealed(c, restored, false)
	if err != nil {
		return err
	}
	if key == nil {
		out.info("%s: an age file; --identity FILE would open it and seal the key by a passphrase", target)
		return fileio.WriteSecret(target, restored.Secret.Bytes())
	}
	defer key.Seed.Destroy()
	return writeAnew(c, out, key, target)
}

// writeAnew seals a key by a new passphrase and writes it.
func writeAnew(c *cli.Context, out *reporter, key *keygen.Key, target string) error {
	pool := keygen.NewPool(rand.Reader)
	defer pool.Destroy()
	sealed, err := sealKey(c, out, key, pool, c.String("new-passphrase-file"))
	if err != nil {
		return err
	}
	defer sealed.destroy()
	files := newKeyFiles{key: target, passphrase: c.String("new-passphrase-file")}
	if err := writeSecrets(files, sealed); err != nil {
		return err
	}
	return sealed.matches(target, key.Signer.Public())
}
