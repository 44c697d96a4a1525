package cms

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// readName reads who signed. The version says which form it has: 1 for issuer and serial, 3 for the key identifier.
func (s *SignerInfo) readName(in *cryptobyte.String, version int64) error {
	var sid cryptobyte.String
	want := int64(1)
	if in.PeekASN1Tag(tagKeyID) {
		want = 3
		if !in.ReadASN1Bytes(&s.KeyID, tagKeyID) || len(s.KeyID) == 0 {
			return errors.New("damaged cms message: key identifier")
		}
	} else {
		s.Serial = new(big.Int)
		if !in.ReadASN1(&sid, cbasn1.SEQUENCE) || !sid.ReadASN1Element((*cryptobyte.String)(&s.Issuer), cbasn1.SEQUENCE) ||
			!sid.ReadASN1Integer(s.Serial) || !sid.Empty() || !wellFormed(s.Issuer) {
			return errors.New("damaged cms message: issuer and serial number")
		}
	}
	if version != want {
		return fmt.Errorf("damaged cms message: signer version %d where %d belongs", version, want)
	}
	return nil
}

// wellFormed tells whether der is a Name: SEQUENCE OF SET OF SEQUENCE{type, value}, each value of one element (RFC 5280 §4.1.2.4).
func wellFormed(der []byte) bool {
	in := cryptobyte.String(der)
	var name, set, pair, value cryptobyte.String
	if !in.ReadASN1(&name, cbasn1.SEQUENCE) {
		return false
	}
	for !name.Empty() {
		if !name.ReadASN1(&set, cbasn1.SET) || set.Empty() {
			return false
		}
		for !set.Empty() {
			var oid asn1.ObjectIdentifier
			var tag cbasn1.Tag
			if !set.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1ObjectIdentifier(&oid) || !pair.ReadAnyASN1(&value, &tag) || !pair.Empty() {
				return false
			}
		}
	}
	return true
}

// String is how the message names its signer, for people: "CN=…,O=…, serial 0a1b", or its key identifier.
func (s *SignerInfo) String() string {
	if s.KeyID != nil {
		return fmt.Sprintf("key identifier %x", s.KeyID)
	}
	serial := s.Serial.Bytes()
	if len(serial) == 0 {
		serial = []byte{0}
	}
	return fmt.Sprintf("%s, serial %x", nameString(s.Issuer), serial)
}

// nameString shows a DER name for people, as "CN=…,O=…"; hexadecimal when it can't be read.
func nameString(der []byte) string {
	var seq pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &seq); err != nil || len(rest) > 0 {
		return fmt.Sprintf("%x", der)
	}
	return seq.String()
}
