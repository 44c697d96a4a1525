package cms

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxAttributes is how many signed attributes a signer may have.
const maxAttributes = 64

// signedAttributes are those that matter to a verifier; others are covered by the signature and passed over.
type signedAttributes struct {
	contentType asn1.ObjectIdentifier
	digest      []byte
	time        time.Time
}

// attributes reads SignedAttributes: SEQUENCE{type, SET OF value} each, contentType and messageDigest exactly once
// and with one value (RFC 5652 §11.1, §11.2).
func (s *SignerInfo) attributes() (*signedAttributes, error) {
	var set cryptobyte.String
	in := cryptobyte.String(s.Attributes)
	if !in.ReadASN1(&set, tagContext0) || !in.Empty() {
		return nil, errors.New("damaged cms message: signed attributes")
	}
	a := &signedAttributes{}
	for n := 0; !set.Empty(); n++ {
		var seq, values cryptobyte.String
		var oid asn1.ObjectIdentifier
		if n == maxAttributes || !set.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&oid) ||
			!seq.ReadASN1(&values, cbasn1.SET) || !seq.Empty() {
			return nil, errors.New("damaged cms message: signed attributes")
		}
		if !a.take(oid, values) {
			return nil, fmt.Errorf("damaged cms message: signed attribute %s", oidName(oid))
		}
	}
	if a.contentType == nil || a.digest == nil {
		return nil, errors.New("damaged cms message: signed attributes without content type or message digest")
	}
	return a, nil
}

// SigningTime is when the signer says that he signed; zero where he does not, or not in a way that can be read.
func (s *SignerInfo) SigningTime() time.Time {
	if s.Attributes == nil {
		return time.Time{}
	}
	a, err := s.attributes()
	if err != nil {
		return time.Time{}
	}
	return a.time
}

// take notes one attribute; false means that it is damaged or there twice.
func (a *signedAttributes) take(oid asn1.ObjectIdentifier, values cryptobyte.String) bool {
	switch {
	case oid.Equal(oidContentType):
		return a.contentType == nil && values.ReadASN1ObjectIdentifier(&a.contentType) && values.Empty()
	case oid.Equal(oidMessageDigest):
		return a.digest == nil && values.ReadASN1Bytes(&a.digest, cbasn1.OCTET_STRING) && values.Empty()
	case oid.Equal(oidSigningTime):
		if !a.time.IsZero() {
			return false
		}
		if values.PeekASN1Tag(cbasn1.UTCTime) {
			return values.ReadASN1UTCTime(&a.time) && values.Empty()
		}
		return values.ReadASN1GeneralizedTime(&a.time) && values.Empty()
	}
	return true
}
