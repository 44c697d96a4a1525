package export

import (
	"crypto"
	"strings"

	"sigtool/keygen"
)

var pkcs8 = &Target{
	Name:    "pkcs8",
	Summary: "PKCS#8 in PEM, sealed by a new passphrase: what most software reads",
	Takes:   "ed25519, p256, p384, p521, secp256k1, RSA, mldsa65, mldsa87",
	Refuse: refuseBut("there is no PKCS#8 form of it that other software reads", "",
		keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1, anyRSA, keygen.MLDSA65, keygen.MLDSA87),
	Seals: true,
	Plain: true,
	Prepare: func(s Settings) (*Export, error) {
		return &Export{Make: func(k Key) (*Result, error) {
			file, err := eitherPKCS8(k, s)
			if err != nil {
				return nil, err
			}
			return &Result{Files: []File{{Data: file}}, Commands: []Command{opensslCheck(k, "openssl pkey -in "+shellFile(s.Output))}, Warnings: leftPlain(s)}, nil
		}}, nil
	},
}

// eitherPKCS8 is PKCS#8 in PEM, sealed unless both flags say otherwise.
func eitherPKCS8(k Key, s Settings) ([]byte, error) {
	if s.Plain {
		return plainPKCS8(k)
	}
	return sealPKCS8(k, s)
}

// anyRSA stands for RSA of any size in refuseBut.
const anyRSA keygen.Algorithm = "rsa"

// refuseBut is a Target.Refuse that takes the algorithms given, and gives one reason for all others, and one advice: "" for asFile.
func refuseBut(why, instead string, takes ...keygen.Algorithm) func(keygen.Algorithm) error {
	return func(alg keygen.Algorithm) error {
		for _, taken := range takes {
			if alg == taken || taken == anyRSA && isRSA(alg) {
				return nil
			}
		}
		if instead == "" {
			return refused(alg, why, asFile(alg))
		}
		return refused(alg, why, instead)
	}
}

func isRSA(alg keygen.Algorithm) bool { return strings.HasPrefix(string(alg), string(anyRSA)) }

// opensslCheck lets OpenSSL open the key by a command that takes -pubout.
func opensslCheck(k Key, open string) Command {
	return hashed(k.Signer.Public(), "openssl opens it, too", open+" -pubout -outform DER")
}

// hashed is the command that hashes a public key as keygen.Fingerprint does; get is one that writes it in DER.
func hashed(pub crypto.PublicKey, what, get string) Command {
	what += "; it has to print " + strings.TrimPrefix(keygen.Fingerprint(pub), "SHA256:")
	if alg, err := keygen.AlgorithmOf(pub); err == nil && (alg == keygen.MLDSA65 || alg == keygen.MLDSA87) {
		what += " (OpenSSL 3.5 or newer)"
	}
	return Command{Check: true, What: what, Line: get + " | openssl dgst -sha256 -binary | openssl base64"}
}

// leftPlain warns of a file that nothing seals.
func leftPlain(s Settings) []string {
	if !s.Plain {
		return nil
	}
	return []string{"the file is not sealed: whoever reads it has the key"}
}
