package swupdate

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"math/big"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// checked is the one signature over a description, and its error.
func checked(t *testing.T, sig []byte, keys formats.Keys) (formats.Signature, error) {
	t.Helper()
	keys.Sidecar = func(string, string, int64) ([]byte, error) { return sig, nil }
	found, err := Format{}.Verify(t.Context(), patch.Bytes(read(t, "sw-description")), keys)
	if err != nil {
		t.Fatal(err)
	}
	return found[0], found[0].Err
}

// openssl accepts what we sign, and we what it signed; PKCS#1 is the same bytes.
func TestSameAsOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	file, text := "../../testdata/swupdate/sw-description", read(t, "sw-description")
	for name, row := range map[string]struct {
		scheme, key, sample string
		args                []string
	}{
		"PKCS#1": {schemePKCS1, "rsa2048", "pkcs1.sig", []string{"-sha256"}},
		"PSS":    {schemePSS, "rsa2048", "pss.sig", []string{"-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"}},
		"ECDSA":  {schemePKCS1, "p256", "ecdsa.sig", []string{"-sha256"}},
	} {
		_, ours := sign(t, text, request(t, row.key, nil, optionScheme, row.scheme))
		args := append([]string{"dgst"}, row.args...)
		oracle.Run(t, openssl, append(args, "-verify", "../../testdata/keys/"+row.key+".pub", "-signature", save(t, "sig", ours), file)...)
		if theirs := read(t, row.sample); name == "PKCS#1" && !bytes.Equal(ours, theirs) {
			t.Error("PKCS#1: not openssl's bytes")
		}
		if _, err := checked(t, read(t, row.sample), formatstest.LoadSigner(t, row.key).Keys()); err != nil {
			t.Errorf("%s: openssl's: %v", name, err)
		}
	}
	for _, key := range []string{"rsa2048", "rsa4096", "p256", "p384", "p521"} {
		cert := issued(t, key, nil, "", nil)
		_, ours := sign(t, text, request(t, key, []*x509.Certificate{cert}, optionScheme, schemeCMS))
		oracle.Run(t, openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", save(t, "sig", ours), "-content", file, "-CAfile", saveCert(t, cert),
			"-out", filepath.Join(t.TempDir(), "out"))
	}
	for sample, alg := range map[string]string{
		"cms-rsa.sig": "rsa-pkcs1-sha256", "cms-p256.sig": "ecdsa-p256-sha256", "cms-sha512.sig": "rsa-pkcs1-sha512", "cms-noattr.sig": "rsa-pkcs1-sha256",
		"cms-pss.sig": "rsa-pss-sha256", "cms-pss-noattr.sig": "rsa-pss-sha256",
	} {
		if sig, err := checked(t, read(t, sample), formats.Keys{}); err != nil || sig.Alg != alg {
			t.Errorf("%s: %s, %v", sample, sig.Alg, err)
		}
	}
}

// A scheme that was asked for is the only one that is taken; and what can't be told is named.
func TestSchemes(t *testing.T) {
	rsa := formatstest.LoadSigner(t, "rsa2048").Keys()
	gpg := "\x89\x01\x33\x04" + strings.Repeat("x", 0x132)
	for name, row := range map[string]struct {
		sig    []byte
		scheme string
		want   string
	}{
		"PKCS#1":           {read(t, "pkcs1.sig"), schemePKCS1, ""},
		"PSS":              {read(t, "pss.sig"), schemePSS, ""},
		"CMS":              {read(t, "cms-rsa.sig"), schemeCMS, ""},
		"PKCS#1 for PSS":   {read(t, "pkcs1.sig"), schemePSS, "scheme-differs"},
		"PSS for PKCS#1":   {read(t, "pss.sig"), schemePKCS1, "scheme-differs"},
		"CMS for PKCS#1":   {read(t, "cms-rsa.sig"), schemePKCS1, "scheme-differs"},
		"PKCS#1 for CMS":   {read(t, "pkcs1.sig"), schemeCMS, "scheme-differs"},
		"GPG":              {[]byte(gpg), "", "gpg-signature"},
		"GPG in letters":   {[]byte("-----BEGIN PGP SIGNATURE-----\n\n"), "", "gpg-signature"},
		"GPG, new packets": {[]byte("\xc2\x07\x06xxxxxx"), "", "gpg-signature"},
		"no certificate":   {read(t, "cms-nocerts.sig"), "", "no-certificate"},
	} {
		keys := rsa
		if row.scheme != "" {
			keys.Options.Set(optionScheme, row.scheme)
		}
		_, err := checked(t, row.sig, keys)
		if issue.ID(err) != row.want || (err == nil) != (row.want == "") || err != nil && !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: %v", name, err)
		}
		keys.Options = formats.Values{}
	}
	if _, err := checked(t, read(t, "pkcs1.sig"), formats.Keys{}); !errors.Is(err, formats.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
}

// A signature by RSA that looks like a packet of GPG's is RSA's. The key is made for it: of small primes, with the exponent 3.
func TestNotGPG(t *testing.T) {
	n, _ := new(big.Int).SetString("e6ccef6bbd74819cb232f670e46371c7e06e9b644894eb6d48fd4f49249c488cb8c85a83c1b6255067d87c4e2e1637453cda945485e052f4eddddffa1b8a730b"+
		"6722962247d86fe8461541acddff5a09f6211091f3005d82e3702dd96ec586cdd894c972a7d1a217e53f1a040400d48297ccb78fa76cb6b58cb8bcbdd3f3a94f", 16)
	sig, err := hex.DecodeString("887e065f0dd56a6aed8991134697203d50655e366f6e6b087aace685e68c200918ca50d6664ff07a590d4cd98b33bde27f44bd0f1d67605c4aa28aeddaf51e76" +
		"4dd619f37120f38d4fc31bfe8d6495fb429f3e1909e93dbbc6746656247afe62653d96d8e25ff328d054f4ffdf1984156a528705927729d210cd02225be4ea12")
	if err != nil || !isOpenPGP(sig) {
		t.Fatalf("it does not look so (%v)", err)
	}
	if found, err := checked(t, sig, formats.Keys{Public: []crypto.PublicKey{&rsa.PublicKey{N: n, E: 3}}}); err != nil {
		t.Errorf("%s: %v", found.Scheme, err)
	}
}

// Packages that no device could take, and packages with something that nothing vouches for, are refused by name; by Verify though they are
// signed, and mostly by Sign.
func TestHostile(t *testing.T) {
	text, all := read(t, "sw-description"), content(t)
	entry := func(file, sum string) []byte {
		return []byte(`software = { version = "1"; images: ({ filename = "` + file + `"; sha256 = "` + sum + `"; }); }`)
	}
	zeros := strings.Repeat("0", 64)
	for name, row := range map[string]struct {
		text    []byte
		members []member
		id      string
		signs   bool // Sign does not see it
	}{
		"image changed":    {text, []member{{"rootfs.img", []byte("other")}, all[1]}, "hash-differs", true},
		"image missing":    {text, all[:1], "member-missing", false},
		"image added":      {text, append(slices.Clone(all), member{"more", nil}), "member-not-listed", false},
		"image twice":      {text, append(slices.Clone(all), all[0]), "duplicate-member", false},
		"two descriptions": {text, append(slices.Clone(all), member{descriptionName, text}), "duplicate-member", false},
		"no hash":          {read(t, "nohash.txt"), all, "hash-missing", false},
		"hash of zeros":    {entry("rootfs.img", zeros), all[:1], "hash-missing", false},
		"short hash":       {entry("rootfs.img", zeros[:62]+"1"), all[:1], "bad-hash", false},
		"upward":           {text, append(slices.Clone(all), member{"../x", nil}), "path-escapes", false},
		"absolute":         {text, append(slices.Clone(all), member{"/etc/x", nil}), "path-escapes", false},
		"in a folder":      {text, append(slices.Clone(all), member{"a/x", nil}), "not-a-plain-name", false},
		"no version":       {[]byte("software = { };"), nil, "no-version", false},
		"no description":   {[]byte("\x00"), nil, "bad-description", false},
		"huge description": {make([]byte, maxDescription+1), nil, "too-large", false},
		"includes":         {[]byte("@include \"/etc/passwd\"\n"), nil, "include-refused", false},
	} {
		req := request(t, "p256", nil)
		_, err := Format{}.Sign(t.Context(), patch.Bytes(archive(true, append([]member{{descriptionName, row.text}}, row.members...)...)), req)
		if (err == nil) != row.signs || err != nil && issue.ID(err) != row.id {
			t.Errorf("%s: Sign says %v", name, err)
		}
		s := signer{Request: req, scheme: schemePKCS1}
		sig, err := s.sign(row.text)
		if err != nil {
			t.Fatal(err)
		}
		signed := archive(true, append([]member{{descriptionName, row.text}, {signatureName, sig}}, row.members...)...)
		found, err := Format{}.Verify(t.Context(), patch.Bytes(signed), formatstest.LoadSigner(t, "p256").Keys())
		if err == nil {
			err = found[0].Err
		}
		if issue.ID(err) != row.id || !errors.Is(err, formats.ErrFormat) && !errors.Is(err, formats.ErrMismatch) {
			t.Errorf("%s: Verify says %v", name, err)
		}
	}
}

// A key or a certificate that swupdate could not use is refused before anything is read.
func TestKeys(t *testing.T) {
	for name, row := range map[string]struct {
		key    string
		scheme string
		change func(*x509.Certificate)
		want   error
	}{
		"Ed25519":           {"ed25519", schemePKCS1, nil, formats.ErrKey},
		"Ed25519 in CMS":    {"ed25519", schemeCMS, nil, formats.ErrKey},
		"P-521 bare":        {"p521", schemePKCS1, nil, formats.ErrKey},
		"PSS by ECDSA":      {"p256", schemePSS, nil, formats.ErrKey},
		"for servers":       {"rsa2048", schemeCMS, purpose(x509.ExtKeyUsageServerAuth), formats.ErrKey},
		"for anything":      {"rsa2048", schemeCMS, purpose(x509.ExtKeyUsageAny), formats.ErrKey},
		"for CAs alone":     {"rsa2048", schemeCMS, isCA, formats.ErrKey},
		"for code":          {"rsa2048", schemeCMS, purpose(x509.ExtKeyUsageCodeSigning), nil},
		"for code and mail": {"rsa2048", schemeCMS, purpose(x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageEmailProtection), nil},
	} {
		chain := []*x509.Certificate{issued(t, row.key, nil, "", row.change)}
		result, err := Format{}.Sign(t.Context(), patch.Bytes(read(t, "unsigned.swu")), request(t, row.key, chain, optionScheme, row.scheme))
		if !errors.Is(err, row.want) {
			t.Errorf("%s: %v", name, err)
		}
		if told := err == nil && strings.Contains(strings.Join(result.Notes, ""), "--cert-purpose codeSigning"); told != (name == "for code") {
			t.Errorf("%s: notes %q", name, result.Notes)
		}
	}
	if _, err := (Format{}).Sign(t.Context(), patch.Bytes(nil), request(t, "rsa2048", nil, optionPurpose, purposeCode)); !errors.Is(err, formats.ErrOption) {
		t.Errorf("a purpose without a certificate: %v", err)
	}
	if _, err := (Format{}).Sign(t.Context(), patch.Bytes(nil), request(t, "rsa2048", nil, optionScheme, schemeCMS)); !errors.Is(err, formats.ErrCert) {
		t.Errorf("CMS without a certificate: %v", err)
	}
	stale := request(t, "rsa2048", []*x509.Certificate{keytest.Cert(t, "rsa2048")}, optionScheme, schemeCMS)
	stale.Time = stale.Chain[0].NotBefore.AddDate(0, 0, -1)
	if result, err := (Format{}).Sign(t.Context(), patch.Bytes(read(t, "unsigned.swu")), stale); err != nil || len(result.Warnings) != 1 {
		t.Errorf("before its time: %v, %v", result, err)
	}
}

// What signing read to fill in hashes is not read again, and stripping gives back the file that was there before.
func TestFillAndStrip(t *testing.T) {
	data := read(t, "nohash.swu")
	req := request(t, "rsa2048", nil, optionFill, "true")
	req.Memo = new(patch.Memo)
	result, err := Format{}.Sign(t.Context(), patch.Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	view, err := patch.NewView(patch.Bytes(data), result.Edits)
	if err != nil {
		t.Fatal(err)
	}
	p, err := open(t.Context(), view)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range p.archive.Members[2:] {
		if req.Memo.Get(sumsMemo, view, m.Data, m.Size) == nil {
			t.Errorf("%s would be read again", m.Name)
		}
	}
	found, err := Format{}.Verify(t.Context(), view, formats.Keys{Certs: formatstest.LoadSigner(t, "rsa2048").Chain, Memo: req.Memo})
	if err != nil || found[0].Err != nil {
		t.Fatal(err, found)
	}
	for _, name := range []string{"unsigned.swu", "unsigned-newc.swu", "small.swu"} {
		unsigned := read(t, name)
		signed, _ := sign(t, unsigned, request(t, "rsa4096", nil))
		stripped, err := Format{}.Strip(t.Context(), patch.Bytes(signed))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(laid(t, signed, stripped.Edits), unsigned) {
			t.Errorf("%s: stripped, it is not what it was", name)
		}
	}
	if _, err := (Format{}).Strip(context.Background(), patch.Bytes(data)); !errors.Is(err, formats.ErrUnsigned) {
		t.Errorf("nothing to strip: %v", err)
	}
	if _, err := (Format{}).Strip(context.Background(), patch.Bytes(read(t, "sw-description"))); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("a bare one: %v", err)
	}
}
