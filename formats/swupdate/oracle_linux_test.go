package swupdate

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"testing"

	"sigtool/formats"
	"sigtool/formats/swupdate/swupdatetest"
	"sigtool/internal/cms"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
	"sigtool/verify"
)

// verdict is what we say of a package, of someone who accepts these CAs and nobody else.
func verdict(data []byte, purpose string, cas []*x509.Certificate) error {
	var keys formats.Keys
	if purpose != "" {
		keys.Options.Set(optionPurpose, purpose)
	}
	found, err := Format{}.Verify(context.Background(), patch.Bytes(data), keys)
	if err != nil {
		return err
	}
	return verify.Judge(found, verify.Policy{CAs: cas, Certs: cas, Now: now})
}

// theirs is swupdatetest.Start for a case.
func theirs(t *testing.T, c oracleCase) func() (bool, string) {
	var args []string
	if c.purpose != "" {
		args = []string{"--cert-purpose", c.purpose}
	}
	return swupdatetest.Start(t, c.data, saveCert(t, c.cas...), args...)
}

// oracleCase is a package, and what both of us say of it.
type oracleCase struct {
	data    []byte
	purpose string
	cas     []*x509.Certificate
	good    bool
	lax     bool // swupdate takes it, and we don't
}

// Debian's swupdate takes what we sign by CMS, and refuses what we refuse. It sleeps for most of the second that each takes it.
func TestSameAsSwupdate(t *testing.T) {
	cases := oracleCases(t)
	ends := map[string]func() (bool, string){}
	for name, c := range cases {
		ends[name] = theirs(t, c)
	}
	for name, c := range cases {
		if err := verdict(c.data, c.purpose, c.cas); (err == nil) != c.good {
			t.Errorf("%s: we say %v", name, err)
		} else if err != nil {
			t.Logf("%s: %v", name, err)
		}
		if good, said := ends[name](); good != (c.good || c.lax) {
			t.Errorf("%s: swupdate takes it: %v\n%s", name, good, said)
		}
	}
}

func oracleCases(t *testing.T) map[string]oracleCase {
	var (
		root   = issued(t, "rsa3072", nil, "", isCA)
		middle = issued(t, "p384", root, "rsa3072", isCA)
		other  = issued(t, "rsa4096", nil, "", isCA)
		own    = issued(t, "rsa2048", nil, "", nil)
		ownEC  = issued(t, "p256", nil, "", nil)
		mail   = issued(t, "rsa2048", root, "rsa3072", purpose(x509.ExtKeyUsageEmailProtection))
		code   = issued(t, "p256", root, "rsa3072", purpose(x509.ExtKeyUsageCodeSigning))
		below  = issued(t, "rsa2048", middle, "p384", purpose(x509.ExtKeyUsageEmailProtection))
	)
	unsigned, text := read(t, "unsigned.swu"), read(t, "sw-description")
	signed := func(data []byte, key string, chain ...*x509.Certificate) []byte {
		file, _ := sign(t, data, request(t, key, chain, optionScheme, schemeCMS))
		return file
	}
	by := func(text []byte) []byte { // a signature of any text, whatever is wrong with it
		s := signer{request(t, "rsa2048", []*x509.Certificate{own}), schemeCMS, own}
		sig, err := s.sign(text)
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	ed := keytest.Cert(t, "ed25519")
	sum := sha256.Sum256(text)
	edSig, err := cms.SignDigest(keytest.Key(t, "ed25519"), ed, sum[:], cms.Options{Hash: crypto.SHA256, Attributes: true, Time: now, Embed: just(ed)})
	if err != nil {
		t.Fatal(err)
	}
	packed := func(text, sig []byte, more ...member) []byte {
		return archive(true, append([]member{{descriptionName, text}, {signatureName, sig}}, more...)...)
	}
	good := signed(unsigned, "rsa2048", own)
	sig, all := by(text), content(t)
	json := archive(true, member{descriptionName, read(t, "json.txt")}, all[0])
	return map[string]oracleCase{
		"RSA":                    {good, "", just(own), true, false},
		"P-256":                  {signed(unsigned, "p256", ownEC), "", just(ownEC), true, false},
		"newc":                   {signed(read(t, "unsigned-newc.swu"), "rsa2048", own), "", just(own), true, false},
		"JSON":                   {signed(json, "rsa2048", own), "", just(own), true, false},
		"filled":                 {fillTwice(t, own), "", just(own), true, false},
		"by a CA":                {signed(unsigned, "rsa2048", mail), "", just(root), true, false},
		"by a CA below":          {signed(unsigned, "rsa2048", below, middle), "", just(root, middle), true, false},
		"without the CA below":   {signed(unsigned, "rsa2048", below), "", just(root), false, false},
		"for code":               {signed(unsigned, "p256", code), purposeCode, just(root), true, false},
		"for code, not asked":    {signed(unsigned, "p256", code), purposeEmail, just(root), false, false},
		"for mail, not code":     {signed(unsigned, "rsa2048", mail), purposeCode, just(root), false, false},
		"for nothing, not code":  {good, purposeCode, just(own), false, false},
		"by another CA":          {signed(unsigned, "rsa2048", mail), "", just(other), false, false},
		"by another":             {good, "", just(ownEC), false, false},
		"same key, other cert":   {good, "", just(keytest.Cert(t, "rsa2048")), false, false},
		"openssl's":              {packed(text, read(t, "cms-rsa.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), true, false},
		"PSS":                    {packed(text, read(t, "cms-pss.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), true, false},
		"PSS without attributes": {packed(text, read(t, "cms-pss-noattr.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), true, false},
		"SHA-512":                {packed(text, read(t, "cms-sha512.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), true, false},
		"no attributes":          {packed(text, read(t, "cms-noattr.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), true, false},
		"Ed25519":                {packed(text, edSig, all...), "", just(ed), false, false},
		"no certificate":         {packed(text, read(t, "cms-nocerts.sig"), all...), "", just(keytest.Cert(t, "rsa2048")), false, false},
		"image changed":          {packed(text, sig, member{"rootfs.img", []byte("other")}, all[1]), "", just(own), false, false},
		"description changed":    {packed(bytes.Replace(text, []byte("1.0.1"), []byte("1.0.2"), 1), sig, all...), "", just(own), false, false},
		"no signature":           {unsigned, "", just(own), false, false},
		"signature last":         {archive(true, member{descriptionName, text}, all[0], all[1], member{signatureName, sig}), "", just(own), false, false},
		"signature first":        {archive(true, member{signatureName, sig}, member{descriptionName, text}, all[0], all[1]), "", just(own), false, false},
		"no hash":                {packed(read(t, "nohash.txt"), by(read(t, "nohash.txt")), all...), "", just(own), false, false},
		"image missing":          {packed(text, sig, all[1]), "", just(own), false, false},
		"sum wrong":              {bytes.Replace(good, []byte("a small image, of"), []byte("A small image, of"), 1), "", just(own), false, false},
		"not listed":             {packed(text, sig, all[0], all[1], member{"more", []byte("more")}), "", just(own), false, true},
	}
}

func just(certs ...*x509.Certificate) []*x509.Certificate { return certs }

// fillTwice signs a package whose images have no hashes, and signs it again.
func fillTwice(t *testing.T, cert *x509.Certificate) []byte {
	req := request(t, "rsa2048", []*x509.Certificate{cert}, optionScheme, schemeCMS, optionFill, "true")
	once, _ := sign(t, archive(true, append([]member{{descriptionName, read(t, "nohash.txt")}}, content(t)...)...), req)
	req.Force = true
	twice, _ := sign(t, once, req)
	if !bytes.Equal(once, twice) {
		t.Error("signed again, it is not the same bytes")
	}
	return twice
}
