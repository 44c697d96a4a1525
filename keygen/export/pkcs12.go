package export

import (
	"bytes"
	"fmt"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"sigtool/internal/issue"
	"sigtool/keygen"
)

// pkcs12Rounds is the work of each key derivation in the file: two of PBKDF2 and one of the MAC's. .NET takes 300,000 each and a million in all.
const pkcs12Rounds = 250_000

var pkcs12 = &Target{
	Name:    "pkcs12",
	Summary: "PKCS#12 (.p12, .pfx): the key and its certificates, sealed by a new passphrase",
	Takes:   "ed25519, p256, p384, p521, RSA; and a certificate",
	Refuse: refuseBut("PKCS#12 carries a key beside its certificate, and this kind of certificate can't be read here", "",
		keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, anyRSA),
	Certs: true,
	Seals: true,
	Prepare: func(s Settings) (*Export, error) {
		if len(s.Chain) == 0 {
			return nil, wrong("no certificate of the key: -c CERT, its issuers behind it (sigtool cert self makes one)")
		}
		if err := ownSealing(s); err != nil {
			return nil, err
		}
		return &Export{Make: func(k Key) (*Result, error) { return makePKCS12(k, s, pkcs12Rounds) }}, nil
	},
}

// makePKCS12 seals key and certificates with PBES2 and AES-256, as OpenSSL 3 does by default, and opens them by two readers.
func makePKCS12(k Key, s Settings, rounds int) (*Result, error) {
	if own, of := keygen.Fingerprint(k.Signer.Public()), keygen.Fingerprint(s.Chain[0].PublicKey); own != of {
		return nil, issue.New("other-certificate", nil, "the certificate is of the key %s, not of %s", of, own).Advise("give the key's own certificate first, then its issuers")
	}
	if k.Passphrase == nil {
		return nil, errNoPassphrase
	}
	pass := string(k.Passphrase.Bytes()) // the library takes strings only, which nobody can wipe
	file, err := gopkcs12.Modern2023.WithIterations(rounds).WithRand(s.Rand).Encode(k.Signer, s.Chain[0], s.Chain[1:], pass)
	if err != nil {
		return nil, err
	}
	_, leaf, issuers, err := gopkcs12.DecodeChain(file, pass)
	if err != nil || !bytes.Equal(leaf.Raw, s.Chain[0].Raw) || len(issuers) != len(s.Chain)-1 {
		return nil, fmt.Errorf("the certificates do not come back: %v", err)
	}
	if file, err = opensAgain(file, k); err != nil {
		return nil, err
	}
	return &Result{
		Files:    []File{{Data: file}},
		Notes:    []string{fmt.Sprintf("certificates in it: %d; the key has no name of its own, most software shows that of the certificate", len(s.Chain))},
		Commands: []Command{opensslCheck(k, "openssl pkcs12 -in "+shellFile(s.Output)+" -nocerts -nodes | openssl pkey")},
	}, nil
}
