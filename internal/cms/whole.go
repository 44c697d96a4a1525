package cms

import (
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/sigalg"
)

// Kinds of ML-DSA (FIPS 204), by the names of sigalg. Their identifiers stand for key and signature alike, without parameters, and say no
// hash (RFC 9882 §3).
const (
	MLDSA65 Kind = "ml-dsa-65"
	MLDSA87 Kind = "ml-dsa-87"
)

var (
	oidMLDSA65 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18}
	oidMLDSA87 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 19}
)

// takesMessages tells whether keys of this kind sign messages, not digests: without attributes that is the content as a whole.
func (k Kind) takesMessages() bool { return k == Ed25519 || k == MLDSA65 || k == MLDSA87 }

// SignContent is SignDigest for content that is at hand as a whole, which keys that sign messages want where there are no attributes:
// ML-DSA and Ed25519. The digest algorithm is then named and not used; RFC 9882 §3.3 wants SHA-512 there.
func SignContent(key crypto.Signer, cert *x509.Certificate, content []byte, o Options) ([]byte, error) {
	if o.Attributes || !sigalg.SignsMessages(key.Public()) {
		if !o.Hash.Available() {
			return nil, fmt.Errorf("hash %s is not supported", sigalg.HashName(o.Hash))
		}
		sum := o.Hash.New()
		sum.Write(content)
		return SignDigest(key, cert, sum.Sum(nil), o)
	}
	names, err := algorithmsOf(key.Public(), o)
	if err != nil {
		return nil, err
	}
	sig, err := sigalg.SignMessage(key, o.Hash, content)
	if err != nil {
		return nil, err
	}
	return assemble(names, cert, nil, sig, o)
}

// NeedsContent tells whether there is a signer whom no digest of the content is enough for: give the content to UseContent then.
func (sd *SignedData) NeedsContent() bool {
	for i := range sd.Signers {
		if sd.Signers[i].needsContent() {
			return true
		}
	}
	return false
}

// UseContent gives the signers the content as a whole, which is kept, not copied.
func (sd *SignedData) UseContent(content []byte) {
	for i := range sd.Signers {
		sd.Signers[i].content = &content
	}
}

func (s *SignerInfo) needsContent() bool { return s.Attributes == nil && s.Kind.takesMessages() }

// verifyContent is Verify for a signer who needs the content.
func (s *SignerInfo) verifyContent(pub crypto.PublicKey) error {
	if s.content == nil {
		return fmt.Errorf("an %s signature without attributes can't be told from a digest of the content", s.Kind)
	}
	return sigalg.VerifyMessage(pub, s.Hash, *s.content, s.Signature)
}

// AttributeTypes are the types of the signed attributes, in their order, one that is there twice included; none where there are none.
func (s *SignerInfo) AttributeTypes() ([]asn1.ObjectIdentifier, error) {
	if s.Attributes == nil {
		return nil, nil
	}
	if _, err := s.attributes(); err != nil {
		return nil, err
	}
	var set, attribute cryptobyte.String
	in := cryptobyte.String(s.Attributes)
	if !in.ReadASN1(&set, tagContext0) {
		return nil, errors.New("damaged cms message: signed attributes")
	}
	var types []asn1.ObjectIdentifier
	for !set.Empty() {
		var oid asn1.ObjectIdentifier
		if !set.ReadASN1(&attribute, cbasn1.SEQUENCE) || !attribute.ReadASN1ObjectIdentifier(&oid) {
			return nil, errors.New("damaged cms message: signed attributes")
		}
		types = append(types, oid)
	}
	return types, nil
}
