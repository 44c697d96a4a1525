package cms

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// checkVersion holds the version to RFC 5652 §5.1. Writers of PKCS #7 gave 1 whatever the content was.
func (sd *SignedData) checkVersion(version int64) error {
	want := int64(1)
	for _, s := range sd.Signers {
		if s.KeyID != nil {
			want = 3
		}
	}
	if version == want || version == 3 && !sd.ContentType.Equal(OIDData) {
		return nil
	}
	return fmt.Errorf("damaged cms message: version %d where %d belongs", version, want)
}

// checkDigests makes sure that the list of digest algorithms has each signer's: no signature covers that list.
func (sd *SignedData) checkDigests(set cryptobyte.String) error {
	var listed []asn1.ObjectIdentifier
	for !set.Empty() {
		oid, params, err := readAlgorithm(&set)
		if err != nil || params || len(listed) == maxDigests {
			return errors.New("damaged cms message: digest algorithms")
		}
		listed = append(listed, oid)
	}
	for _, s := range sd.Signers {
		if !slices.ContainsFunc(listed, s.DigestOID.Equal) {
			return errors.New("damaged cms message: a signer's digest algorithm is not listed")
		}
	}
	return nil
}
