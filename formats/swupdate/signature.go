package swupdate

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/issue"
	"sigtool/internal/sigalg"
)

// checkSignature tells what kind a signature is, and whether it matches the text. CMS says so itself; of other signatures the key decides, and
// for RSA both kinds of padding are tried, unless --scheme says which.
func checkSignature(text, sig []byte, keys formats.Keys) []formats.Signature {
	want := keys.Options.String(optionScheme, "")
	isCMS := cms.Looks(sig)
	switch {
	case isCMS && want != "" && want != schemeCMS:
		return bad(differs("it is a CMS message", want))
	case isCMS:
		return checkCMS(text, sig, keys)
	case want == schemeCMS && !isOpenPGP(sig):
		return bad(differs("it is no CMS message in DER", want))
	}
	found := checkBare(text, sig, keys, want)
	if found.Err != nil && isOpenPGP(sig) { // of four million signatures by RSA one looks so
		return bad(issue.New("gpg-signature", formats.ErrMismatch, "signed by GPG: not known here").Advise("gpg --verify checks it"))
	}
	return []formats.Signature{found}
}

// bad is a signature that can't match.
func bad(err error) []formats.Signature { return []formats.Signature{{Scheme: "unknown", Err: err}} }

func differs(what, want string) error {
	return issue.New("scheme-differs", formats.ErrMismatch, "%s, and --%s %s takes no such signature", what, optionScheme, want).
		Advise("sign it with --" + optionScheme + " " + want + ", or leave --" + optionScheme + " out to take any")
}

// checkBare tries the keys on a signature that says nothing of itself.
func checkBare(text, sig []byte, keys formats.Keys, want string) formats.Signature {
	found := formats.Signature{Scheme: "detached", Covers: descriptionName}
	candidates := append([]crypto.PublicKey{}, keys.Public...)
	for _, cert := range keys.Certs {
		candidates = append(candidates, cert.PublicKey)
	}
	if len(candidates) == 0 {
		found.Err = fmt.Errorf("%w: the signature brings none, so one must be given", formats.ErrNoKey)
		return found
	}
	sum := sha256.Sum256(text)
	for _, pub := range candidates {
		scheme, alg := match(pub, sum[:], sig)
		if scheme == "" {
			continue
		}
		found.Scheme, found.Alg, found.Key, found.Cert = scheme, alg, pub, certificateOf(pub, keys.Certs)
		if want == schemePSS && scheme != schemePSS || want == schemePKCS1 && scheme == schemePSS {
			found.Err = differs("it is by the key given, but "+alg, want)
		}
		return found
	}
	found.Err = fmt.Errorf("%w with the key given: %s was changed, or another key signed", formats.ErrMismatch, descriptionName)
	return found
}

// match returns the scheme and the algorithm by which the key made the signature, or nothing. swupdate knows SHA-256 alone; it takes RSA-PSS
// with a salt of any length.
func match(pub crypto.PublicKey, sum, sig []byte) (scheme, alg string) {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		if sigalg.Verify(pub, crypto.SHA256, sum, sig) == nil {
			return schemePKCS1, sigalg.Name(pub, crypto.SHA256)
		}
		if sigalg.VerifyPSSAnySalt(pub, crypto.SHA256, sum, sig) == nil {
			return schemePSS, sigalg.NamePSS(crypto.SHA256)
		}
	case *ecdsa.PublicKey:
		if sigalg.Verify(pub, crypto.SHA256, sum, sig) == nil {
			return schemeECDSA, sigalg.Name(pub, crypto.SHA256)
		}
	}
	return "", ""
}

func certificateOf(pub crypto.PublicKey, certs []*x509.Certificate) *x509.Certificate {
	for _, cert := range certs {
		if formats.SameKey(pub, cert.PublicKey) {
			return cert
		}
	}
	return nil
}

// isOpenPGP tells a signature by GPG: in letters, or one packet of that kind that fills the file (RFC 9580 §4.2, §5.2.3).
//
//	old: 10 0010 LL, then 1, 2 or 4 bytes of length | new: 11 000010, then 1 or 2 bytes of length; then the version, 3 to 6
func isOpenPGP(sig []byte) bool {
	const armor = "-----BEGIN PGP SIGNATURE-----"
	if len(sig) > len(armor) && string(sig[:len(armor)]) == armor {
		return true
	}
	if len(sig) < 8 {
		return false
	}
	header, length := 0, 0
	switch {
	case sig[0] == 0x88, sig[0] == 0xc2 && sig[1] < 192:
		header, length = 2, int(sig[1])
	case sig[0] == 0x89:
		header, length = 3, int(sig[1])<<8|int(sig[2])
	case sig[0] == 0xc2 && sig[1] < 224:
		header, length = 3, (int(sig[1])-192)<<8+int(sig[2])+192
	default:
		return false
	}
	return header+length == len(sig) && sig[header] >= 3 && sig[header] <= 6
}
