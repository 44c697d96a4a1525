package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/imx/pki"
	"sigtool/keygen"
)

// csfKeys finds the keys of a text's certificates: those on the command line, else by their names, as CST does, else elsewhere.
type csfKeys struct {
	out    *reporter
	files  *csfFiles
	source passphraseSource
	given  []csfKey
	away   *elsewhere
	asked  *asked // nil where the keys are here
	found  map[string]crypto.Signer
}

// csfKey is a key of the command line.
type csfKey struct {
	flag string
	key  crypto.Signer
}

// readKeys reads the keys of the command line.
func (r *csfRun) readKeys(c *cli.Context, source passphraseSource) (*csfKeys, error) {
	k := &csfKeys{out: r.out, files: r.files, source: source, found: map[string]crypto.Signer{}}
	var err error
	if k.away, err = keysElsewhere(c); err != nil {
		return nil, err
	}
	if k.away != nil {
		k.asked = &asked{}
		if c.IsSet(optionCSFKey) {
			return nil, usageHint("leave --"+optionCSFKey+" out", "--detached is for keys that are elsewhere: the text names their certificates")
		}
		if err := k.away.steady(r.format(), formats.Values{}); err != nil {
			return nil, err
		}
		return k, os.MkdirAll(k.away.folder, 0o777)
	}
	if name := c.String("key"); name != "" {
		key, err := openSigningKey(name, r.out, besideKey(name, source))
		if err != nil {
			return nil, explainKeyPass(err, name, source)
		}
		k.given = append(k.given, csfKey{"-k", key})
	}
	g := &givenOptions{flags: c, keys: map[string][]crypto.Signer{}}
	if err := g.readKeys(optionCSFKey, r.out, source); err != nil {
		return nil, err
	}
	for _, key := range g.keys[optionCSFKey] {
		k.given = append(k.given, csfKey{"--" + optionCSFKey, key})
	}
	return k, nil
}

// allUsed refuses a key of the command line that no certificate of the text is for.
func (k *csfKeys) allUsed() error {
	for _, given := range k.given {
		used := false
		for _, c := range k.files.certs {
			used = used || formats.SameKey(c.cert.PublicKey, given.key.Public())
		}
		if !used {
			return usageHint("compare: sigtool key show KEY; sigtool inspect CERT", "%s (%s) is the key of no certificate that the text names", given.flag, keygen.Fingerprint(given.key.Public()))
		}
	}
	return nil
}

// of finds the key of a certificate.
func (k *csfKeys) of(cert *x509.Certificate) (crypto.Signer, error) {
	for _, given := range k.given {
		if formats.SameKey(cert.PublicKey, given.key.Public()) {
			return given.key, nil
		}
	}
	if key := k.found[string(cert.Raw)]; key != nil {
		return key, nil
	}
	key, err := k.search(cert)
	if err == nil {
		k.found[string(cert.Raw)] = key
	}
	return key, err
}

func (k *csfKeys) search(cert *x509.Certificate) (crypto.Signer, error) {
	if k.away != nil {
		key, err := k.away.key(cert)
		if err != nil {
			return nil, err
		}
		key.(*absentKey).asked = k.asked
		return key, nil
	}
	for _, c := range k.files.certs {
		if c.cert.Equal(cert) {
			return k.byName(c)
		}
	}
	return nil, fmt.Errorf("%w: no file of the certificate of %s", formats.ErrKey, cert.Subject)
}

// byName reads the key that CST would take for a certificate. A key that is not there in DER is taken in PEM.
func (k *csfKeys) byName(c csfCert) (crypto.Signer, error) {
	const hint = "-k KEY and --csf-key KEY name keys; --detached FOLDER is for keys that are elsewhere"
	name, ok := pki.KeyPath(c.name)
	if !ok {
		return nil, withHint(fmt.Errorf("%w: %s: there is no telling where its key is: cst goes by names that end in crt.pem or crt.der", formats.ErrKey, c.name), hint)
	}
	path := under(c.base, name)
	if pem := strings.TrimSuffix(path, ".der") + ".pem"; !exists(path) && exists(pem) {
		path = pem
	}
	if !exists(path) {
		return nil, withHint(fmt.Errorf("%w: %s: its key would be %s, which is not there", formats.ErrKey, c.name, path), hint)
	}
	source := besideKey(path, k.source)
	k.files.read = append(k.files.read, path, source.file) // no output may take their place, either
	key, err := openSigningKey(path, k.out, source)
	if err != nil {
		return nil, explainKeyPass(err, path, k.source)
	}
	return key, belongs(under(c.base, c.name), []*x509.Certificate{c.cert}, key, path)
}

// keyPass is the file that CST takes the passphrase from, in the folder of the keys.
const keyPass = "key_pass.txt"

// besideKey is where the passphrase of a key comes from: as everywhere, or from key_pass.txt beside the key where nothing else is said.
func besideKey(name string, source passphraseSource) passphraseSource {
	folder, _ := filepath.Split(name)
	if file := folder + keyPass; !source.given() && exists(file) {
		return passphraseSource{fd: -1, file: file}
	}
	return source
}

// explainKeyPass says of a wrong passphrase that it came from key_pass.txt.
func explainKeyPass(err error, name string, source passphraseSource) error {
	from := besideKey(name, source)
	if errors.Is(err, keygen.ErrPassphrase) && !source.given() && from.given() {
		return withHint(err, from.file+" has another passphrase; --passphrase-file FILE names the right one")
	}
	return err
}
