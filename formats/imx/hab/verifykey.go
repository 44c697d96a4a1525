package hab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/issue"
)

// What versions of HABv4 are known to take of RSA keys, in bits; below soundBits nobody should.
const (
	minKeyBits = 1024
	soundBits  = 2048
	maxKeyBits = 4096
)

// weak refuses a key that hangs from what others can make: a short SRK, a certificate over SHA-1. Of the key itself, package verify asks that.
func (k *slot) weak() error {
	why := ""
	for ; k.above != nil; k = k.above {
		if alg := k.cert.SignatureAlgorithm; alg == x509.SHA1WithRSA || alg == x509.ECDSAWithSHA1 {
			why = fmt.Sprintf("the certificate of %s is signed over SHA-1", k.cert.Subject)
		}
		if key, is := k.above.key.(*rsa.PublicKey); is && key.N.BitLen() < soundBits {
			why = fmt.Sprintf("the key above that of %s is RSA of %d bits", k.cert.Subject, key.N.BitLen())
		}
	}
	if why == "" {
		return nil
	}
	return issue.New("too-weak", formats.ErrOther, "%s: too weak to be accepted, though devices take it", why).Advise("make new keys: sigtool cert imx-pki")
}

// mostHashed is how often a stage may have the whole file hashed: blocks may overlap, and a CSF has room for thousands of them.
const mostHashed = 16

// affords refuses to hash without an end.
func (s *stage) affords(blocks []csf.Block) error {
	for _, b := range blocks {
		s.hashed += int64(b.Length)
	}
	if s.hashed > mostHashed*s.src.Size() {
		return issue.New("too-much", formats.ErrFormat, "the blocks have more than %d times the bytes of the file: they overlap", mostHashed).Advise(hintAgain)
	}
	return nil
}

// chain are the certificates above a key.
func (k *slot) chain() (chain []*x509.Certificate) {
	for above := k.above; above != nil && above.cert != nil; above = above.above {
		chain = append(chain, above.cert)
	}
	return chain
}

// certOf is the certificate of a key. That of an SRK which signs itself stands in the CSF with nothing that points at it, where CST made it.
func (s *stage) certOf(c csf.Command, key *slot) (*x509.Certificate, error) {
	if key.cert != nil {
		return key.cert, nil
	}
	for _, segment := range s.csf.Segments {
		if !segment.Loose {
			continue
		}
		cert, err := segment.Certificate()
		if err != nil || !formats.SameKey(cert.PublicKey, key.key) {
			return nil, of(invCertificate, c.Raw).refuse(hintAgain, "the certificate at 0x%x of the CSF is not the SRK's", segment.Offset)
		}
		return cert, nil
	}
	return nil, nil
}

// withoutDCD tells whether a signature is one for serial download: of an image whose vector table points at no DCD, for the tool that
// downloads has the DCD run before, and takes the pointer away (UUU, imx_usb). The file has it.
func (s *stage) withoutDCD(m *csf.Message, key crypto.PublicKey, cert *x509.Certificate, blocks []csf.Block) bool {
	if s.image.DCD == 0 || !s.holdsPointer(blocks) {
		return false
	}
	for i := range blocks {
		blocks[i].Data = withoutDCD{s.src, s.image.IVT + 12}
	}
	digest, err := csf.Digest(s.ctx, m.Signer.Hash, blocks)
	s.sdp = err == nil && m.Check(key, cert, digest) == nil
	return s.sdp
}

// holdsPointer tells whether the pointer at the DCD is in one of these blocks.
func (s *stage) holdsPointer(blocks []csf.Block) bool {
	for _, b := range blocks {
		if at := s.image.IVT + 12; b.Offset <= at && b.Offset+int64(b.Length) >= at+4 {
			return true
		}
	}
	return false
}

// keyFits refuses keys that no HABv4 takes, and notes those that need a newer one.
func (s *stage) keyFits(c csf.Command, key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
			return of(unsKey, c.Raw).refuse("HABv4 takes RSA keys of 1024 to 4096 bits", "an RSA key of %d bits", bits)
		}
		return nil
	case *ecdsa.PublicKey:
		if bits := key.Params().BitSize; bits != 256 && bits != 384 && bits != 521 {
			return of(unsKey, c.Raw).refuse("HABv4 takes P-256, P-384 and P-521", "a key on %s", key.Params().Name)
		}
		if s.csf.Version < 0x45 {
			s.once("ECDSA needs HAB 4.5 (i.MX 8M Plus): older devices raise HAB_UNS_KEY; the CSF says 4.%d", s.csf.Version&15)
		}
		return nil
	}
	return of(unsKey, c.Raw).refuse("HABv4 takes RSA, and from 4.5 on ECDSA", "a key of type %T", key)
}

// once is note, unless it was said.
func (s *stage) once(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !strings.Contains(strings.Join(s.notes, "\n"), text) {
		s.notes = append(s.notes, text)
	}
}
