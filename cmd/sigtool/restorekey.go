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

// proven makes the key from what the paper gave, and compares its fingerprint with the sheet's. opened is a sealed key that was opened, or
// nil; without it, nil and no error say that a sealed key was not proven.
func proven(restored *backup.Restored, opened *keygen.Key) (crypto.PublicKey, error) {
	if restored.Kind == backup.KindSeed {
		if _, err := keygen.ParseAlgorithm(restored.Algorithm); err != nil {
			return nil, usageHint("-a ALG, as the sheet's head names it", "the 32 bytes alone do not say for which algorithm the key is")
		}
	}
	if !restored.Kind.Sealed() || opened == nil {
		return verify.KeyOnPaper(restored)
	}
	public := opened.Signer.Public()
	if restored.Fingerprint != "" && keygen.Fingerprint(public) != restored.Fingerprint {
		return nil, fmt.Errorf("%w: it brings back %s, not %s", backup.ErrDamaged, keygen.Fingerprint(public), restored.Fingerprint)
	}
	return public, keygen.SelfTest(opened.Signer)
}

// unproven refuses a key made from 32 bytes of which nothing says that they are the right ones, while part of the head can't be true.
func unproven(restored *backup.Restored) error {
	if restored.Kind != backup.KindSeed || restored.Fingerprint != "" || len(restored.HeaderDiffers) == 0 {
		return nil
	}
	return withHint(fmt.Errorf("%w: its head is not right, and without a fingerprint nothing proves the key: %s", backup.ErrDamaged, strings.Join(restored.HeaderDiffers, "; ")),
		"mend the head against the paper, or leave it out and name the algorithm with -a")
}

// openSealed opens a sealed key by the passphrase or the age identity given, or, if ask, a passphrase typed; nil where there is none. That
// it is a sealed key at all is told before anything is asked for. The caller destroys its seed.
func openSealed(c *cli.Context, restored *backup.Restored, ask bool) (*keygen.Key, error) {
	source, identity := passphrases(c), c.String("identity")
	switch {
	case identity != "" && restored.Kind != backup.KindAgeKey:
		return nil, usageHint("leave --identity out", "what is on the paper is not sealed to an age recipient")
	case restored.Kind == backup.KindSealedKey && (ask || source.given()):
		if _, err := verify.KeyOnPaper(restored); err != nil {
			return nil, err
		}
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
func writeRestored(c *cli.Context, out *reporter, restored *backup.Restored, opened *keygen.Key, target string) error {
	switch restored.Kind {
	case backup.KindSealedKey:
		return fileio.WriteSecret(target, append(stated(restored, opened), keygen.EncodeSealed(restored.Secret.Bytes())...))
	case backup.KindAgeKey:
		if opened != nil {
			return writeAnew(c, out, opened, target)
		}
		out.info("%s: an age file; --identity FILE would open it and seal the key by a passphrase", target)
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

// stated is the line that says which key a sealed one is: the one that was opened, else what the sheet says, where nothing speaks against it.
func stated(restored *backup.Restored, opened *keygen.Key) []byte {
	switch {
	case opened != nil:
		return keygen.Statement(opened.Signer.Public())
	case len(restored.HeaderDiffers) > 0:
		return nil
	}
	return keygen.StatementOf(restored.Algorithm, restored.Fingerprint)
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
