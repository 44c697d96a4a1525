package cms

import (
	"crypto"
	"encoding/asn1"
	"errors"
	"fmt"

	"sigtool/internal/ber"
	"sigtool/internal/laxcert"
	"sigtool/internal/sigalg"
)

// ParseLoose is Parse as Android and apksig read a JAR's signature: BER is as good as DER, what stands behind the parts that are known is passed over,
// versions and lists of digests are not looked at, MD5 and DSA are known, and certificates are read by package laxcert. Issuer, Attributes and the
// certificates are the bytes as they stand. There may be no signer at all: then no certificate is read either. Signers that ParseLoose
// read are for VerifyLoose and NamesLoosely, not for Verify.
func ParseLoose(data []byte) (*SignedData, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("a cms message of more than %d bytes", MaxSize)
	}
	info := ber.Over(data).Into(ber.Sequence)
	if kind := info.OID(); info.Err() == nil && !kind.Equal(oidSignedData) {
		return nil, fmt.Errorf("the cms message is not signed data but %s", oidName(kind))
	}
	explicit := info.Into(ber.Context0)
	body := explicit.Into(ber.Sequence)
	body.Take(ber.Integer) // version
	body.Take(ber.Set)     // digest algorithms
	content := body.Into(ber.Sequence)
	sd := &SignedData{ContentType: content.OID()}
	_, attached := content.Optional(ber.Context0)
	sd.Detached = !attached
	certificates, _ := body.Optional(ber.Context0)
	body.Optional(ber.Context1) // revocation lists
	signers := body.Take(ber.Set)
	if errors.Join(info.Err(), explicit.Err(), content.Err(), body.Err()) != nil {
		return nil, errors.New("not a cms message, or a damaged one")
	}
	if err := sd.looseSigners(signers.Content); err != nil || len(sd.Signers) == 0 {
		return sd, err
	}
	return sd, sd.looseCertificates(certificates.Content)
}

func (sd *SignedData) looseSigners(set []byte) error {
	all, err := ber.Elements(set, maxSigners)
	if err != nil {
		return fmt.Errorf("damaged cms message: signers, or more than %d of them", maxSigners)
	}
	for _, e := range all {
		s, err := looseSigner(e)
		if err != nil {
			return err
		}
		s.contentType = sd.ContentType
		sd.Signers = append(sd.Signers, *s)
	}
	return nil
}

func (sd *SignedData) looseCertificates(set []byte) error {
	all, err := ber.Elements(set, maxCerts)
	if err != nil {
		return fmt.Errorf("damaged cms message: certificates, or more than %d of them", maxCerts)
	}
	for i, e := range all {
		cert, err := laxcert.Parse(e.Raw)
		if err != nil {
			return fmt.Errorf("certificate %d: %v", i+1, err)
		}
		sd.Certificates = append(sd.Certificates, e.Raw)
		sd.Certs = append(sd.Certs, cert)
	}
	return nil
}

// looseSigner reads a SignerInfo, whose layout readSigner shows.
func looseSigner(e ber.Element) (*SignerInfo, error) {
	s := &SignerInfo{}
	in := ber.Over(e.Content)
	in.Take(ber.Integer) // version
	if id, ok := in.Optional(ber.Context0); ok {
		s.KeyID = id.Content
	} else {
		name := in.Into(ber.Sequence)
		s.Issuer = name.Take(ber.Sequence).Raw
		serial, err := name.Take(ber.Integer).Int()
		if err != nil || name.Err() != nil {
			return nil, errors.New("damaged cms message: issuer and serial number")
		}
		s.Serial = serial
	}
	digest := in.Into(ber.Sequence)
	s.DigestOID = digest.OID()
	if attributes, ok := in.Optional(ber.Context0); ok {
		s.Attributes = attributes.Raw
	}
	algorithm := in.Into(ber.Sequence)
	s.SigOID = algorithm.OID()
	s.Signature = in.Take(ber.OctetString).Content
	if e.Tag != ber.Sequence || errors.Join(in.Err(), digest.Err(), algorithm.Err()) != nil {
		return nil, errors.New("damaged cms message: signer")
	}
	s.Hash = looseDigest(s.DigestOID)
	for _, a := range looseAlgorithms() {
		if a.oid.Equal(s.SigOID) {
			s.Kind, s.sigHash = a.kind, a.hash
		}
	}
	return s, nil
}

// SignatureHash is the hash that the signature is over: what SigOID says, or else the one of the digest; 0 when neither is known.
func (s *SignerInfo) SignatureHash() crypto.Hash {
	if s.sigHash != 0 {
		return s.sigHash
	}
	return s.Hash
}

// looseAttributes reads the content type and the message digest of the signed attributes, in whatever order and encoding they stand. Either is nil
// when it is not there; it is for the caller to say which of them must be. Errors: attributes that can't be read, or one of these two
// there twice or with other than one value.
func (s *SignerInfo) looseAttributes() (contentType asn1.ObjectIdentifier, digest []byte, err error) {
	set, _, err := ber.Read(s.Attributes)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: they can't be read", ErrAttributes)
	}
	all, err := ber.Elements(set.Content, maxAttributes)
	if err != nil {
		return nil, nil, ErrAttributes
	}
	for _, e := range all {
		in := ber.Over(e.Content)
		oid, values := in.OID(), in.Into(ber.Set)
		switch {
		case e.Tag != ber.Sequence || in.Err() != nil:
			return nil, nil, ErrAttributes
		case oid.Equal(oidContentType) && contentType == nil:
			contentType = values.OID()
		case oid.Equal(oidMessageDigest) && digest == nil:
			digest = values.Take(ber.OctetString).Content
		case oid.Equal(oidContentType), oid.Equal(oidMessageDigest):
			return nil, nil, fmt.Errorf("%w: %s is there twice", ErrAttributes, oid)
		default:
			continue
		}
		if values.Err() != nil || values.More() {
			return nil, nil, fmt.Errorf("%w: %s has not one value", ErrAttributes, oid)
		}
	}
	return contentType, digest, nil
}

// ErrAttributes says that signed attributes can't be taken apart, or say something twice.
var ErrAttributes = errors.New("damaged signed attributes")

// VerifyLoose tells whether the secret half of pub made this signature over the content: over the content itself, or over signed attributes, byte for
// byte as they stand but for their tag, that have the content's digest; and its type, where checkType says that platforms look at it
// (Android from 7.0 on). Errors: sigalg.ErrMismatch where apksig goes on to the next signer; anything else where it gives up: an attribute
// that is missing, an algorithm that is not known, a key of another kind.
func (s *SignerInfo) VerifyLoose(pub crypto.PublicKey, content []byte, checkType bool) error {
	if s.Hash == 0 || s.Kind == "" {
		return fmt.Errorf("digest algorithm %s with signature algorithm %s is not known", oidName(s.DigestOID), oidName(s.SigOID))
	}
	kind, err := kindOf(pub)
	if err != nil {
		return err
	}
	if kind != s.Kind {
		return fmt.Errorf("the signature is of another kind (%s) than its certificate's key (%s)", s.Kind, kind)
	}
	if s.Attributes == nil {
		return sigalg.VerifyMessage(pub, s.SignatureHash(), content, s.Signature)
	}
	contentType, digest, err := s.looseAttributes()
	switch {
	case err != nil:
		return err
	case checkType && contentType == nil:
		return errors.New("the signed attributes have no content type")
	case checkType && !contentType.Equal(s.contentType):
		return fmt.Errorf("%w: the content is of another type", sigalg.ErrMismatch)
	case digest == nil:
		return errors.New("the signed attributes have no message digest")
	case !sameSum(s.Hash, content, digest):
		return fmt.Errorf("%w: the content has another digest", sigalg.ErrMismatch)
	}
	return sigalg.VerifyMessage(pub, s.SignatureHash(), retag(s.Attributes, 0x31), s.Signature)
}
