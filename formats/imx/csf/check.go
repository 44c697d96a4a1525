package csf

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"

	"sigtool/internal/cms"
	"sigtool/internal/sigalg"
)

// Message is a signature of HABv4: a CMS message with one signer, without content.
type Message struct {
	Signer *cms.SignerInfo // Hash, and String for who signed
	Time   time.Time       // when it says that it was signed; zero where it does not
	offset int
}

// Check tells whether key made this signature over content with this digest under m.Signer.Hash, and, where cert is not nil, whether the
// message names cert as the signer's. Errors: *Error.
func (m *Message) Check(key crypto.PublicKey, cert *x509.Certificate, digest []byte) error {
	if err := m.Signer.Verify(key, digest); err != nil {
		text := fmt.Sprintf("the signature at %#x: %v", m.offset, err)
		if errors.Is(err, sigalg.ErrMismatch) {
			text = fmt.Sprintf("the signature at %#x is not by that key over these bytes", m.offset)
		}
		return &Error{InvalidSignature, m.offset, text}
	}
	if cert != nil && !m.Signer.Names(cert) {
		return &Error{InvalidSignature, m.offset, fmt.Sprintf("the signature at %#x names another signer than its certificate: %s", m.offset, m.Signer)}
	}
	return nil
}

// Certified tells whether the secret half of key signed the certificate, whatever names and dates say: HABv4 asks for no more. Errors: *Error,
// without an offset.
func Certified(cert *x509.Certificate, key crypto.PublicKey) error {
	h := certificateHash(cert.SignatureAlgorithm)
	if h == 0 {
		return &Error{UnsupportedAlgorithm, 0, fmt.Sprintf("the certificate of %s is signed by %s, which HABv4 does not know", cert.Subject, cert.SignatureAlgorithm)}
	}
	if err := sigalg.VerifyMessage(key, h, cert.RawTBSCertificate, cert.Signature); err != nil {
		return &Error{InvalidSignature, 0, fmt.Sprintf("that key did not sign the certificate of %s", cert.Subject)}
	}
	return nil
}

// certificateHash is the hash that a certificate is signed with, 0 for an algorithm that is none of HABv4's (RSA-PSS, say).
func certificateHash(alg x509.SignatureAlgorithm) crypto.Hash {
	switch alg {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1:
		return crypto.SHA1
	case x509.SHA256WithRSA, x509.ECDSAWithSHA256:
		return crypto.SHA256
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384:
		return crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512:
		return crypto.SHA512
	}
	return 0
}

// chunk is how many bytes of a block are hashed at once.
const chunk = 64 << 10

// Digest is the hash of blocks as if they stood one behind the other, which is what Authenticate Data signs.
func Digest(ctx context.Context, h crypto.Hash, blocks []Block) ([]byte, error) {
	if !h.Available() {
		return nil, fmt.Errorf("hash %d is not there", h)
	}
	sum, buffer := h.New(), make([]byte, chunk)
	for _, block := range blocks {
		if block.Data == nil {
			return nil, fmt.Errorf("the block at %#08x has no data", block.Address)
		}
		in := io.NewSectionReader(block.Data, block.Offset, int64(block.Length))
		for left := int64(block.Length); left > 0; {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			n := min(left, chunk)
			if _, err := io.ReadFull(in, buffer[:n]); err != nil {
				return nil, fmt.Errorf("the block at %#08x, %#x bytes from %#x on: %w", block.Address, block.Length, block.Offset, err)
			}
			sum.Write(buffer[:n])
			left -= n
		}
	}
	return sum.Sum(nil), nil
}
