package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/internal/keytest"
	"sigtool/verify"
)

// TestIssuerGiven: whoever gives a CA's certificate with -k, as to swupdate, is told of --ca.
func TestIssuerGiven(t *testing.T) {
	certify := func(name string, key crypto.Signer, issuer *x509.Certificate, by crypto.Signer) *x509.Certificate {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotAfter: time.Unix(4e9, 0),
			IsCA: issuer == nil, BasicConstraintsValid: true}
		if issuer == nil {
			issuer = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	root, other := keytest.Key(t, "p256"), keytest.Key(t, "p384")
	ca := certify("CA", root, nil, root)
	leaf := certify("leaf", other, ca, root)
	r := checked{format: "swupdate", signatures: []formats.Signature{{Cert: leaf, Key: other.Public()}}}
	for _, test := range []struct {
		given *x509.Certificate
		told  bool
	}{{ca, true}, {leaf, false}, {keytest.Cert(t, "p384"), false}} {
		v := &verifier{certs: []*x509.Certificate{test.given}}
		var hint hinted
		if told := errors.As(v.explained(input{name: "a.swu"}, r, verify.ErrNotAccepted), &hint); told != test.told {
			t.Errorf("%s given: a hint of its own: %v, want %v", test.given.Subject, told, test.told)
		}
	}
}
