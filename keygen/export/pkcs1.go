package export

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// md5Warning is for the two old forms, which can be sealed in one way only (RFC 1421 headers).
const md5Warning = "this form is sealed by MD5 of the passphrase, once: only a passphrase made by sigtool is strong enough for it; pkcs8 is sealed well"

var pkcs1 = &Target{
	Name:    "pkcs1",
	Summary: "the old form of RSA keys (RSA PRIVATE KEY), for software that does not read pkcs8",
	Takes:   "RSA",
	Refuse:  refuseBut("PKCS#1 holds RSA keys only", "", anyRSA),
	Seals:   true,
	Plain:   true,
	Prepare: func(s Settings) (*Export, error) {
		if err := ownSealing(s); err != nil {
			return nil, err
		}
		return &Export{Make: func(k Key) (*Result, error) {
			key, ok := k.Signer.(*rsa.PrivateKey)
			if !ok {
				return nil, notOurs(k)
			}
			der := x509.MarshalPKCS1PrivateKey(key)
			defer secret.Wipe(der)
			return traditional("RSA PRIVATE KEY", "openssl rsa", der, k, s)
		}}, nil
	},
}

// traditional writes one of the old forms in PEM, sealed unless both flags say otherwise:
//
//	-----BEGIN RSA PRIVATE KEY-----
//	Proc-Type: 4,ENCRYPTED
//	DEK-Info: AES-256-CBC,<IV in hex, of which the first 8 bytes are the salt>
func traditional(kind, tool string, der []byte, k Key, s Settings) (*Result, error) {
	block, warnings := &pem.Block{Type: kind, Bytes: der}, leftPlain(s)
	if !s.Plain {
		if k.Passphrase == nil {
			return nil, errNoPassphrase
		}
		var err error
		//lint:ignore SA1019 the form has no other sealing; passphrases are made by us, with 128 bits or more
		if block, err = x509.EncryptPEMBlock(s.Rand, kind, der, k.Passphrase.Bytes(), x509.PEMCipherAES256); err != nil {
			return nil, err
		}
		warnings = []string{md5Warning}
	}
	file, err := opensAgain(pem.EncodeToMemory(block), k)
	if err != nil {
		return nil, err
	}
	return &Result{Files: []File{{Data: file}}, Commands: []Command{opensslCheck(k, tool+" -in "+shellFile(s.Output))}, Warnings: warnings}, nil
}

// notOurs is for a signer that Refuse should have turned away.
func notOurs(k Key) error {
	alg, err := keygen.AlgorithmOf(k.Signer.Public())
	if err != nil {
		return err
	}
	return refused(alg, "it can't be written in this form", "")
}
