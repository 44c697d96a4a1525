package pki_test

import (
	"strings"
	"testing"

	"sigtool/formats/imx/pki"
	"sigtool/keygen"
)

func TestNames(t *testing.T) {
	cases := map[string]pki.Name{
		"CA1_sha256_2048_65537_v3_ca":      {Role: pki.CA, Number: 1, Hash: "sha256", Kind: "2048_65537", CA: true},
		"SRK1_sha256_2048_65537_v3_ca":     {Role: pki.SRK, Number: 1, Hash: "sha256", Kind: "2048_65537", CA: true},
		"SRK4_sha512_secp521r1_v3_usr":     {Role: pki.SRK, Number: 4, Hash: "sha512", Kind: "secp521r1"},
		"CSF2_1_sha256_prime256v1_v3_usr":  {Role: pki.CSF, Number: 2, Sub: 1, Hash: "sha256", Kind: "prime256v1"},
		"IMG3_12_sha256_4096_65537_v3_usr": {Role: pki.IMG, Number: 3, Sub: 12, Hash: "sha256", Kind: "4096_65537"},
		"SGK1_1_sha384_secp384r1_v3_usr":   {Role: pki.SGK, Number: 1, Sub: 1, Hash: "sha384", Kind: "secp384r1"},
	}
	for text, want := range cases {
		for _, form := range []string{text, text + "_crt.pem", "keys/" + text + "_key.der", `C:\cst\crts\` + text + "_crt.pem"} {
			if got, ok := pki.ParseName(form); !ok || got != want {
				t.Errorf("%s: %+v, %v", form, got, ok)
			}
		}
		if want.String() != text || want.CertFile(".pem") != "crts/"+text+"_crt.pem" || want.KeyFile(".der") != "keys/"+text+"_key.der" {
			t.Errorf("%s: written as %s, %s, %s", text, want, want.CertFile(".pem"), want.KeyFile(".der"))
		}
	}
	for _, text := range []string{"", "_", "SRK", "SRK1", "srk1_sha256_2048_65537_v3_ca", "SRK_sha256_2048_65537_v3_ca", "SRK01_sha256_2048_65537_v3_ca",
		"SRK0_sha256_2048_65537_v3_ca", "CSF1_sha256_2048_65537_v3_usr", "SRK1_sha256_v3_ca", "SRK1_sha256_2048_65537_v3", "SRK1__v3_ca", "key.pem"} {
		if n, ok := pki.ParseName(text); ok {
			t.Errorf("%q is read as %+v", text, n)
		}
	}
}

func TestBelow(t *testing.T) {
	srk, _ := pki.ParseName("SRK2_sha256_secp256r1_v3_ca")
	if got := srk.Below(pki.IMG).String(); got != "IMG2_1_sha256_secp256r1_v3_usr" {
		t.Error(got)
	}
	for algorithm, want := range map[keygen.Algorithm]string{
		keygen.P256: "CSF2_1_sha256_secp256r1_v3_usr", keygen.P384: "CSF2_1_sha256_secp384r1_v3_usr", keygen.RSA2048: "CSF2_1_sha256_2048_65537_v3_usr",
	} {
		if got, err := srk.BelowOf(pki.CSF, algorithm); err != nil || got.String() != want {
			t.Errorf("%s: %s, %v", algorithm, got, err)
		}
	}
	srk.Kind = "prime256v1" // as CST 3.3 and 4.0 spell it
	if got, err := srk.BelowOf(pki.CSF, keygen.P256); err != nil || got.String() != "CSF2_1_sha256_prime256v1_v3_usr" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := srk.BelowOf(pki.CSF, keygen.Ed25519); err == nil {
		t.Error("an Ed25519 key has a name")
	}
}

func TestPaths(t *testing.T) {
	cases := []struct{ cert, key string }{
		{"../crts/SRK1_sha256_2048_65537_v3_ca_crt.pem", "../keys/SRK1_sha256_2048_65537_v3_ca_key.pem"},
		{"crts/IMG1_1_sha256_secp256r1_v3_usr_crt.der", "keys/IMG1_1_sha256_secp256r1_v3_usr_key.der"},
		{"image_crt.pem", "image_key.pem"},
		{"/a/crts/crts/x_crt.pem", "/a/keys/crts/x_key.pem"},
	}
	for _, c := range cases {
		if key, ok := pki.KeyPath(c.cert); !ok || key != c.key {
			t.Errorf("%s: %s, %v", c.cert, key, ok)
		}
		if cert, ok := pki.CertPath(c.key); !ok || cert != c.cert {
			t.Errorf("%s: %s, %v", c.key, cert, ok)
		}
	}
	for _, file := range []string{"", "crt", ".pem", "crts/x.pem", "crts/x_crt.txt", "x_key.pem"} {
		if key, ok := pki.KeyPath(file); ok {
			t.Errorf("%s: %s", file, key)
		}
	}
}

func FuzzParseName(f *testing.F) {
	for _, text := range []string{"SRK1_sha256_2048_65537_v3_ca", "crts/IMG3_12_sha256_4096_65537_v3_usr_crt.pem", `C:\keys\CSF1_1_sha256_prime256v1_v3_usr_key.der`, "SRK1_a_b_v3_ca_v3_ca", "_"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := pki.ParseName(text)
		if !ok {
			return
		}
		if back, ok := pki.ParseName(n.CertFile(".pem")); !ok || back != n {
			t.Errorf("%q is %+v, and that is read as %+v", text, n, back)
		}
		if key, ok := pki.KeyPath(n.CertFile(".pem")); !ok || !strings.HasSuffix(key, "_key.pem") {
			t.Errorf("%q: the key is at %q", text, key)
		}
	})
}
