package keygen

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ssh"

	"sigtool/internal/secret"
)

// ParsePublic reads a public key: PEM or DER, SubjectPublicKeyInfo, PKCS#1 or certificate, a public JWK, a text of
// Tezos (edpk…, sppk…, p2pk…, BLpk…), or a line of OpenSSH ("ssh-ed25519 AAAA…").
// Of several certificates the first counts, as a chain begins with its leaf. cert is nil where there is no certificate, and for one
// over secp256k1, which the standard library can't hold: the key is then taken out of it all the same.
//
// Errors: ErrPrivate where a private key is all there is (Load reads it), ErrUnsupported, ErrNotKey; any other says what is damaged.
func ParsePublic(data []byte) (pub crypto.PublicKey, cert *x509.Certificate, err error) {
	if pub, ok, err := parseSSHLine(data); ok {
		return pub, nil, err
	}
	found, err := blocks(data)
	if err != nil {
		return nil, nil, err
	}
	defer wipePrivate(found)
	block, err := onlyPublic(found)
	if err != nil {
		return nil, nil, err
	}
	switch block.Type {
	case typeSPKI:
		pub, err = parseSPKI(block.Bytes)
	case typeRSA:
		pub, err = parseRSAPublic(block.Bytes)
	case typeJWKPub:
		pub, err = parsePublicJWK(block.Bytes)
	case typeTezosPub:
		pub, err = parseTezosPublic(block.Bytes)
	case typeCert, typeOldCert:
		return parseCertificate(block.Bytes)
	default:
		return nil, nil, unsupported("a %.40q (a certificate or a public key is needed)", block.Type)
	}
	return pub, nil, err
}

// wipePrivate wipes the private keys beside what is sought; of a public one, what was parsed may be a part.
func wipePrivate(found []*pem.Block) {
	for _, block := range found {
		if isPrivateType(block.Type) {
			secret.Wipe(block.Bytes)
		}
	}
}

// onlyPublic picks the public key or the first certificate among the blocks of a file.
func onlyPublic(found []*pem.Block) (*pem.Block, error) {
	var public *pem.Block
	private := false
	for _, block := range found {
		switch {
		case isPrivateType(block.Type):
			private = true
		case !isPublicType(block.Type):
		case public == nil:
			public = block
		case block.Type == typeSPKI || block.Type == typeRSA:
			return nil, unsupported("a file with two public keys (which one is meant?)")
		}
	}
	switch {
	case public != nil:
		return public, nil
	case private:
		return nil, ErrPrivate
	}
	return nil, notKey("PEM of the type %.40q", found[0].Type)
}

// parseCertificate reads an X.509 certificate (RFC 5280 §4.1).
//
//	SEQUENCE { SEQUENCE { [0] version OPTIONAL, INTEGER serial, signature, issuer, validity, subject, SubjectPublicKeyInfo, … }, … }
func parseCertificate(der []byte) (crypto.PublicKey, *x509.Certificate, error) {
	var cert, tbs, spki cryptobyte.String
	input := cryptobyte.String(der)
	ok := input.ReadASN1(&cert, cbasn1.SEQUENCE) && input.Empty() && cert.ReadASN1(&tbs, cbasn1.SEQUENCE) &&
		tbs.SkipOptionalASN1(cbasn1.Tag(0).Constructed().ContextSpecific()) && tbs.SkipASN1(cbasn1.INTEGER)
	for range 4 {
		ok = ok && tbs.SkipASN1(cbasn1.SEQUENCE)
	}
	if !ok || !tbs.ReadASN1Element(&spki, cbasn1.SEQUENCE) {
		return nil, nil, errors.New("the certificate is damaged")
	}
	pub, err := parseSPKI(spki)
	if err != nil {
		return nil, nil, err
	}
	switch pub.(type) {
	case *Secp256k1PublicKey:
		return pub, nil, nil
	case *BLSPublicKey: // nobody makes such certificates
		return nil, nil, unsupported("a certificate for a key of the algorithm %s", BLS12381)
	}
	parsed, err := ReadCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("the certificate is damaged: %v", err)
	}
	return pub, parsed, nil
}

// parseSSHLine reads a line of an OpenSSH .pub file; ok tells whether the data is one.
func parseSSHLine(data []byte) (pub crypto.PublicKey, ok bool, err error) {
	line := bytes.TrimSpace(data)
	kind, _, _ := bytes.Cut(line, []byte(" "))
	if len(line) > 64<<10 || bytes.ContainsAny(line, "\r\n") ||
		!bytes.HasPrefix(kind, []byte("ssh-")) && !bytes.HasPrefix(kind, []byte("ecdsa-sha2-")) && !bytes.HasPrefix(kind, []byte("sk-")) {
		return nil, false, nil
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return nil, true, damaged("the OpenSSH public key can't be read")
	}
	holder, held := key.(ssh.CryptoPublicKey)
	if !held {
		return nil, true, unsupported("an OpenSSH public key of the type %.60q", key.Type())
	}
	der, err := MarshalPublic(holder.CryptoPublicKey())
	if err != nil {
		return nil, true, err
	}
	pub, err = parseSPKI(der)
	return pub, true, err
}
