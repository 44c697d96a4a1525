package keygen

import (
	"bytes"
	"encoding/asn1"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/secret"
)

// RFC 7292 §4.2 and appendix C, RFC 9579.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidKeyBag      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 1}
	oidShroudedBag = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 2}
	oidNestedBag   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 10, 1, 6}
	oidPBE3DES     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	oidPBE2Key3DES = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 4}
	oidPBMAC1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 14}
)

var tag0 = cbasn1.Tag(0).Constructed().ContextSpecific()

// pkcs12 is a PKCS#12 file taken apart and found to be within the limits: nothing is calculated yet.
//
//	SEQUENCE { INTEGER 3, SEQUENCE { data, [0] { OCTET STRING content } }, SEQUENCE mac OPTIONAL }
//	content: SEQUENCE OF SEQUENCE { data, [0] { OCTET STRING bags } } or SEQUENCE { encryptedData, … }
//	bags:    SEQUENCE OF SEQUENCE { OID kind, [0] { value }, SET attributes OPTIONAL }
type pkcs12 struct {
	content cryptobyte.String
	mac     *pkcs12MAC // nil for none
	plain   cryptobyte.String
	sealed  passphraseSealed // of the key; nil when it is plain
}

// passphraseSealed opens with a passphrase; ok tells whether the padding is right, which the text still has.
type passphraseSealed interface {
	open(pass []byte) (text []byte, ok bool, err error)
}

// openPKCS12 takes the one private key out of a PKCS#12 file. Its certificates are not looked at, nor are parts that are sealed as a
// whole, where they stand.
func openPKCS12(der []byte, ask func() (*secret.Bytes, error)) (*Key, error) {
	file, err := parsePKCS12(der)
	if err != nil {
		return nil, err
	}
	inner := file.plain
	if file.mac != nil || file.sealed != nil {
		pass, err := askFor(ask)
		if err != nil {
			return nil, err
		}
		if inner, err = file.open(pass.Bytes()); err != nil {
			return nil, err
		}
		defer secret.Wipe(inner)
	}
	key, err := plain(typePKCS8, inner)
	if err != nil {
		return nil, err
	}
	key.Sealed, key.Form = file.sealed != nil, FormPKCS12
	return key, nil
}

// open returns a copy of the PKCS#8 key. An empty passphrase is the one of no letters and a zero behind it (OpenSSL, Azure), or else, as
// nil, the one of no bytes (GnuTLS's --null-password, python3-cryptography).
func (p *pkcs12) open(pass []byte) ([]byte, error) {
	if len(pass) > 0 {
		return p.openWith(pass)
	}
	key, err := p.openWith([]byte{})
	if errors.Is(err, ErrPassphrase) {
		return p.openWith(nil)
	}
	return key, err
}

// openWith checks the MAC and opens the key. With the right MAC, the passphrase is not what is wrong.
func (p *pkcs12) openWith(pass []byte) ([]byte, error) {
	if p.mac != nil {
		ok, err := p.mac.verify(pass, p.content)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fmt.Errorf("%w, or the file is damaged", ErrPassphrase)
		}
	}
	if p.sealed == nil {
		return bytes.Clone(p.plain), nil
	}
	text, ok, err := p.sealed.open(pass)
	if err != nil {
		return nil, err
	}
	if ok {
		if _, ok = splitPKCS8(unpadded(text)); ok {
			return unpadded(text), nil
		}
	}
	secret.Wipe(text)
	if p.mac != nil {
		return nil, damaged("the passphrase is the file's, but the key in it does not open")
	}
	return nil, fmt.Errorf("%w, or the file is damaged", ErrPassphrase)
}

func parsePKCS12(der []byte) (*pkcs12, error) {
	var body, info, wrapped, content, mac cryptobyte.String
	var kind asn1.ObjectIdentifier
	var version int
	var hasMAC bool
	input := cryptobyte.String(der)
	if !input.ReadASN1(&body, cbasn1.SEQUENCE) || !input.Empty() || !body.ReadASN1Integer(&version) || version != 3 ||
		!body.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1ObjectIdentifier(&kind) || !info.ReadASN1(&wrapped, tag0) || !info.Empty() ||
		!body.ReadOptionalASN1(&mac, &hasMAC, cbasn1.SEQUENCE) || !body.Empty() {
		return nil, damaged("the PKCS#12 can't be read")
	}
	if !kind.Equal(oidData) {
		return nil, unsupported("a PKCS#12 file protected by a signature, not by a passphrase")
	}
	if !wrapped.ReadASN1(&content, cbasn1.OCTET_STRING) || !wrapped.Empty() {
		return nil, damaged("the PKCS#12 can't be read")
	}
	p := &pkcs12{content: content}
	if err := p.readContent(content); err != nil {
		return nil, err
	}
	if !hasMAC {
		return p, nil
	}
	var err error
	p.mac, err = parsePKCS12MAC(mac)
	return p, err
}

// readContent looks for the key in the parts that are not sealed as a whole: everybody puts it there, for it is sealed itself.
func (p *pkcs12) readContent(content cryptobyte.String) error {
	var parts cryptobyte.String
	if !content.ReadASN1(&parts, cbasn1.SEQUENCE) || !content.Empty() {
		return damaged("the contents of the PKCS#12 can't be read")
	}
	sealedPart := false
	for !parts.Empty() {
		var part, wrapped, data, bags cryptobyte.String
		var kind asn1.ObjectIdentifier
		if !parts.ReadASN1(&part, cbasn1.SEQUENCE) || !part.ReadASN1ObjectIdentifier(&kind) || !part.ReadASN1(&wrapped, tag0) || !part.Empty() {
			return damaged("the contents of the PKCS#12 can't be read")
		}
		if !kind.Equal(oidData) {
			sealedPart = true
			continue
		}
		if !wrapped.ReadASN1(&data, cbasn1.OCTET_STRING) || !wrapped.Empty() || !data.ReadASN1(&bags, cbasn1.SEQUENCE) || !data.Empty() {
			return damaged("the contents of the PKCS#12 can't be read")
		}
		for !bags.Empty() {
			if err := p.readBag(&bags); err != nil {
				return err
			}
		}
	}
	switch {
	case p.plain != nil || p.sealed != nil:
		return nil
	case sealedPart:
		return unsupported("a PKCS#12 file whose key, if there is one, is in a part that is sealed as a whole (take it out: openssl pkcs12 -nocerts)")
	}
	return fmt.Errorf("%w (a PKCS#12 file without a key; openssl pkcs12 -nokeys takes its certificates out)", ErrPublicOnly)
}

// readBag reads one bag, and passes over those that hold no key.
func (p *pkcs12) readBag(bags *cryptobyte.String) error {
	var bag, value cryptobyte.String
	var kind asn1.ObjectIdentifier
	if !bags.ReadASN1(&bag, cbasn1.SEQUENCE) || !bag.ReadASN1ObjectIdentifier(&kind) || !bag.ReadASN1(&value, tag0) {
		return damaged("a bag of the PKCS#12 can't be read")
	}
	if kind.Equal(oidNestedBag) {
		return unsupported("a PKCS#12 file with bags within a bag (take the key out: openssl pkcs12 -nocerts)")
	}
	shrouded := kind.Equal(oidShroudedBag)
	if !shrouded && !kind.Equal(oidKeyBag) {
		return nil
	}
	if p.plain != nil || p.sealed != nil {
		return unsupported("a file with two private keys (which one is meant?)")
	}
	if !shrouded {
		p.plain = value
		return nil
	}
	var err error
	p.sealed, err = parseShrouded(value)
	return err
}
