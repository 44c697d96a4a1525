package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
)

// errWanted says that digests wait to be signed where the keys are.
var errWanted = errors.New("a signature is wanted")

// elsewhere is where digests are put for keys that are not here (in a security module, in a vault, on another machine), and where their
// signatures are taken from.
type elsewhere struct {
	folder string
	timed  bool // the time of the signature was given, and is the same each time
}

// keysElsewhere is what --detached asks for; nil without it.
func keysElsewhere(c *cli.Context) (*elsewhere, error) {
	folder := c.String("detached")
	switch {
	case !c.IsSet("detached"):
		return nil, nil
	case folder == "":
		return nil, usagef("--detached needs a folder")
	case c.IsSet("key"):
		return nil, usageHint("leave -k out, and name the key's certificate with -c", "--detached is for keys that are elsewhere")
	}
	return &elsewhere{folder, c.String("now") != "" || os.Getenv("SOURCE_DATE_EPOCH") != ""}, nil
}

// steady refuses what would want another signature each time.
func (e *elsewhere) steady(format formats.Format, options formats.Values) error {
	timed, may := format.(formats.Timed)
	if e == nil || e.timed || !may || !timed.Timed(options) {
		return nil
	}
	return usageHint("--now TIME, the same each time", "the signing time is signed too, so each try would want another signature")
}

// signer is the key whose certificate -c names, and makes the folder.
func (e *elsewhere) signer(c *cli.Context) (crypto.Signer, []*x509.Certificate, error) {
	name := c.String("cert")
	if name == "" {
		return nil, nil, usageHint("-c CERT", "--detached signs with the key of a certificate, and none is given")
	}
	chain, err := readChain(name)
	if err != nil {
		return nil, nil, err
	}
	key, err := e.key(chain[0])
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, chain, os.MkdirAll(e.folder, 0o777)
}

// key stands for the secret half of a certificate's key.
func (e *elsewhere) key(certificate *x509.Certificate) (crypto.Signer, error) {
	switch public := certificate.PublicKey.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
		return &absentKey{public: public, owner: certificate.Subject.String(), folder: e.folder, asked: &asked{}}, nil
	case ed25519.PublicKey:
		return nil, withHint(fmt.Errorf("%w: an Ed25519 key signs whole messages, not digests", formats.ErrKey), "sign where the key is")
	}
	return nil, fmt.Errorf("%w: --detached takes RSA and NIST ECDSA keys", formats.ErrKey)
}

// began gives a request keys that note what one file wants. Files are signed side by side, and each tells of its own.
func (e *elsewhere) began(request *formats.Request) *asked {
	if e == nil {
		return nil
	}
	of := &asked{}
	note := func(key crypto.Signer) crypto.Signer {
		absent := *key.(*absentKey)
		absent.asked = of
		return &absent
	}
	request.Key = note(request.Key)
	for _, option := range keyOptions() {
		for i, key := range request.Options.Keys(option) {
			request.Options.Keys(option)[i] = note(key)
		}
	}
	return of
}

// asked is what keys that are elsewhere were asked for.
type asked struct {
	mu      sync.Mutex
	whose   map[string]string // whose the files of a name are
	wanted  []wanted
	refused error // a signature that was there and is none
}

// name gives the files of a digest to the key that asks first. Two may be asked for the same, as for the list of files of a v1 signature: the
// second one's files bear its mark.
func (a *asked) name(base, mark string) string {
	if a.whose == nil {
		a.whose = map[string]string{}
	}
	if first, taken := a.whose[base]; taken && first != mark {
		return base + "." + mark
	}
	a.whose[base] = mark
	return base
}

// wanted is a digest that waits.
type wanted struct {
	name string // of its file
	base string // the same without ".digest"
	alg  string // "rsa-pkcs1-sha256", "rsa-pss-sha256"
	by   string // the certificate's subject
	hash string // "sha256"
}

// explain turns the error that a format gave up with into what a person can do, if it is that signatures are missing. What formats say of
// it is left out: some keep no more than the text of a signer's error.
func (a *asked) explain(err error) error {
	switch {
	case a == nil || err == nil:
		return err
	case a.refused != nil:
		return a.refused
	case len(a.wanted) == 0:
		return err
	}
	var waiting []string
	for _, w := range a.wanted {
		waiting = append(waiting, w.name+" ("+w.alg+" by "+w.by+")")
	}
	slices.Sort(waiting)
	w := a.wanted[0]
	return withHint(fmt.Errorf("%w of each of these digests: %s", errWanted, strings.Join(waiting, ", ")),
		fmt.Sprintf("where the key is: openssl pkeyutl -sign -inkey KEY %s-in %s -out %s; then the same command again", w.pkeyopts(), shellWord(w.name), shellWord(w.base+".sig")))
}

// pkeyopts is what openssl pkeyutl has to be told of a digest, with a space behind it.
func (w wanted) pkeyopts() string {
	options := "-pkeyopt digest:" + w.hash + " "
	switch {
	case strings.HasPrefix(w.alg, "ecdsa"):
		return ""
	case strings.HasPrefix(w.alg, "rsa-pss"):
		return options + "-pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest "
	}
	return options
}
