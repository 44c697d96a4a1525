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
// 16 hexadecimal digits. Where it is missing the digest itself goes into D.sha256.digest, and errWanted comes back.
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
	if _, pss := opts.(*rsa.PSSOptions); pss || len(digest) != hash.Size() {
		return nil, fmt.Errorf("%w: --detached makes PKCS#1 v1.5 and ECDSA signatures of digests", formats.ErrKey)
	}
	k.asked.mu.Lock()
	defer k.asked.mu.Unlock()
	base := k.asked.name(filepath.Join(k.folder, fmt.Sprintf("%x.%s", digest[:8], sigalg.HashName(hash))), k.mark())
	sig, err := fileio.ReadLimited(base+".sig", maxSignature)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, k.want(base, hash, digest)
	case err == nil:
		err = k.check(base, hash, digest, sig)
	}
	if err != nil && k.asked.refused == nil {
		k.asked.refused = err
	}
	return sig, err
}

// mark is what tells this key's files from another's.
func (k *absentKey) mark() string {
	der, _ := x509.MarshalPKIXPublicKey(k.public)
	sum := sha256.Sum256(der)
	return fmt.Sprintf("%x", sum[:4])
}

// check says what is wrong with a signature that was found.
func (k *absentKey) check(base string, hash crypto.Hash, digest, sig []byte) error {
	text := len(sig) > 0 && !slices.ContainsFunc(sig, func(c byte) bool { return (c < ' ' || c > '~') && c != '\n' && c != '\r' })
	switch {
	case sigalg.Verify(k.public, hash, digest, sig) == nil:
		return nil
	case k.raw(digest, sig):
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
func (k *absentKey) want(base string, hash crypto.Hash, digest []byte) error {
	name := base + ".digest"
	err := fileio.WriteNew(name, digest, 0o644, false)
	if errors.Is(err, fileio.ErrExists) {
		var there []byte
		if there, err = fileio.ReadLimited(name, int64(hash.Size())); err == nil && !bytes.Equal(there, digest) {
			err = fmt.Errorf("%s: %w: it holds another digest", name, fileio.ErrExists)
		}
	}
	if err != nil {
		k.asked.refused = err
		return err
	}
	w := wanted{name: name, base: base, alg: sigalg.Name(k.public, hash), by: k.owner, hash: sigalg.HashName(hash)}
	if !slices.Contains(k.asked.wanted, w) {
		k.asked.wanted = append(k.asked.wanted, w)
	}
	return fmt.Errorf("%w: %s", errWanted, name)
}
