package cms

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// What a message may hold at most: far more than any real one does, and little enough to check at once.
const (
	MaxSize    = 1 << 20 // bytes of the whole message
	maxCerts   = 64
	maxSigners = 16
	maxDigests = 16
)

// SignedData is a parsed message. Its slices point into the bytes that were parsed.
type SignedData struct {
	ContentType  asn1.ObjectIdentifier
	Detached     bool                // no content is carried along; it may be empty and still be there
	Certificates [][]byte            // DER of each certificate carried along
	Certs        []*x509.Certificate // those of them that Go can parse
	Signers      []SignerInfo        // at least one
}

// SignerInfo is one signer's signature.
type SignerInfo struct {
	Issuer     []byte                // DER of the issuer's name, as it stands; nil when KeyID names the signer
	Serial     *big.Int              // with Issuer
	KeyID      []byte                // subject key identifier, or nil
	Hash       crypto.Hash           // of the content; 0 when DigestOID is not known
	DigestOID  asn1.ObjectIdentifier // as it stands
	Kind       Kind                  // sort of key; "" when SigOID is not known
	SigOID     asn1.ObjectIdentifier // as it stands
	Attributes []byte                // signed attributes with their [0] tag, or nil
	Signature  []byte

	sigHash     crypto.Hash // what SigOID says of the hash, or 0
	contentType asn1.ObjectIdentifier
	content     *[]byte    // from UseContent
	pss         *pssParams // parameters of an RSA-PSS signature, or nil
	takesPSS    bool       // and Kind is RSA: see TakePSS
}

// Parse reads a ContentInfo that holds SignedData, in strict DER, with nothing behind it. Algorithms that are not known
// are no error here but in Verify; revocation lists and certificates of other kinds than X.509 are.
func Parse(der []byte) (*SignedData, error) {
	if len(der) > MaxSize {
		return nil, fmt.Errorf("a cms message of more than %d bytes", MaxSize)
	}
	if len(der) > 1 && der[0] == 0x30 && der[1] == 0x80 {
		return nil, errors.New("the cms message has indefinite lengths (BER); only DER is read")
	}
	var info, explicit, body, content cryptobyte.String
	var kind asn1.ObjectIdentifier
	in := cryptobyte.String(der)
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !in.Empty() || !info.ReadASN1ObjectIdentifier(&kind) {
		return nil, errors.New("not a cms message in DER")
	}
	if !kind.Equal(oidSignedData) {
		return nil, fmt.Errorf("the cms message is not signed data but %s", oidName(kind))
	}
	if !info.ReadASN1(&explicit, tagContext0) || !info.Empty() || !explicit.ReadASN1(&body, cbasn1.SEQUENCE) || !explicit.Empty() {
		return nil, errors.New("damaged cms message: signed data is not in its place")
	}
	var version int64
	var hashes, signers cryptobyte.String
	if !body.ReadASN1Integer(&version) || !body.ReadASN1(&hashes, cbasn1.SET) || !body.ReadASN1(&content, cbasn1.SEQUENCE) {
		return nil, errors.New("damaged cms message: version, digests or content")
	}
	sd := &SignedData{}
	if err := sd.readContent(content); err != nil {
		return nil, err
	}
	if err := sd.readCertificates(&body); err != nil {
		return nil, err
	}
	if !body.ReadASN1(&signers, cbasn1.SET) || !body.Empty() {
		return nil, errors.New("damaged cms message: something that is not a signer (revocation lists are not read)")
	}
	if err := sd.readSigners(signers); err != nil {
		return nil, err
	}
	if err := sd.checkVersion(version); err != nil {
		return nil, err
	}
	if err := sd.checkDigests(hashes); err != nil {
		return nil, err
	}
	return sd, nil
}

// readContent reads EncapsulatedContentInfo: SEQUENCE{eContentType, eContent [0] EXPLICIT OCTET STRING OPTIONAL}.
func (sd *SignedData) readContent(in cryptobyte.String) error {
	var explicit, octets cryptobyte.String
	if !in.ReadASN1ObjectIdentifier(&sd.ContentType) || !in.ReadOptionalASN1(&explicit, &sd.Detached, tagContext0) || !in.Empty() {
		return errors.New("damaged cms message: content")
	}
	sd.Detached = !sd.Detached
	if sd.Detached {
		return nil
	}
	if !explicit.ReadASN1(&octets, cbasn1.OCTET_STRING) || !explicit.Empty() {
		return errors.New("damaged cms message: the content is not one string of bytes")
	}
	return nil
}

func (sd *SignedData) readCertificates(body *cryptobyte.String) error {
	var set, cert cryptobyte.String
	var present bool
	if !body.ReadOptionalASN1(&set, &present, tagContext0) {
		return errors.New("damaged cms message: certificates")
	}
	for !set.Empty() {
		if len(sd.Certificates) == maxCerts {
			return fmt.Errorf("the cms message carries more than %d certificates", maxCerts)
		}
		if !set.ReadASN1Element(&cert, cbasn1.SEQUENCE) {
			return errors.New("damaged cms message: a certificate that is not X.509")
		}
		sd.Certificates = append(sd.Certificates, cert)
		if parsed, err := x509.ParseCertificate(cert); err == nil {
			sd.Certs = append(sd.Certs, parsed)
		}
	}
	return nil
}

func (sd *SignedData) readSigners(set cryptobyte.String) error {
	for !set.Empty() {
		var in cryptobyte.String
		if len(sd.Signers) == maxSigners {
			return fmt.Errorf("the cms message has more than %d signers", maxSigners)
		}
		if !set.ReadASN1(&in, cbasn1.SEQUENCE) {
			return errors.New("damaged cms message: signer")
		}
		signer, err := readSigner(in)
		if err != nil {
			return err
		}
		signer.contentType = sd.ContentType
		sd.Signers = append(sd.Signers, *signer)
	}
	if len(sd.Signers) == 0 {
		return errors.New("the cms message has no signer")
	}
	return nil
}

// Hashes are those that the content must be hashed with to verify the signers whose algorithms are known.
func (sd *SignedData) Hashes() []crypto.Hash {
	var hashes []crypto.Hash
	for _, s := range sd.Signers {
		if s.Supported() == nil {
			hashes = append(hashes, s.Hash)
		}
	}
	return hashes
}

// Names tells whether this certificate is the one that the signer is named by.
func (s *SignerInfo) Names(cert *x509.Certificate) bool {
	if s.KeyID != nil {
		return bytes.Equal(s.KeyID, cert.SubjectKeyId)
	}
	return bytes.Equal(s.Issuer, cert.RawIssuer) && s.Serial.Cmp(cert.SerialNumber) == 0
}

// Looks tells whether data begins as a CMS message does, damaged or not behind that: to tell it from a bare signature.
func Looks(data []byte) bool {
	var b cryptobyte.Builder
	b.AddASN1ObjectIdentifier(oidSignedData)
	oid := b.BytesOrPanic()
	return len(data) > 0 && data[0] == 0x30 && bytes.Contains(data[:min(len(data), 6+len(oid))], oid)
}
