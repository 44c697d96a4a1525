package cert_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"math/big"
	"strings"
	"testing"

	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/cert"
)

const imxSamples = "../../testdata/imx/pki/"

func imxCert(t testing.TB, name string) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(readFile(t, imxSamples+name+"_crt.der"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func imxKey(t testing.TB, name string) crypto.Signer {
	t.Helper()
	key, err := keygen.Load(readFile(t, imxSamples+name+"_key.pem"), func() (*secret.Bytes, error) { return secret.From([]byte("test")), nil })
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}

// asked is the request that a certificate of NXP's scripts answers.
func asked(c *x509.Certificate, profile cert.Profile, hash crypto.Hash) cert.Request {
	return cert.Request{Public: c.PublicKey, Subject: c.RawSubject, Serial: c.SerialNumber, NotBefore: c.NotBefore,
		Days: int(c.NotAfter.Sub(c.NotBefore).Hours()) / 24, Profile: profile, Hash: hash}
}

// What NXP's scripts have OpenSSL make comes out the same, byte for byte; of ECDSA, whose signatures there are random, up to the signature.
func TestIMXLikeCST(t *testing.T) {
	for _, kind := range []string{"2048_65537", "secp256r1"} {
		ca, srk := imxCert(t, "CA1_sha256_"+kind+"_v3_ca"), imxCert(t, "SRK1_sha256_"+kind+"_v3_ca")
		caKey, srkKey := imxKey(t, "CA1_sha256_"+kind+"_v3_ca"), imxKey(t, "SRK1_sha256_"+kind+"_v3_ca")
		img := imxCert(t, "IMG1_1_sha256_"+kind+"_v3_usr")
		for _, c := range []struct {
			theirs  *x509.Certificate
			issuer  *x509.Certificate
			key     crypto.Signer
			profile cert.Profile
		}{{ca, nil, caKey, cert.IMXAuthority}, {srk, ca, caKey, cert.IMXAuthority}, {img, srk, srkKey, cert.IMXUser}} {
			der, err := cert.Issue(c.key, c.issuer, asked(c.theirs, c.profile, crypto.SHA256))
			if err != nil {
				t.Errorf("%s: %v", c.theirs.Subject, err)
				continue
			}
			ours, err := x509.ParseCertificate(der)
			if err != nil || !bytes.Equal(ours.RawTBSCertificate, c.theirs.RawTBSCertificate) {
				t.Errorf("%s: another certificate, %v:\n%x\n%x", c.theirs.Subject, err, der, c.theirs.Raw)
			}
			if strings.HasPrefix(kind, "2048") && !bytes.Equal(der, c.theirs.Raw) {
				t.Errorf("%s: another signature", c.theirs.Subject)
			}
		}
	}
}

// An SRK's certificate may be its own: no device knows of a CA above it.
func TestIMXSelfSigned(t *testing.T) {
	der, err := cert.SelfSigned(loadKey(t, "p384"), "CN=SRK1_sha384_secp384r1_v3_ca", 10, cert.IMXAuthority, noon, stream("a"))
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil || !c.IsCA || c.KeyUsage != x509.KeyUsageCertSign || c.SignatureAlgorithm != x509.ECDSAWithSHA384 || c.NotAfter.Sub(c.NotBefore).Hours() != 240 {
		t.Errorf("%v, %v", c, err)
	}
}

func TestIssueProfiles(t *testing.T) {
	root := loadKey(t, "ed25519")
	der, err := cert.SelfSigned(root, "CN=root", 100, cert.Authority, noon, stream("a"))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	name, err := cert.ParseSubject("CN=below")
	if err != nil {
		t.Fatal(err)
	}
	request := cert.Request{Public: loadKey(t, "p256").Public(), Subject: name, Serial: big.NewInt(7), NotBefore: noon, Days: 3, Profile: cert.Plain}
	made, err := cert.Issue(root, issuer, request)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(made)
	if err != nil || c.CheckSignatureFrom(issuer) != nil || !bytes.Equal(c.AuthorityKeyId, issuer.SubjectKeyId) || c.Issuer.CommonName != "root" || c.IsCA {
		t.Errorf("%v: %v", c, err)
	}
	refused := []struct {
		wrong string
		key   crypto.Signer
		below *x509.Certificate
		with  func(*cert.Request)
	}{
		{"is for another key than the one that signs", loadKey(t, "p384"), issuer, func(*cert.Request) {}},
		{"is for the key that signs", root, nil, func(*cert.Request) {}},
		{"a serial number is", root, issuer, func(r *cert.Request) { r.Serial = nil }},
		{"a serial number is", root, issuer, func(r *cert.Request) { r.Serial = big.NewInt(0) }},
		{"a serial number is", root, issuer, func(r *cert.Request) { r.Serial = new(big.Int).Lsh(big.NewInt(1), 159) }},
		{"has its own hash", root, issuer, func(r *cert.Request) { r.Hash = crypto.SHA256 }},
		{"valid for 0 days", root, issuer, func(r *cert.Request) { r.Days = 0 }},
		{"no certificate for a secp256k1 key", root, issuer, func(r *cert.Request) { r.Public = loadKey(t, "secp256k1").Public() }},
		{"ML-DSA", root, issuer, func(r *cert.Request) { r.Public = loadKey(t, "mldsa65").Public() }},
	}
	for _, c := range refused {
		r := request
		c.with(&r)
		if der, err := cert.Issue(c.key, c.below, r); err == nil || der != nil || !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: %v", c.wrong, err)
		}
	}
	rsa := imxKey(t, "CA1_sha256_2048_65537_v3_ca")
	request.Public, request.Hash = rsa.Public(), crypto.SHA1
	if _, err := cert.Issue(rsa, nil, request); err == nil {
		t.Error("SHA-1 is taken")
	}
	if der, err := cert.Issue(liar{rsa}, nil, cert.Request{Public: rsa.Public(), Subject: name, Serial: big.NewInt(7), NotBefore: noon, Days: 3}); err == nil {
		t.Errorf("a signature that doesn't match is given out: %x", der)
	}
}
