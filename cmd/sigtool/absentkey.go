package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"path/filepath"
	"slices"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/sigalg"
)

// maxSignature bounds a signature that is taken from a file, in bytes: RSA of 16384 bits has 2048.
const maxSignature = 4096

// absentKey signs by signatures that were made elsewhere: of a digest D, made with SHA-256, the file D.sha256.sig, where D stands for the first
// 16 hexadecimal digits; D.sha256.pss.sig where it is to be RSA-PSS. Where it is missing the digest itself goes into D.sha256.digest, and errWanted
// comes back.
type absentKey struct {
	public crypto.PublicKey
	owner  string // the certificate's subject
	folder string
	asked  *asked
}

// Public returns the public half.
func (k *absentKey) Public() crypto.PublicKey { return k.public }

// Sign returns the signature that lies in the folder.
func (k *absentKey) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	hash := opts.HashFunc()
	if len(digest) != hash.Size() {
		return nil, fmt.Errorf("%w: --detached makes signatures of digests", formats.ErrKey)
	}
	_, pss := opts.(*rsa.PSSOptions)
	of := absentDigest{hash, digest, pss}
	k.asked.mu.Lock()
	defer k.asked.mu.Unlock()
	base := k.asked.name(filepath.Join(k.folder, of.name()), k.mark())
	sig, err := fileio.ReadLimited(base+".sig", maxSignature)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, k.want(base, of)
	case err == nil:
		err = k.check(base, of, sig)
	}
	if err != nil && k.asked.refused == nil {
		k.asked.refused = err
	}
	return sig, err
}

// absentDigest is what a key that is elsewhere is to sign, and how.
type absentDigest struct {
	hash   crypto.Hash
	digest []byte
	pss    bool // RSASSA-PSS with a salt as long as the hash; otherwise PKCS#1 v1.5, or ECDSA
}

// name is that of its files, without the ending.
func (d absentDigest) name() string {
	name := fmt.Sprintf("%x.%s", d.digest[:8], sigalg.HashName(d.hash))
	if d.pss {
		name += ".pss"
	}
	return name
}

// alg is how it is to be signed, for people.
func (d absentDigest) alg(public crypto.PublicKey) string {
	if d.pss {
		return sigalg.NamePSS(d.hash)
	}
	return sigalg.Name(public, d.hash)
}

func (d absentDigest) verify(public crypto.PublicKey, sig []byte) error {
	key, is := public.(*rsa.PublicKey)
	if d.pss && is {
		return sigalg.VerifyPSS(key, d.hash, d.digest, sig)
	}
	return sigalg.Verify(public, d.hash, d.digest, sig)
}

// mark is what tells this key's files from another's.
func (k *absentKey) mark() string {
	der, _ := x509.MarshalPKIXPublicKey(k.public)
	sum := sha256.Sum256(der)
	return fmt.Sprintf("%x", sum[:4])
}

// check says what is wrong with a signature that was found.
func (k *absentKey) check(base string, of absentDigest, sig []byte) error {
	text := len(sig) > 0 && !slices.ContainsFunc(sig, func(c byte) bool { return (c < ' ' || c > '~') && c != '\n' && c != '\r' })
	switch {
	case of.verify(k.public, sig) == nil:
		return nil
	case of.pss && absentDigest{of.hash, of.digest, false}.verify(k.public, sig) == nil:
		return withHint(fmt.Errorf("%s.sig: a PKCS#1 v1.5 signature, where RSA-PSS is wanted", base), "with openssl pkeyutl: -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest")
	case k.raw(of.digest, sig):
		return withHint(fmt.Errorf("%s.sig: r and s side by side, as PKCS#11 gives them, and not in DER", base), "pkcs11-tool writes DER with --signature-format openssl")
	case text:
		return withHint(fmt.Errorf("%s.sig: a text, and not the bytes of a signature", base), "decode it first, as with base64 -d")
	}
	return withHint(fmt.Errorf("%s.sig: %w: it is not of this digest by the key of the certificate", base, formats.ErrMismatch),
		"sign the digest as it is, without hashing it once more; remove the .sig file to be asked again")
}

// raw tells whether a signature is good but for its form.
func (k *absentKey) raw(digest, sig []byte) bool {
	public, is := k.public.(*ecdsa.PublicKey)
	half := len(sig) / 2
	return is && len(sig)%2 == 0 && ecdsa.Verify(public, digest, new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:]))
}

// want puts a digest where it can be fetched.
func (k *absentKey) want(base string, of absentDigest) error {
	name := base + ".digest"
	err := fileio.WriteNew(name, of.digest, 0o644, false)
	if errors.Is(err, fileio.ErrExists) {
		var there []byte
		if there, err = fileio.ReadLimited(name, int64(of.hash.Size())); err == nil && !bytes.Equal(there, of.digest) {
			err = fmt.Errorf("%s: %w: it holds another digest", name, fileio.ErrExists)
		}
	}
	if err != nil {
		k.asked.refused = err
		return err
	}
	w := wanted{name: name, base: base, alg: of.alg(k.public), by: k.owner, hash: sigalg.HashName(of.hash)}
	if !slices.Contains(k.asked.wanted, w) {
		k.asked.wanted = append(k.asked.wanted, w)
	}
	return fmt.Errorf("%w: %s", errWanted, name)
}
