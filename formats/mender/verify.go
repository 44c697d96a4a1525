package mender

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// Verify checks the signature of the manifest, and whether all that the manifest names is what it says. An artifact carries no key, so keys.Public and
// keys.Certs are tried. What stands in manifest-augment is compared too, though nobody vouches for it.
func (Format) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	a, err := open(src)
	if err != nil {
		return nil, err
	}
	skip := keys.Options.Bool(optionSkip)
	found := a.whole(ctx, keys.Memo, skip)
	d := (*damage)(nil)
	switch damaged := errors.As(found, &d); {
	case found != nil && !damaged:
		return nil, found
	case a.signature == nil && damaged:
		return nil, fmt.Errorf("%w, and it is damaged: %v", formats.ErrUnsigned, found)
	case a.signature == nil:
		return nil, formats.ErrUnsigned
	}
	sig := a.check(keys)
	if d != nil && !errors.Is(sig.Err, formats.ErrMismatch) {
		sig.Err = d.as(formats.ErrMismatch)
	}
	if skip {
		sig.Notes = append(sig.Notes, skipped)
	}
	return []formats.Signature{sig}, nil
}

// check looks for the key that made the signature.
func (a *artifact) check(keys formats.Keys) formats.Signature {
	sig := formats.Signature{Scheme: scheme, Covers: a.covers()}
	if a.unsigned != nil {
		sig.Notes = append(sig.Notes, "manifest-augment and what it names are not covered by the signature: anybody can change them together")
	}
	signature, err := decode(a.signature)
	if err != nil {
		sig.Err = fmt.Errorf("%w: manifest.sig: %v", formats.ErrMismatch, err)
		return sig
	}
	sum := sha256.Sum256(a.manifest)
	sig.Err = formats.ErrNoKey
	try := func(pub crypto.PublicKey, cert *x509.Certificate) bool {
		der, fits := fit(pub, signature)
		if !fits {
			return false
		}
		if err := sigalg.Verify(pub, crypto.SHA256, sum[:], der); err != nil {
			sig.Err = fmt.Errorf("%w: the manifest was changed after it was signed, or another key signed it", formats.ErrMismatch)
			return false
		}
		sig.Key, sig.Cert, sig.Alg, sig.Err = pub, cert, sigalg.Name(pub, crypto.SHA256), nil
		return true
	}
	for _, cert := range keys.Certs {
		if try(cert.PublicKey, cert) {
			return sig
		}
	}
	for _, pub := range keys.Public {
		if try(pub, nil) {
			return sig
		}
	}
	return sig
}

// covers says what the signature vouches for.
func (a *artifact) covers() string {
	files := 0
	for name := range a.sums {
		if strings.HasPrefix(name, "data/") && !a.unsigned[name] {
			files++
		}
	}
	if files == 1 {
		return fmt.Sprintf("version, %s and 1 payload file", a.header.name)
	}
	return fmt.Sprintf("version, %s and %d payload files", a.header.name, files)
}

// decode reads base64. A line feed may stand behind it, as with tools that write lines, but not in it, and no bit may be left over: the same signature has one
// spelling.
func decode(text []byte) ([]byte, error) {
	line := strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r")
	if strings.ContainsAny(line, "\r\n") {
		return nil, errors.New("more than one line")
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(line)
	if err == nil && len(signature) == 0 {
		err = errors.New("it is empty")
	}
	return signature, err
}

// fit tells whether the signature can be the key's, by its size, and returns it as sigalg wants it. ECDSA comes as two numbers, as mender-artifact writes it, or
// in DER, as hardware keys give it and newer versions of Mender read it.
func fit(pub crypto.PublicKey, signature []byte) (der []byte, fits bool) {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return signature, len(signature) == pub.Size()
	case *ecdsa.PublicKey:
		if pub.Curve != elliptic.P256() {
			return nil, false
		}
		if len(signature) == rawSize {
			return toDER(signature), true
		}
		_, err := toRaw(signature)
		return signature, err == nil
	}
	return nil, false
}
