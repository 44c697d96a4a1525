package jarsig

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/internal/cms"
	"sigtool/internal/issue"
	"sigtool/internal/laxcert"
	"sigtool/internal/sigalg"
)

// signBlock makes the PKCS #7 signature of an .SF file: without attributes, with the certificates.
func signBlock(s Signer, sf []byte) ([]byte, error) {
	return cms.SignDigest(s.Key, s.Chain[0], sum(s.Hash, sf), cms.Options{Hash: s.Hash, Embed: s.Chain, Java: true})
}

// kitkatSDK is the first that verifies signed attributes: before, they left the .SF file unprotected.
const kitkatSDK = 19

// checkBlock verifies a PKCS #7 signature over an .SF file. Where the range begins before N, only its first signer is looked at, as platforms did then.
// Else all are: the first whose signature matches counts, those behind it need not match, and one that can't be checked is an error.
func (v *verifier) checkBlock(s *signer, block, sf []byte) {
	sd, err := cms.ParseLoose(block)
	if err != nil {
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "%.300q: %v", s.Name, err)
		return
	}
	if len(sd.Signers) == 0 {
		add(&s.Errors, "JAR_SIG_NO_SIGNERS", "%.300q has no signer", s.Name)
		return
	}
	s.Infos = len(sd.Signers)
	infos := sd.Signers
	if v.MinSDK < nougatSDK {
		infos = infos[:1]
	}
	for i := range infos {
		info := &infos[i]
		cert, err := v.checkInfo(s, sd.Certs, info, sf)
		if err != nil {
			s.Cert, s.Chain, s.Alg, s.Weakest = nil, nil, "", 0
			s.Errors = append(s.Errors, err)
			return
		}
		if cert != nil && s.Cert == nil {
			s.Cert, s.Chain = cert, chain(cert, sd.Certs)
			s.Alg = sigalg.Name(cert.PublicKey, info.SignatureHash())
			s.Weakest = info.SignatureHash()
			if info.Attributes != nil { // they hold the content by a digest of its own
				s.Weakest = min(s.Weakest, info.Hash)
			}
		}
	}
	if s.Cert == nil {
		add(&s.Errors, "JAR_SIG_DID_NOT_VERIFY", "%.300q is not a signature over %.300q", s.Name, s.file.Name)
	}
}

// checkInfo verifies one signer of a block. No certificate and no error: it does not match, but another one may.
func (v *verifier) checkInfo(s *signer, certs []*x509.Certificate, info *cms.SignerInfo, sf []byte) (*x509.Certificate, error) {
	if without := missing(known(info), v.MinSDK, v.MaxSDK); without != "" {
		return nil, issue.New("JAR_SIG_UNSUPPORTED_SIG_ALG", sigalg.ErrMismatch, "%.300q: digest algorithm %v with signature algorithm %v is not known to SDK %s",
			s.Name, info.DigestOID, info.SigOID, without)
	}
	refuse := func(why string) (*x509.Certificate, error) {
		return nil, issue.New("JAR_SIG_VERIFY_EXCEPTION", sigalg.ErrMismatch, "%.300q: %s", s.Name, why)
	}
	at := slices.IndexFunc(certs, info.NamesLoosely)
	if at < 0 {
		return refuse("the signer's certificate is not there")
	}
	cert := certs[at]
	key, isRSA := cert.PublicKey.(*rsa.PublicKey)
	switch {
	case laxcert.Unsupported(cert):
		return refuse("the certificate has a critical extension that is not known")
	case !laxcert.Signs(cert):
		return refuse("the certificate is not for signatures")
	case info.Attributes != nil && v.MinSDK < kitkatSDK:
		return refuse("signed attributes leave the content unprotected where Android is older than 4.4 (SDK 19)")
	case isRSA && len(info.Signature) != key.Size():
		return refuse("the signature has another length than the key")
	case !isRSA && !isPair(info.Signature):
		return refuse("the signature is not a pair of numbers")
	}
	err := info.VerifyLoose(cert.PublicKey, sf, v.MaxSDK >= nougatSDK)
	switch {
	case err == nil:
		return cert, nil
	case errors.Is(err, sigalg.ErrMismatch):
		return nil, nil
	}
	if errors.Is(err, cms.ErrAttributes) {
		return nil, issue.New("JAR_SIG_PARSE_EXCEPTION", sigalg.ErrMismatch, "%.300q: %v", s.Name, err)
	}
	return refuse(err.Error())
}

// isPair tells whether a signature is SEQUENCE{INTEGER, INTEGER} in DER, as those of ECDSA and DSA are. Java can't check what is not.
func isPair(sig []byte) bool {
	in := cryptobyte.String(sig)
	var pair cryptobyte.String
	return in.ReadASN1(&pair, asn1.SEQUENCE) && in.Empty() && pair.SkipASN1(asn1.INTEGER) && pair.SkipASN1(asn1.INTEGER) && pair.Empty()
}

// chain puts certificates in the order of their issuers, from the signer's on, as far as they are there.
func chain(leaf *x509.Certificate, certs []*x509.Certificate) []*x509.Certificate {
	list := []*x509.Certificate{leaf}
	for last := leaf; !bytes.Equal(last.RawSubject, last.RawIssuer); {
		at := slices.IndexFunc(certs, func(c *x509.Certificate) bool {
			return bytes.Equal(c.RawSubject, last.RawIssuer) && !slices.Contains(list, c)
		})
		if at < 0 {
			break
		}
		last = certs[at]
		list = append(list, last)
	}
	return list
}
