package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/formats/imx/pki"
)

// pkiFlag has keys and certificates come from a tree that NXP's tool, or sigtool cert imx-pki, made.
var pkiFlag = &cli.StringFlag{Name: "pki", Category: "of imx-ahab, imx-hab",
	Usage: "instead of -k: take keys, certificates and SRK table from `FOLDER`, a tree of NXP's tool; --srk-index says whose (default 0, SRK1)"}

// imxKeys are the files of a tree of keys that a run signs with, found by their names. The zero value and nil are no tree.
type imxKeys struct {
	given  bool     // by --pki; else -k alone is, and what goes with it is looked for
	ahab   bool     // the table is for AHAB
	number int      // of the SRK, from 1
	crts   string   // the folder of the certificates
	sign   imxFiles // the key that signs images, or all
	csf    imxFiles // HABv4: the key that signs CSFs; empty where the SRK signs
	srk    imxFiles // AHAB: the SRK that certifies the key that signs; empty where it signs itself
	other  string   // a table of the SRK that is for the other kind of processors
}

// imxFiles are a key and its certificate.
type imxFiles struct{ key, cert string }

// imxKeysOf finds what --pki, or the name of -k, says; nil where neither says anything.
func imxKeysOf(c *cli.Context, named formats.Format) (*imxKeys, error) {
	imx := named != nil && (named.Name() == "imx-hab" || named.Name() == "imx-ahab")
	switch {
	case !imx && c.IsSet(pkiFlag.Name):
		return nil, usageHint("sigtool sign imx-hab --pki FOLDER, or imx-ahab", "--pki is for imx-hab and imx-ahab: name the format")
	case !imx:
		return nil, nil
	}
	t := &imxKeys{ahab: named.Name() == "imx-ahab"}
	if c.IsSet(pkiFlag.Name) {
		return t, t.inFolder(c)
	}
	if key := c.String("key"); key != "" {
		t.besides(key)
		return t, nil
	}
	if !c.IsSet("detached") {
		return nil, usageHint("--pki FOLDER takes the keys of a tree, which sigtool cert imx-pki makes", "no key: give it with -k")
	}
	return nil, nil
}

// inFolder finds the keys of a tree.
func (t *imxKeys) inFolder(c *cli.Context) error {
	folder := c.String(pkiFlag.Name)
	for _, flag := range []string{"key", "cert", optionCSFKey, "csf-cert"} {
		if c.IsSet(flag) {
			return usagef("--pki finds keys and certificates itself: leave --%s out", flag)
		}
	}
	if !isFolder(folder) {
		return usageHint("--pki names the folder that has keys/ and crts/", "%s: no such folder", folder)
	}
	index := 0
	if text := c.String("srk-index"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 3 {
			return usagef("--srk-index: %q is not 0 to 3", text)
		}
		index = n
	}
	t.given, t.number, t.crts = true, index+1, filepath.Join(folder, "crts")
	roles := []pki.Role{pki.IMG, pki.SRK}
	if t.ahab {
		roles = []pki.Role{pki.SGK, pki.SRK}
	}
	for _, role := range roles {
		found, err := t.member(folder, role)
		if err != nil {
			return err
		}
		if t.sign = found; found.key == "" {
			continue
		}
		switch role {
		case pki.SGK:
			t.srk, err = t.member(folder, pki.SRK)
		case pki.IMG:
			t.csf, err = t.member(folder, pki.CSF)
			if err == nil && t.csf.key == "" {
				err = withHint(fmt.Errorf("%s: there is an IMG key of SRK%d, and no CSF key", folder, t.number), "a tree has the CSF key keys/CSFn_1_…_key.pem beside keys/IMGn_1_…_key.pem")
			}
		}
		return err
	}
	return withHint(fmt.Errorf("%s: no key of SRK%d is in it that signs", folder, t.number), "a tree of NXP's tool has keys/IMGn_1_…_key.pem or keys/SRKn_…_key.pem, and crts/ with the certificates; sigtool cert imx-pki makes one")
}

// member finds the key of a role under the SRK, with its certificate; the first, where there are several. Keys that are elsewhere are known by
// their certificates.
func (t *imxKeys) member(folder string, role pki.Role) (imxFiles, error) {
	var best pki.Name
	var found imxFiles
	names, err := filepath.Glob(filepath.Join(globbed(t.crts), string(role)+strconv.Itoa(t.number)+"_*_crt.*"))
	if err != nil {
		return found, err
	}
	for _, name := range names {
		n, ok := pki.ParseName(name)
		if !ok || n.Role != role || n.Number != t.number {
			continue
		}
		pem := filepath.Join(folder, filepath.FromSlash(n.CertFile(".pem")))
		switch {
		case found.cert == "" || n.Sub < best.Sub:
			best, found = n, imxFiles{filepath.Join(folder, filepath.FromSlash(n.KeyFile(".pem"))), name}
		case n == best && name == pem:
			found.cert = name
		case n != best && n.Sub == best.Sub:
			return found, usageHint("name the key with -k and its certificate with -c", "%s: %s and %s could both be meant", folder, best, n)
		}
	}
	if der := filepath.Join(folder, filepath.FromSlash(best.KeyFile(".der"))); found.key != "" && !exists(found.key) && exists(der) {
		found.key = der
	}
	return found, nil
}

// besides finds what goes with the key of -k, as far as its name tells.
func (t *imxKeys) besides(key string) {
	t.sign.key = key
	cert, ok := certOfName(key)
	if !ok {
		return
	}
	t.sign.cert, t.crts = cert, filepath.Dir(cert)
	n, ok := pki.ParseName(key)
	if !ok {
		return
	}
	t.number = n.Number
	if n.Role != pki.IMG || t.ahab {
		return
	}
	n.Role = pki.CSF
	csf := filepath.Join(filepath.Dir(key), n.String()+"_key"+filepath.Ext(key))
	if cert, ok := certOfName(csf); ok && exists(csf) {
		t.csf = imxFiles{csf, cert}
	}
}

// certOfName finds the certificate of a key by the key's name: in crts beside the folder that the key is in, or else where CST would have it.
func certOfName(key string) (cert string, ok bool) {
	if cert, ok = pki.CertPath(key); !ok {
		return "", false
	}
	if beside := filepath.Join(filepath.Dir(key), "..", "crts", filepath.Base(cert)); exists(beside) {
		return beside, true
	}
	return cert, exists(cert)
}

// whole tells whether the tree has the key that signs, too.
func (t *imxKeys) whole() bool { return t != nil && t.given }

// passphrases is where the passphrase comes from: as everywhere, or from key_pass.txt beside the keys.
func (t *imxKeys) passphrases(c *cli.Context) passphraseSource {
	source := passphrases(c)
	if t == nil || t.sign.key == "" {
		return source
	}
	return besideKey(t.sign.key, source)
}

// explain says of a wrong passphrase that it came from key_pass.txt.
func (t *imxKeys) explain(c *cli.Context, err error) error {
	if t == nil {
		return err
	}
	return explainKeyPass(err, t.sign.key, passphrases(c))
}

// signer is the key that signs, with its certificate.
func (t *imxKeys) signer(out *reporter, source passphraseSource, away *elsewhere) (crypto.Signer, []*x509.Certificate, error) {
	if away != nil {
		if err := os.MkdirAll(away.folder, 0o777); err != nil {
			return nil, nil, err
		}
	}
	return t.sign.load(out, source, away)
}

// load reads a key and its certificate.
func (f imxFiles) load(out *reporter, source passphraseSource, away *elsewhere) (key crypto.Signer, chain []*x509.Certificate, err error) {
	if chain, err = readChain(f.cert); err != nil {
		return nil, nil, err
	}
	if away != nil {
		key, err = away.key(chain[0])
		return key, chain, err
	}
	if key, err = openSigningKey(f.key, out, source); errors.Is(err, fs.ErrNotExist) && !exists(f.key) {
		err = withHint(err, "the tree has its certificate, "+f.cert+"; --detached FOLDER is for keys that are elsewhere")
	}
	if err != nil {
		return nil, nil, err
	}
	return key, chain, belongs(f.cert, chain, key, f.key)
}
