package keygen

import (
	"bytes"
	"encoding/pem"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The PEM types (RFC 7468, and older habits) that are told apart. DER is given the type that it would have in PEM.
const (
	typePKCS8    = "PRIVATE KEY"
	typeSealed   = "ENCRYPTED PRIVATE KEY"
	typeSEC1     = "EC PRIVATE KEY"
	typePKCS1    = "RSA PRIVATE KEY"
	typeDSA      = "DSA PRIVATE KEY"
	typeOpenSSH  = "OPENSSH PRIVATE KEY"
	typeAge      = "AGE ENCRYPTED FILE"
	typePKCS12   = "PKCS12"           // DER only
	typeJWK      = "JWK"              // JSON only
	typeJWKPub   = "public JWK"       // JSON only
	typeTezos    = "TEZOS KEY"        // text only
	typeTezosPub = "Tezos public key" // text only
	typeSPKI     = "PUBLIC KEY"
	typeRSA      = "RSA PUBLIC KEY"
	typeCert     = "CERTIFICATE"
	typeOldCert  = "X509 CERTIFICATE"
	typeTrusted  = "TRUSTED CERTIFICATE"
	typeRequest  = "CERTIFICATE REQUEST"
	typeRequest2 = "NEW CERTIFICATE REQUEST"
)

func isPrivateType(t string) bool {
	switch t {
	case typePKCS8, typeSealed, typeSEC1, typePKCS1, typeDSA, typeOpenSSH, typeAge, typePKCS12, typeJWK, typeTezos:
		return true
	}
	return false
}

func isPublicType(t string) bool {
	switch t {
	case typeSPKI, typeRSA, typeCert, typeOldCert, typeTrusted, typeRequest, typeRequest2, typeJWKPub, typeTezosPub:
		return true
	}
	return false
}

// blocks takes a file apart: the PEM blocks in it, or the one thing that it is in DER or as a binary age file. The blocks are copies.
func blocks(data []byte) ([]*pem.Block, error) {
	if len(data) > maxFile {
		return nil, notKey("larger than %d KiB", maxFile>>10)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(data, []byte("age-encryption.org/")) {
		return []*pem.Block{{Type: typeAge, Bytes: bytes.Clone(data)}}, nil
	}
	if t := typeOfDER(data); t != "" {
		return []*pem.Block{{Type: t, Bytes: bytes.Clone(data)}}, nil
	}
	if isJSON(data) {
		return jwkBlock(data)
	}
	if block := tezosBlock(data); block != nil {
		return []*pem.Block{block}, nil
	}
	marks := bytes.Count(data, []byte("-----BEGIN "))
	var found []*pem.Block
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		found = append(found, block)
	}
	switch {
	case bytes.Contains(data, []byte("-----BEGIN PGP ")):
		return nil, notKey("OpenPGP, which has forms of its own")
	case marks > len(found):
		return nil, notKey("a PEM block in it is damaged or cut off")
	case len(found) > 0:
		return found, nil
	}
	return nil, describe(data)
}

// describe says what a file is that is neither PEM nor DER of a kind we know, as far as that helps whoever named the wrong file.
func describe(data []byte) error {
	if err := describeTezos(data); err != nil {
		return err
	}
	switch {
	case len(data) == 0:
		return notKey("empty")
	case bytes.HasPrefix(data, []byte("PuTTY-User-Key-File-")):
		return unsupported("a PuTTY key (convert it: puttygen KEY -O private-openssh)")
	case bytes.Contains(data, []byte("AGE-SECRET-KEY-")):
		return notKey("an age identity, which decrypts but does not sign")
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return notKey("text in UTF-16, as the > of PowerShell writes it (save it as UTF-8)")
	case bytes.HasPrefix(data, []byte{0x30, 0x80}):
		return notKey("BER of indefinite length, where DER is read (of a PKCS#12 file: openssl pkcs12 -in FILE -out KEY)")
	case data[0] == 0x30:
		return notKey("DER that is not of a key, or damaged")
	}
	return notKey("neither PEM nor DER")
}

// typeOfDER tells by the first two elements of the outer SEQUENCE what a whole DER file is; "" for anything else.
func typeOfDER(der []byte) string {
	var body, first cryptobyte.String
	var tag cbasn1.Tag
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadAnyASN1Element(&first, &tag) {
		return ""
	}
	switch tag {
	case cbasn1.SEQUENCE:
		switch {
		case body.PeekASN1Tag(cbasn1.OCTET_STRING):
			return typeSealed
		case body.PeekASN1Tag(cbasn1.BIT_STRING):
			return typeSPKI
		case body.PeekASN1Tag(cbasn1.SEQUENCE):
			return typeCert
		}
	case cbasn1.INTEGER:
		switch {
		case body.PeekASN1Tag(cbasn1.OCTET_STRING):
			return typeSEC1
		case body.PeekASN1Tag(cbasn1.SEQUENCE):
			if bytes.Equal(first, []byte{2, 1, 3}) {
				return typePKCS12
			}
			return typePKCS8
		case body.PeekASN1Tag(cbasn1.INTEGER):
			return typeOfIntegers(body)
		}
	}
	return ""
}

// typeOfIntegers tells by their count: PKCS#1 private nine and more, DSA six, PKCS#1 public two. One is read already.
func typeOfIntegers(body cryptobyte.String) string {
	count := 1
	for body.SkipASN1(cbasn1.INTEGER) {
		count++
	}
	switch {
	case count >= 9:
		return typePKCS1
	case count == 6:
		return typeDSA
	case count == 2:
		return typeRSA
	}
	return ""
}
