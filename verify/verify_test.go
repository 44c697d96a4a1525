package verify_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/keygen"
	"sigtool/keygen/cert"
	"sigtool/verify"
)

// certificate is a test certificate of testdata/keys, which signs itself.
func certificate(t *testing.T, name string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile("../testdata/keys/" + name + ".crt")
	if err != nil {
		t.Fatal(err)
	}
	chain, err := cert.ParseChain(data)
	if err != nil {
		t.Fatal(err)
	}
	return chain[0]
}

// privateKey is the key of a test certificate.
func privateKey(t *testing.T, name string) crypto.Signer {
	t.Helper()
	data, err := os.ReadFile("../testdata/keys/" + name + ".pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.Load(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key.Signer
}

func good(c *x509.Certificate) formats.Signature {
	return formats.Signature{Scheme: "x", Alg: "ecdsa-p256-sha256", Key: c.PublicKey, Cert: c}
}

func TestJudge(t *testing.T) {
	mine, other, rsaCert := certificate(t, "p256"), certificate(t, "p384"), certificate(t, "rsa2048")
	now := mine.NotBefore.Add(time.Hour)
	pin := verify.Policy{Keys: []crypto.PublicKey{mine.PublicKey}, Now: now}
	bad, foreign := good(mine), good(mine)
	bad.Err, foreign.Err = formats.ErrMismatch, formats.ErrNoKey
	sha1 := good(mine)
	sha1.Alg = "ecdsa-p256-sha1"
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak := formats.Signature{Alg: "rsa-pkcs1-sha256", Key: small.Public()}

	aside, onlyAside, legacy, byCert := good(mine), good(mine), weak, good(mine)
	aside.Aside, onlyAside.Aside, legacy.Legacy, byCert.ByCert = true, true, true, true
	aside.Err = formats.ErrMismatch
	legacyCert := good(rsaCert)
	legacyCert.Alg, legacyCert.Legacy = "rsa-pkcs1-md5", true
	renewed := (authority{t: t}).issue("renewed", privateKey(t, "p256"), plain).cert
	pinned, fuses, dateless := good(mine), good(mine), good(rsaCert)
	pinned.Pinned, dateless.Dateless = true, true
	fuses.Err = formats.ErrOther
	print := func(c *x509.Certificate) verify.Policy {
		return verify.Policy{Prints: [][sha256.Size]byte{sha256.Sum256(c.Raw)}, Now: now}
	}

	for _, c := range []struct {
		name       string
		signatures []formats.Signature
		policy     verify.Policy
		want       error
	}{
		{"one that stands aside and does not match", []formats.Signature{aside, good(mine)}, pin, nil},
		{"one that stands aside is nobody's", []formats.Signature{onlyAside}, pin, formats.ErrUnsigned},
		{"one that stands aside, and another's", []formats.Signature{onlyAside, good(other)}, pin, verify.ErrNotAccepted},
		{"weak, but of a format that can't leave it", []formats.Signature{legacy}, verify.Policy{Keys: []crypto.PublicKey{small.Public()}}, nil},
		{"the same, by anybody", []formats.Signature{legacy}, verify.Policy{AnySigner: true}, nil},
		{"the same, of another key", []formats.Signature{legacy}, pin, verify.ErrNotAccepted},
		{"the same, under a CA", []formats.Signature{legacyCert}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: now}, verify.ErrWeak},
		{"a certificate pins its key", []formats.Signature{good(mine)}, verify.Policy{Certs: []*x509.Certificate{renewed}, Now: now}, nil},
		{"but not where the certificate counts", []formats.Signature{byCert}, verify.Policy{Certs: []*x509.Certificate{renewed}, Now: now}, verify.ErrNotAccepted},
		{"there it has to be that one", []formats.Signature{byCert}, verify.Policy{Certs: []*x509.Certificate{renewed, mine}, Now: now}, nil},
		{"a key pins itself there too", []formats.Signature{byCert}, pin, nil},
		{"a fingerprint", []formats.Signature{byCert}, print(mine), nil},
		{"another certificate's fingerprint", []formats.Signature{byCert}, print(renewed), verify.ErrNotAccepted},
		{"a fingerprint, and no certificate", []formats.Signature{{Alg: "ed25519"}}, print(mine), verify.ErrNotAccepted},
		{"pinned", []formats.Signature{good(mine)}, pin, nil},
		{"none", nil, pin, formats.ErrUnsigned},
		{"another's", []formats.Signature{good(other)}, pin, verify.ErrNotAccepted},
		{"two, one of them accepted", []formats.Signature{good(other), good(mine)}, pin, nil},
		{"a good one does not cover for a bad one", []formats.Signature{good(mine), bad}, pin, formats.ErrMismatch},
		{"nor does an unknown one", []formats.Signature{foreign, bad}, pin, formats.ErrMismatch},
		{"one by an unknown signer beside it", []formats.Signature{foreign, good(mine)}, pin, nil},
		{"only an unknown signer", []formats.Signature{foreign}, pin, formats.ErrNoKey},
		{"an unknown signer is not any signer", []formats.Signature{foreign}, verify.Policy{AnySigner: true, Now: now}, formats.ErrNoKey},
		{"the zero policy accepts nobody", []formats.Signature{good(mine)}, verify.Policy{}, verify.ErrNobodyNamed},
		{"any signer", []formats.Signature{good(other)}, verify.Policy{AnySigner: true, Now: now}, nil},
		{"a CA", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: now}, nil},
		{"another CA", []formats.Signature{good(mine)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: now}, verify.ErrNotAccepted},
		{"expired", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: rsaCert.NotAfter.Add(time.Hour)}, verify.ErrExpired},
		{"not yet valid", []formats.Signature{good(rsaCert)}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: rsaCert.NotBefore.Add(-time.Hour)}, verify.ErrExpired},
		{"a pinned key is accepted whatever its certificate's dates", []formats.Signature{good(mine)},
			verify.Policy{Keys: pin.Keys, Now: mine.NotAfter.Add(time.Hour)}, nil},
		{"pinned by an option, and nobody named", []formats.Signature{pinned}, verify.Policy{}, nil},
		{"pinned by an option, and too weak", []formats.Signature{{Alg: weak.Alg, Key: weak.Key, Pinned: true}}, verify.Policy{}, verify.ErrWeak},
		{"not the one that an option pins", []formats.Signature{fuses}, pin, formats.ErrOther},
		{"expired, where nobody looks", []formats.Signature{dateless}, verify.Policy{CAs: []*x509.Certificate{rsaCert}, Now: rsaCert.NotAfter.Add(time.Hour)}, nil},
		{"SHA-1", []formats.Signature{sha1}, pin, verify.ErrWeak},
		{"RSA of 1024 bits", []formats.Signature{weak}, verify.Policy{Keys: []crypto.PublicKey{small.Public()}}, verify.ErrWeak},
		{"a signature without a key matches no pin", []formats.Signature{{Alg: "ed25519"}}, pin, verify.ErrNotAccepted},
	} {
		if err := verify.Judge(c.signatures, c.policy); !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s: %v, not %v", c.name, err, c.want)
		}
	}
}

// authority makes certificates for the test.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  crypto.Signer
}

// issue makes a certificate under this authority, or one that signs itself where there is none.
func (a authority) issue(name string, key crypto.Signer, change func(*x509.Certificate)) authority {
	a.t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: day, NotAfter: day.AddDate(1, 0, 0),
		BasicConstraintsValid: true,
	}
	change(template)
	if a.cert == nil {
		a.cert, a.key = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return authority{a.t, parsed(a.t, der), key}
}

var day = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

func parsed(t *testing.T, der []byte) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func isCA(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }

func plain(c *x509.Certificate) {}

func usage(usage x509.KeyUsage, extended ...x509.ExtKeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = usage, extended }
}

// version1 makes the certificate again as X.509 v1 had it, without version and extensions.
func (a authority) version1() authority {
	a.t.Helper()
	var tbs struct {
		Version                           int `asn1:"optional,explicit,default:0,tag:0"`
		Serial                            *big.Int
		Algorithm                         pkix.AlgorithmIdentifier
		Issuer, Validity, Subject, Public asn1.RawValue
		Extensions                        asn1.RawValue `asn1:"optional,explicit,tag:3"`
	}
	if _, err := asn1.Unmarshal(a.cert.RawTBSCertificate, &tbs); err != nil {
		a.t.Fatal(err)
	}
	body, err := asn1.Marshal(struct {
		Serial                            *big.Int
		Algorithm                         pkix.AlgorithmIdentifier
		Issuer, Validity, Subject, Public asn1.RawValue
	}{tbs.Serial, tbs.Algorithm, tbs.Issuer, tbs.Validity, tbs.Subject, tbs.Public})
	if err != nil {
		a.t.Fatal(err)
	}
	digest := sha256.Sum256(body)
	sig, err := a.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		a.t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		Body      asn1.RawValue
		Algorithm pkix.AlgorithmIdentifier
		Signature asn1.BitString
	}{asn1.RawValue{FullBytes: body}, tbs.Algorithm, asn1.BitString{Bytes: sig, BitLength: 8 * len(sig)}})
	if err != nil {
		a.t.Fatal(err)
	}
	return authority{a.t, parsed(a.t, der), a.key}
}

// soon is far more than a loaded machine needs for a refusal, and far less than the work that is refused.
const soon = 10 * time.Second

// huge is a key whose public half is too large to calculate with, and which signs with another.
type huge struct{ *rsa.PrivateKey }

func (huge) Public() crypto.PublicKey {
	return &rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 4_000_000, 1), E: 65537}
}

// What a CA's signature is worth: the certificate must be for signing, and nothing on the way may be weak or no CA's.
func TestChains(t *testing.T) {
	key := func() crypto.Signer {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	self := authority{t: t}
	root := self.issue("root", key(), isCA)
	weakRoot := self.issue("weak root", small, isCA)
	middleKey := key()
	middle, crossed := root.issue("middle", middleKey, isCA), weakRoot.issue("middle", middleKey, isCA)
	weak := root.issue("weak middle", small, isCA)
	old := self.issue("old root", key(), isCA).version1()
	// The file brings a CA whose key has 4,000,001 bits, and a certificate with a signature of that length.
	giant := root.issue("giant", huge{small}, isCA)
	giantLeaf := authority{t, &x509.Certificate{RawSubject: giant.cert.RawSubject}, small}.issue("a", key(), plain)
	giantLeaf.cert.Signature = make([]byte, 500_001)
	const sign, commit, encrypt = x509.KeyUsageDigitalSignature, x509.KeyUsageContentCommitment, x509.KeyUsageKeyEncipherment
	const code, mail, server = x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageServerAuth

	for _, c := range []struct {
		name    string
		leaf    authority
		ca      []authority
		between []authority
		want    error
		says    string
	}{
		{"no usages", root.issue("a", key(), plain), []authority{root}, nil, nil, ""},
		{"for code", root.issue("a", key(), usage(sign, code)), []authority{root}, nil, nil, ""},
		{"for mail", root.issue("a", key(), usage(commit, mail)), []authority{root}, nil, nil, ""},
		{"for code and TLS", root.issue("a", key(), usage(sign, server, code)), []authority{root}, nil, nil, ""},
		{"for anything", root.issue("a", key(), usage(sign, x509.ExtKeyUsageAny)), []authority{root}, nil, nil, ""},
		{"for TLS", root.issue("a", key(), usage(sign, server)), []authority{root}, nil, verify.ErrNotAccepted, "neither for code signing nor"},
		{"for encryption", root.issue("a", key(), usage(encrypt)), []authority{root}, nil, verify.ErrNotAccepted, "not for signatures (key usage)"},
		{"for encryption of code", root.issue("a", key(), usage(encrypt, code)), []authority{root}, nil, verify.ErrNotAccepted, "(key usage)"},
		{"one between", middle.issue("a", key(), plain), []authority{root}, []authority{middle}, nil, ""},
		{"a weak one between", weak.issue("a", key(), plain), []authority{root}, []authority{weak}, verify.ErrWeak, "CN=weak middle has an RSA key of 1024 bits"},
		{"a weak root", weakRoot.issue("a", key(), plain), []authority{weakRoot}, nil, verify.ErrWeak, "CN=weak root has"},
		{"a weak and a strong way", middle.issue("a", key(), plain), []authority{weakRoot, root}, []authority{crossed, middle}, nil, ""},
		{"one between that is too large to calculate with", giantLeaf, []authority{root}, []authority{giant}, verify.ErrNotAccepted, "does not lead to"},
		{"a root of version 1", old.issue("a", key(), plain), []authority{old}, nil, verify.ErrNotAccepted, "CN=old root is not a CA's"},
		{"the root itself, of version 1", old, []authority{old}, nil, nil, ""},
		{"a certificate that is no CA's, itself", self.issue("a", key(), usage(sign)), nil, nil, nil, ""},
	} {
		signature := good(c.leaf.cert)
		p := verify.Policy{Now: day.AddDate(0, 1, 0)}
		for _, ca := range c.ca {
			p.CAs = append(p.CAs, ca.cert)
		}
		if c.ca == nil {
			p.CAs = []*x509.Certificate{c.leaf.cert}
		}
		for _, between := range c.between {
			signature.Chain = append(signature.Chain, between.cert)
		}
		start := time.Now()
		err := verify.Judge([]formats.Signature{signature}, p)
		if took := time.Since(start); took > soon {
			t.Errorf("%s: took %v", c.name, took)
		}
		if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, not %v (%s)", c.name, err, c.want, c.says)
		}
	}
}

// What was taken although it is weak, or stands aside and does not match, is told, once.
func TestWarnings(t *testing.T) {
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak := formats.Signature{Scheme: "v1", Alg: "rsa-pkcs1-sha1", Key: small.Public(), Legacy: true}
	bad, strict := weak, weak
	bad.Err, strict.Legacy = formats.ErrMismatch, false
	stamp := formats.Signature{Scheme: "stamp", Aside: true, Err: errors.New("not of this file")}
	good := stamp
	good.Err = nil
	newer := weak
	newer.Scheme = "v2"
	got := strings.Join(verify.Warnings([]formats.Signature{weak, weak, newer, bad, strict, stamp, good}), "; ")
	if want := "stamp: not of this file; weak: an RSA key of 1024 bits (v1, v2)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A signature that some readers go by alone has to be accepted itself, whoever else signed.
func TestAlone(t *testing.T) {
	own, other := certificate(t, "p256").PublicKey, certificate(t, "p384").PublicKey
	mine := formats.Signature{Scheme: "v3", Alg: "ecdsa-p256-sha256", Key: own}
	theirs := formats.Signature{Scheme: "v3.1", Alg: "ecdsa-p384-sha512", Key: other}
	policy := verify.Policy{Keys: []crypto.PublicKey{own}}
	if err := verify.Judge([]formats.Signature{theirs, mine}, policy); err != nil {
		t.Errorf("a second signer: %v", err)
	}
	theirs.Alone = true
	if err := verify.Judge([]formats.Signature{theirs, mine}, policy); !errors.Is(err, verify.ErrNotAccepted) {
		t.Errorf("a stranger who stands alone: %v", err)
	}
	policy.Keys = append(policy.Keys, other)
	if err := verify.Judge([]formats.Signature{theirs, mine}, policy); err != nil {
		t.Errorf("both are accepted: %v", err)
	}
}
