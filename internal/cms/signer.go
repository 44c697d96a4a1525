package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
)

// readSigner reads the inside of a SignerInfo (RFC 5652 §5.3):
//
//	version | sid: SEQUENCE{issuer, serial} or [0] key identifier | digest algorithm | [0] signed attributes, optional |
//	signature algorithm | OCTET STRING signature | [1] unsigned attributes, optional, passed over
func readSigner(in cryptobyte.String) (*SignerInfo, error) {
	s := &SignerInfo{}
	var version int64
	if !in.ReadASN1Integer(&version) {
		return nil, errors.New("damaged cms message: signer version")
	}
	if err := s.readName(&in, version); err != nil {
		return nil, err
	}
	var err error
	var params bool
	if s.DigestOID, params, err = readAlgorithm(&in); err != nil {
		return nil, err
	}
	for _, d := range digests {
		if d.oid.Equal(s.DigestOID) {
			s.Hash = d.hash
		}
	}
	if params {
		s.Hash = 0
	}
	if in.PeekASN1Tag(tagContext0) && !in.ReadASN1Element((*cryptobyte.String)(&s.Attributes), tagContext0) {
		return nil, errors.New("damaged cms message: signed attributes")
	}
	s.pss = readPSS(in)
	if s.SigOID, params, err = readAlgorithm(&in); err != nil {
		return nil, err
	}
	for _, a := range algorithms {
		if a.oid.Equal(s.SigOID) && !params {
			s.Kind, s.sigHash = a.kind, a.hash
		}
	}
	if !in.ReadASN1Bytes(&s.Signature, cbasn1.OCTET_STRING) {
		return nil, errors.New("damaged cms message: signature value")
	}
	if !in.SkipOptionalASN1(tagContext1) || !in.Empty() {
		return nil, errors.New("damaged cms message: something behind the signature value")
	}
	return s, nil
}

// readAlgorithm reads SEQUENCE{algorithm, parameters OPTIONAL}; params tells of parameters other than NULL.
func readAlgorithm(in *cryptobyte.String) (oid asn1.ObjectIdentifier, params bool, err error) {
	var alg, rest cryptobyte.String
	var tag cbasn1.Tag
	if !in.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) {
		return nil, false, errors.New("damaged cms message: algorithm")
	}
	if alg.Empty() {
		return oid, false, nil
	}
	if !alg.ReadAnyASN1(&rest, &tag) || !alg.Empty() || tag == cbasn1.NULL && !rest.Empty() {
		return nil, false, errors.New("damaged cms message: algorithm parameters")
	}
	return oid, tag != cbasn1.NULL, nil
}

// Verify tells whether the secret half of pub made this signature over content with that digest under s.Hash: over the
// content itself, or over signed attributes that have its digest and its type. Errors: sigalg.ErrMismatch, also for a
// key of another kind; anything else means that it can't be told, such as an algorithm that is not known.
// Signatures by Ed25519 and ML-DSA without attributes can't be told from a digest: they need UseContent.
func (s *SignerInfo) Verify(pub crypto.PublicKey, digest []byte) error {
	if err := s.Supported(); err != nil {
		return err
	}
	kind, err := kindOf(pub)
	if err != nil {
		return err
	}
	if kind != s.Kind {
		return fmt.Errorf("%w: it was made with a key of another kind (%s)", sigalg.ErrMismatch, s.Kind)
	}
	if s.needsContent() {
		return s.verifyContent(pub)
	}
	if s.Attributes == nil {
		if s.takesPSS {
			return s.verifyPSS(pub, digest)
		}
		return sigalg.Verify(pub, s.Hash, digest, s.Signature)
	}
	attributes, err := s.attributes()
	if err != nil {
		return err
	}
	if !attributes.contentType.Equal(s.contentType) {
		return fmt.Errorf("%w: the content is of another type", sigalg.ErrMismatch)
	}
	if !bytes.Equal(attributes.digest, digest) {
		return fmt.Errorf("%w: the content has another digest", sigalg.ErrMismatch)
	}
	signed := retag(s.Attributes, cbasn1.SET)
	if s.takesPSS {
		sum := s.Hash.New()
		sum.Write(signed)
		return s.verifyPSS(pub, sum.Sum(nil))
	}
	return sigalg.VerifyMessage(pub, s.Hash, signed, s.Signature)
}

// Supported is nil when Verify knows the signer's algorithms, and they agree with each other.
func (s *SignerInfo) Supported() error {
	if s.Hash == 0 {
		return fmt.Errorf("digest algorithm %s is not supported", oidName(s.DigestOID))
	}
	if s.Kind == "" {
		return fmt.Errorf("signature algorithm %s is not supported", oidName(s.SigOID))
	}
	if s.takesPSS {
		return s.pss.check(s.Hash)
	}
	if s.sigHash != 0 && s.sigHash != s.Hash {
		return fmt.Errorf("damaged cms message: digest %s, but a signature over %s", sigalg.HashName(s.Hash), sigalg.HashName(s.sigHash))
	}
	return nil
}

// Fits tells whether pub is of the kind, and for RSA of the size, that made this signature: whether it can be the key at all.
func (s *SignerInfo) Fits(pub crypto.PublicKey) bool {
	kind, err := kindOf(pub)
	if key, ok := pub.(*rsa.PublicKey); ok && key.Size() != len(s.Signature) {
		return false
	}
	return err == nil && kind == s.Kind
}
