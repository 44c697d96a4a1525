package csf

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/cms"
)

// Keys finds the secret key of a certificate.
type Keys func(*x509.Certificate) (crypto.Signer, error)

// Sign makes the CSF. All signatures that can be asked for are asked for before the first error comes back, so that keys that are elsewhere are
// asked as rarely as possible: RSA in one go; ECDSA data first, as the commands hold the sizes of its signatures, then the CSF.
// Errors: formats.ErrOption for a plan that makes no sense, formats.ErrKey for keys and certificates that do not fit it or each other.
func (p *Plan) Sign(ctx context.Context, keys Keys) ([]byte, error) {
	m, err := p.lay()
	if err != nil {
		return nil, err
	}
	var failed error
	sized := true
	for _, part := range m.parts {
		if part.cert == nil {
			continue
		}
		digest, err := Digest(ctx, m.hash, part.blocks)
		if err != nil {
			return nil, err
		}
		if err := m.sign(part, keys, digest); err != nil {
			if failed == nil {
				failed = err
			}
			_, known := part.cert.PublicKey.(*rsa.PublicKey)
			sized = sized && known && m.sign(part, blank, digest) == nil
		}
	}
	if !sized {
		return nil, failed
	}
	if err := m.signCSF(keys); err != nil && failed == nil {
		failed = err
	}
	if failed != nil {
		return nil, failed
	}
	out := m.commands
	for _, part := range append(m.parts, m.csf) {
		out = append(out, part.data...)
	}
	if len(out) > MaxSize {
		return nil, refuse("size", "the command sequence file would have %d bytes; %d are the most", len(out), MaxSize)
	}
	return out, nil
}

// signCSF fills the pointers in, which is all that was missing, and signs the commands.
func (m *maker) signCSF(keys Keys) error {
	at := len(m.commands)
	for _, part := range append(m.parts[:len(m.parts):len(m.parts)], m.csf) {
		if part.pointer >= 0 {
			be.PutUint32(m.commands[part.pointer:], uint32(at))
		}
		at += len(part.data)
	}
	sum := m.hash.New()
	sum.Write(m.commands)
	return m.sign(m.csf, keys, sum.Sum(nil))
}

// sign makes the segment of a signature. It is what `openssl cms -sign -binary -nocerts -nosmimecap` writes.
func (m *maker) sign(part *part, keys Keys, digest []byte) error {
	key, err := keys(part.cert)
	if err != nil {
		return err
	}
	if !formats.SameKey(part.cert.PublicKey, key.Public()) {
		return fmt.Errorf("%w: the key is not that of the certificate of %s", formats.ErrKey, part.cert.Subject)
	}
	message, err := cms.SignDigest(key, part.cert, digest, cms.Options{Hash: m.hash, Attributes: true, Time: m.plan.Time})
	if err != nil {
		return err
	}
	part.data, err = m.segment(TagSignature, message)
	return err
}

// Size is how large the CSF will be at most, in bytes: with RSA keys exactly so large.
func (p *Plan) Size() (int, error) {
	m, err := p.lay()
	if err != nil {
		return 0, err
	}
	size := len(m.commands)
	for _, part := range append(m.parts, m.csf) {
		if part.cert != nil {
			if err := m.sign(part, blank, make([]byte, m.hash.Size())); err != nil {
				return 0, err
			}
		}
		size += len(part.data)
	}
	return size, nil
}

// blank stands for the key of a certificate where only the size of its signatures matters.
func blank(cert *x509.Certificate) (crypto.Signer, error) { return blankKey{cert.PublicKey}, nil }

type blankKey struct{ public crypto.PublicKey }

func (k blankKey) Public() crypto.PublicKey { return k.public }

// Sign returns zeros, as many as a signature has at most.
func (k blankKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		return make([]byte, public.Size()), nil
	case *ecdsa.PublicKey:
		// SEQUENCE of two INTEGERs, each with a zero in front where the highest bit is set. P-521's needs a length of two bytes.
		body := 2 * (2 + public.Curve.Params().BitSize/8 + 1)
		if body > 127 {
			body++
		}
		return make([]byte, 2+body), nil
	}
	return nil, fmt.Errorf("%w: a key of type %T", formats.ErrKey, k.public)
}
