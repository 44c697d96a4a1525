package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/internal/laxcert"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/verify"
)

// accept makes the policy from -k, -c, --ca, --any-signer and --rehearsal.
func (v *verifier) accept(c *cli.Context, source passphraseSource) (err error) {
	v.policy.AnySigner, v.policy.Rehearsal = c.Bool("any-signer"), c.Bool("rehearsal")
	if v.policy.Now, err = timeOf(c); err != nil {
		return err
	}
	for _, name := range c.StringSlice("key") {
		if err := v.acceptKey(name, source); err != nil {
			return err
		}
	}
	for _, name := range c.StringSlice("cert") {
		if err := v.acceptCert(name); err != nil {
			return err
		}
	}
	for _, name := range c.StringSlice("ca") {
		chain, err := v.acceptChain(name)
		if err != nil {
			return err
		}
		v.policy.CAs = append(v.policy.CAs, chain...)
	}
	return nil
}

// acceptCert takes what -c names: a file, or else a fingerprint. A certificate that only lenient readers take, as Android's do, has no key here,
// and is pinned by its SHA-256 alone.
func (v *verifier) acceptCert(name string) error {
	if print, is := fingerprint(name); is && !exists(name) {
		v.policy.Prints = append(v.policy.Prints, print)
		return nil
	}
	data, err := v.readAccepted(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = withHint(err, "a fingerprint in place of a file is a certificate's SHA-256: 64 hexadecimal digits")
	}
	if err != nil {
		return err
	}
	chain, err := chainIn(name, data)
	if err != nil {
		der := data
		if block, _ := pem.Decode(data); block != nil && block.Type == "CERTIFICATE" {
			der = block.Bytes
		}
		odd, oddErr := laxcert.Parse(der)
		if oddErr != nil {
			return err
		}
		v.policy.Prints = append(v.policy.Prints, sha256.Sum256(odd.Raw))
		return v.rehearsed(name, keygen.IsRehearsalCertificate(odd))
	}
	v.policy.Certs = append(v.policy.Certs, chain[0])
	return v.take(name, chain)
}

// fingerprint reads the SHA-256 of a certificate as people copy it: 64 hexadecimal digits of either case, with or without colons or spaces.
func fingerprint(text string) (print [sha256.Size]byte, is bool) {
	digits := strings.NewReplacer(":", "", " ", "").Replace(strings.TrimPrefix(text, "sha256:"))
	sum, err := hex.DecodeString(digits)
	if err != nil || len(sum) != len(print) {
		return print, false
	}
	return [sha256.Size]byte(sum), true
}

func (v *verifier) acceptKey(name string, source passphraseSource) error {
	data, err := v.readAccepted(name)
	if err != nil {
		return err
	}
	defer secret.Wipe(data)
	public, certificate, private, err := anyKeyIn(name, data, source)
	if err != nil {
		return err
	}
	if private != nil {
		private.Destroy()
		if err := v.rehearsed(name, private.Rehearsal); err != nil {
			return err
		}
	}
	v.policy.Keys = append(v.policy.Keys, public)
	if certificate != nil {
		v.certs = append(v.certs, certificate)
		return v.rehearsed(name, keygen.IsRehearsalCertificate(certificate))
	}
	return nil
}

func (v *verifier) acceptChain(name string) ([]*x509.Certificate, error) {
	data, err := v.readAccepted(name)
	if err != nil {
		return nil, err
	}
	chain, err := chainIn(name, data)
	if err != nil {
		return nil, err
	}
	return chain, v.take(name, chain)
}

// take notes certificates that were given, and refuses a rehearsal's.
func (v *verifier) take(name string, chain []*x509.Certificate) error {
	v.certs = append(v.certs, chain...)
	return v.rehearsed(name, slices.ContainsFunc(chain, keygen.IsRehearsalCertificate))
}

// readAccepted reads a file that names somebody to accept.
func (v *verifier) readAccepted(name string) ([]byte, error) {
	data, err := readSmall(name, maxKeyFile)
	if err == nil {
		if err = v.rehearsed(name, keygen.IsRehearsal(data)); err != nil {
			secret.Wipe(data)
		}
	}
	return data, err
}

// rehearsed refuses a file that a rehearsal made, or warns of it.
func (v *verifier) rehearsed(name string, is bool) error {
	switch {
	case !is:
		return nil
	case v.policy.Rehearsal:
		v.out.warnOnce("%s: REHEARSAL: a rehearsal of a ceremony made it", name)
		return nil
	}
	return fmt.Errorf("%s: %w: the file says so", name, verify.ErrRehearsal)
}
