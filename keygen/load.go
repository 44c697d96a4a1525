package keygen

import (
	"crypto"
	"encoding/pem"
	"fmt"
	"io"
	"strings"

	"sigtool/internal/secret"
)

// The forms in which a private key is found, for Key.Form.
const (
	FormPKCS8   = "pkcs8"       // PKCS#8, plain
	FormPBES2   = "pkcs8-pbes2" // PKCS#8 sealed with a passphrase (RFC 8018 §6.2)
	FormSEC1    = "sec1"        // RFC 5915, "EC PRIVATE KEY"
	FormPKCS1   = "pkcs1"       // RFC 8017, "RSA PRIVATE KEY"
	FormDEKInfo = "dek-info"    // SEC1 or PKCS#1 sealed the old way of OpenSSL (RFC 1421 headers)
	FormOpenSSH = "openssh"     // openssh-key-v1
	FormPKCS12  = "pkcs12"      // PKCS#12 (RFC 7292), sealed as a rule
	FormJWK     = "jwk"         // JSON Web Key (RFC 7517), plain
	FormTezos   = "tezos"       // a text of Tezos: edsk…, spsk…, p2sk…, BLsk…, or encrypted
	FormAge     = "age"         // an age file sealed with a passphrase, any plain form inside
)

// Key is a private key as it came out of its file.
type Key struct {
	Signer crypto.Signer
	// Seed is what the file carries beside the key, to make it again from; nil where there is none, and where the key shows its seed
	// itself. It is not proven: SeedOf does that. The caller destroys it.
	Seed   *secret.Bytes
	Sealed bool   // a passphrase was needed
	Form   string // one of the Form names
	// Rehearsal: the file says that a rehearsal of a ceremony made it.
	Rehearsal bool
}

// Destroy wipes the seed; the signer's own memory is out of reach. It does nothing to nil.
func (k *Key) Destroy() {
	if k != nil {
		k.Seed.Destroy()
	}
}

// Format prints "[secret key]" under every verb, for the signer inside would print itself.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[secret key]") }

// Load reads a private key: PEM or DER, PKCS#8, SEC1, PKCS#1, PKCS#12, OpenSSH, JWK, a text of Tezos or age, plain or sealed with a passphrase. Beside the key the
// file may hold certificates and parameters, but not a second key. The public half is calculated from the secret one, and where the
// file carries it too the two must agree.
//
// ask is called at most once, and only when a passphrase is needed and the rest of the file is of a kind that will open with it; its
// error is returned as it is. The secret stays the caller's, to be destroyed there; data too is only read.
//
// Errors: ErrPassphrase, ErrUnsupported, ErrNotKey, ErrPublicOnly; any other says what is damaged.
func Load(data []byte, ask func() (*secret.Bytes, error)) (*Key, error) {
	found, err := blocks(data)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, block := range found {
			secret.Wipe(block.Bytes)
		}
	}()
	block, err := onlyPrivate(found)
	if err != nil {
		return nil, err
	}
	key, err := open(block, ask)
	if err != nil {
		return nil, err
	}
	key.Rehearsal = key.Rehearsal || IsRehearsal(data) // a mark may stand inside age, too
	return key, nil
}

// SealedDER returns the DER EncryptedPrivateKeyInfo of a key file that is sealed with PBES2, and whether it is one. It does not open it.
func SealedDER(data []byte) ([]byte, bool) {
	found, err := blocks(data)
	if err != nil {
		return nil, false
	}
	block, err := onlyPrivate(found)
	if err != nil || block.Type != typeSealed {
		return nil, false
	}
	if _, err := parsePBES2(block.Bytes); err != nil {
		return nil, false
	}
	return block.Bytes, true
}

// onlyPrivate picks the one private key among the blocks of a file.
func onlyPrivate(found []*pem.Block) (*pem.Block, error) {
	var private, public *pem.Block
	for _, block := range found {
		switch {
		case isPrivateType(block.Type) && private != nil:
			return nil, unsupported("a file with two private keys (which one is meant?)")
		case isPrivateType(block.Type):
			private = block
		case isPublicType(block.Type):
			public = block
		}
	}
	switch {
	case private != nil:
		return private, nil
	case public != nil:
		return nil, fmt.Errorf("%w (%s)", ErrPublicOnly, strings.ToLower(public.Type))
	}
	return nil, notKey("PEM of the type %.40q", found[0].Type)
}

// open reads one block.
func open(block *pem.Block, ask func() (*secret.Bytes, error)) (*Key, error) {
	switch block.Type {
	case typeSealed:
		return openPBES2(block.Bytes, ask)
	case typeOpenSSH:
		return openOpenSSH(block, ask)
	case typeAge:
		return openAge(block.Bytes, ask)
	case typePKCS12:
		return openPKCS12(block.Bytes, ask)
	case typeTezos:
		return openTezos(block.Bytes, ask)
	case typeSEC1, typePKCS1:
		if block.Headers["Proc-Type"] != "" || block.Headers["DEK-Info"] != "" {
			return openDEKInfo(block, ask)
		}
	}
	return plain(block.Type, block.Bytes)
}

// plain reads a key that is not, or no longer, sealed.
func plain(kind string, der []byte) (*Key, error) {
	var signer crypto.Signer
	var err error
	var form string
	switch kind {
	case typePKCS8:
		info, ok := splitPKCS8(der)
		if !ok {
			return nil, damaged("the PKCS#8 in it can't be read")
		}
		return info.open()
	case typeSEC1:
		form = FormSEC1
		signer, err = parseSEC1(der, nil)
	case typePKCS1:
		form = FormPKCS1
		signer, err = parsePKCS1(der)
	case typeJWK:
		form = FormJWK
		signer, err = parseJWK(der)
	case typeDSA:
		return nil, unsupported("a DSA key")
	default:
		return nil, notKey("PEM of the type %.40q", kind)
	}
	if err != nil {
		return nil, err
	}
	return &Key{Signer: signer, Form: form}, nil
}

// askFor gets the passphrase. Without anybody to ask, a sealed key stays shut.
func askFor(ask func() (*secret.Bytes, error)) (*secret.Bytes, error) {
	if ask == nil {
		return nil, fmt.Errorf("%w: the key is sealed and no passphrase was given", ErrPassphrase)
	}
	pass, err := ask()
	if err != nil {
		return nil, err
	}
	if pass == nil {
		return nil, fmt.Errorf("%w: the key is sealed and no passphrase was given", ErrPassphrase)
	}
	return pass, nil
}
