package keygen

import (
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"strings"

	"sigtool/internal/secret"
)

// dekCiphers are the ciphers of old sealed PEM that are taken, with their block size in bytes.
var dekCiphers = map[string]int{"AES-256-CBC": 16, "AES-192-CBC": 16, "AES-128-CBC": 16, "DES-EDE3-CBC": 8}

// openDEKInfo opens what `openssl ec -aes256` and `openssl rsa -traditional` write. Beside the block stand (RFC 1421 §4.6.1)
//
//	Proc-Type: 4,ENCRYPTED
//	DEK-Info: AES-256-CBC,<IV in hex, of which the first 8 bytes are the salt>
//
// The key is MD5 of passphrase and salt, once: the passphrase must carry all the strength. There is no checksum, and one wrong
// passphrase in 256 leaves right padding, so what comes out must look like a key before it is believed.
func openDEKInfo(block *pem.Block, ask func() (*secret.Bytes, error)) (*Key, error) {
	if block.Headers["Proc-Type"] != "4,ENCRYPTED" {
		return nil, unsupported("a PEM block with Proc-Type %.40q", block.Headers["Proc-Type"])
	}
	name, iv, _ := strings.Cut(block.Headers["DEK-Info"], ",")
	size, known := dekCiphers[name]
	if !known {
		return nil, unsupported("a key sealed with the cipher %.40q", name)
	}
	if raw, err := hex.DecodeString(iv); err != nil || len(raw) != size {
		return nil, damaged("the initialisation vector in DEK-Info has not %d bytes", size)
	}
	if len(block.Bytes) == 0 || len(block.Bytes)%size != 0 {
		return nil, damaged("the sealed part is not a whole number of blocks")
	}
	pass, err := askFor(ask)
	if err != nil {
		return nil, err
	}
	//lint:ignore SA1019 the format is unsafe by design, as its deprecation says, but people own keys in it
	der, err := x509.DecryptPEMBlock(block, pass.Bytes())
	defer secret.Wipe(der)
	var signer crypto.Signer
	switch {
	case err == nil && block.Type == typeSEC1 && isSEC1(der):
		signer, err = parseSEC1(der, nil)
	case err == nil && block.Type == typePKCS1 && isPKCS1(der):
		signer, err = parsePKCS1(der)
	default:
		return nil, fmt.Errorf("%w, or the file is damaged", ErrPassphrase)
	}
	if err != nil {
		return nil, err
	}
	return &Key{Signer: signer, Sealed: true, Form: FormDEKInfo}, nil
}
