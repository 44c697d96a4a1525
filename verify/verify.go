// Package verify is the one place that says "I accept this": it holds what is in a file, on paper or in a transcript against the keys
// that a caller accepts. Nothing is accepted unless somebody is named.
package verify

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"sigtool/formats"
	"sigtool/internal/laxcert"
	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

// What a caller must tell apart. A signature that does not match is formats.ErrMismatch, none at all is formats.ErrUnsigned.
var (
	ErrNobodyNamed = errors.New("good, but you named nobody whom you accept")
	ErrNotAccepted = errors.New("good, but not by a key you accept")
	ErrExpired     = errors.New("the signer's certificate is not valid at this time")
	ErrWeak        = errors.New("too weak to be accepted")
	ErrChanged     = errors.New("is not what was recorded")
	ErrNotDone     = errors.New("the transcript is whole, but its ceremony was not completed")
	ErrNotOver     = errors.New("the ceremony is not over")
	ErrRehearsal   = errors.New("it is of a rehearsal")
)

// Policy says whom to accept. The zero value accepts nobody.
type Policy struct {
	Keys      []crypto.PublicKey  // pinned: accepted as they are, whatever a certificate says of its dates
	Certs     []*x509.Certificate // pinned likewise: each certificate itself where a format tells signers by theirs, else its key
	Prints    [][sha256.Size]byte // pinned by the SHA-256 of a certificate that the file has to bring
	CAs       []*x509.Certificate
	AnySigner bool      // any key that the file brings itself
	Rehearsal bool      // what a rehearsal of a ceremony made is taken for good
	Now       time.Time // when certificates must be valid
}

// Judge holds a file's signatures against a policy. It returns nil when every signature that can be checked matches and one of them
// at least is by somebody accepted; those that stand aside are not looked at, see Warnings. Errors: formats.ErrUnsigned, formats.ErrMismatch, formats.ErrNoKey, ErrNobodyNamed,
// ErrNotAccepted, ErrExpired, ErrWeak, ErrRehearsal.
func Judge(signatures []formats.Signature, p Policy) error {
	var unknown error
	var good []formats.Signature
	for _, signature := range signatures {
		switch {
		case signature.Aside:
		case signature.Err == nil:
			good = append(good, signature)
		case errors.Is(signature.Err, formats.ErrNoKey):
			unknown = signature.Err
		default:
			return signature.Err
		}
	}
	switch {
	case len(good) > 0:
		return p.anyAccepted(good)
	case unknown != nil:
		return unknown
	}
	return formats.ErrUnsigned
}

// anyAccepted returns nil when one of these good signatures is accepted, and each that stands alone, else why the first is not.
func (p Policy) anyAccepted(good []formats.Signature) error {
	for _, signature := range good {
		if !signature.Alone {
			continue
		}
		if err := p.accept(signature); err != nil {
			return fmt.Errorf("each of its signers has to be accepted: %s: %w", signature.Scheme, err)
		}
	}
	var first error
	for _, signature := range good {
		err := p.accept(signature)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func (p Policy) accept(signature formats.Signature) error {
	if why := weakness(signature); why != "" && !signature.Legacy {
		return fmt.Errorf("%w: %s", ErrWeak, why)
	}
	switch {
	case !p.Rehearsal && rehearsed(signature):
		return fmt.Errorf("%w: the signer's certificate says so: %s", ErrRehearsal, signature.Cert.Subject)
	case signature.Pinned:
		return nil
	case p.empty():
		return fmt.Errorf("%w; it is %s", ErrNobodyNamed, name(signature))
	case p.pins(signature), p.AnySigner:
		return nil
	case signature.Cert != nil && len(p.CAs) > 0:
		if why := weakness(signature); why != "" {
			return fmt.Errorf("%w: %s; a CA is not asked about it", ErrWeak, why)
		}
		return p.chains(signature)
	}
	return fmt.Errorf("%w: it is %s", ErrNotAccepted, name(signature))
}

// name is a signer as those tell it who would accept it: by its key, and by its certificate where that is what counts.
func name(signature formats.Signature) string {
	text := keygen.Fingerprint(signature.Key)
	if signature.ByCert && signature.Cert != nil {
		text = fmt.Sprintf("%s, with the certificate %x", text, sha256.Sum256(signature.Cert.Raw))
	}
	return text
}

// Rehearsed tells whether one of these signatures, as far as they match, is by a certificate that a rehearsal made.
func Rehearsed(signatures []formats.Signature) bool {
	return slices.ContainsFunc(signatures, func(s formats.Signature) bool { return s.Err == nil && !s.Aside && rehearsed(s) })
}

// rehearsed tells whether a rehearsal made the signer's certificate, or one that the file brings for it.
func rehearsed(signature formats.Signature) bool {
	return signature.Cert != nil && (keygen.IsRehearsalCertificate(signature.Cert) || slices.ContainsFunc(signature.Chain, keygen.IsRehearsalCertificate))
}

// chains tells whether a certificate, which is for signing, leads to one of the CAs, at the policy's time, and by nothing weak.
func (p Policy) chains(signature formats.Signature) error {
	leaf, between := signature.Cert, signature.Chain
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   p.Now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageEmailProtection},
	}
	if signature.Dateless {
		options.CurrentTime = leaf.NotBefore // its issuer was there then
	}
	for _, ca := range p.CAs {
		options.Roots.AddCert(ca)
	}
	for _, certificate := range between {
		if sigalg.Bounded(certificate.PublicKey) == nil {
			options.Intermediates.AddCert(certificate)
		}
	}
	chains, err := leaf.Verify(options)
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("%w: %s, from %s to %s", ErrExpired, leaf.Subject, leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	case errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return fmt.Errorf("%w: %s, or a certificate above it, is neither for code signing nor for e-mail (extended key usage)", ErrNotAccepted, leaf.Subject)
	case err != nil:
		return fmt.Errorf("%w: %s does not lead to the CA given", ErrNotAccepted, leaf.Subject)
	case !laxcert.Signs(leaf):
		return fmt.Errorf("%w: the certificate of %s is not for signatures (key usage)", ErrNotAccepted, leaf.Subject)
	}
	return anySound(chains)
}

// anySound returns nil when one of these chains is sound, else what is wrong with the first.
func anySound(chains [][]*x509.Certificate) error {
	var first error
	for _, chain := range chains {
		err := sound(chain)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// sound looks at what the standard library lets pass: short RSA keys, and a root that is none because it does not say so.
func sound(chain []*x509.Certificate) error {
	for i, certificate := range chain {
		if why := weakKey(certificate.PublicKey); why != "" {
			return fmt.Errorf("%w: the certificate %s has %s", ErrWeak, certificate.Subject, why)
		}
		if i > 0 && !(certificate.BasicConstraintsValid && certificate.IsCA) {
			return fmt.Errorf("%w: the certificate %s is not a CA's", ErrNotAccepted, certificate.Subject)
		}
	}
	return nil
}
