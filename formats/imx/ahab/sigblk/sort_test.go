package sigblk_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"io"
	"strings"
	"testing"

	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// stubborn signs with its own hash over what it was told to be the message, whatever digest it is given.
type stubborn struct {
	crypto.Signer
	message []byte
}

func (s stubborn) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if s.message != nil {
		h := crypto.SHA256.New()
		h.Write(s.message)
		digest, opts = h.Sum(nil), crypto.SHA256
	}
	return s.Signer.Sign(random, digest, opts)
}

// A subordinate key that signs with another hash than its SRK is not signed with, and told of where somebody did.
func TestOtherSort(t *testing.T) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), append(make([]byte, 31), 7))
	if err != nil {
		t.Fatal(err)
	}
	set := sigblk.Set{Table: table(t, srk.AHAB, crypto.SHA256, 0, key.Public()), Key: key}
	as := set.Table.Records[0]
	as.Hash = crypto.SHA512
	var cert []byte
	for range 2 {
		signer := stubborn{key, nil}
		if cert != nil {
			signer.message = cert[:len(cert)-8-64]
		}
		grant := sigblk.Grant{Permissions: sigblk.PermitContainer, Subjects: []sigblk.Subject{{Key: key.Public(), SRK: signer, As: as}}}
		if cert, err = sigblk.Certify(steady{}, grant); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tryBuild(sigblk.Order{Sets: []sigblk.Set{set}, Certificate: cert}); issue.ID(err) != "bad-certificate" || !strings.Contains(err.Error(), "SHA-512") {
		t.Errorf("signing: %v", err)
	}
	order := sigblk.Order{Sets: []sigblk.Set{set}}
	order.Certificate = certificate(t, 0, order, sigblk.PermitContainer)
	container := build(t, order)
	copy(container[blockAt+parsed(t, container).At.Certificate:], cert)
	b := parsed(t, container)
	check := b.Verify(container[:b.Covered(blockAt)], 0)[0]
	if check.Err != nil || !strings.Contains(strings.Join(check.Notes, ";"), "SPSDK refuses that") {
		t.Errorf("verifying: %v, %q", check.Err, check.Notes)
	}
}
