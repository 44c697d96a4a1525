package pki_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/pki"
	"sigtool/keygen"
)

const samples = "../../../testdata/imx/pki/"

// The tree of one SRK has the names, serial numbers, subjects and index that CST's script gave it.
func TestTreeLikeCST(t *testing.T) {
	list, err := pki.Shape{Below: true, SRKs: 1, Algorithm: keygen.RSA2048}.Members()
	if err != nil || len(list) != 4 {
		t.Fatalf("%d members, %v", len(list), err)
	}
	index := ""
	for n, m := range list {
		der, err := os.ReadFile(samples + strings.TrimPrefix(m.Name.CertFile(".der"), "crts/"))
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(m.Name.Subject(), c.RawSubject) {
			t.Errorf("%s: subject %x", m.Name, m.Name.Subject())
		}
		above := m
		if m.Above >= 0 {
			above = list[m.Above]
			index += m.IndexLine(c.NotAfter)
			if c.SerialNumber.Cmp(m.Serial) != 0 {
				t.Errorf("%s: serial %x and not %x", m.Name, m.Serial, c.SerialNumber)
			}
		}
		if m.Above >= n || !bytes.Equal(above.Name.Subject(), c.RawIssuer) {
			t.Errorf("%s is certified by %s", m.Name, above.Name)
		}
	}
	theirs, err := os.ReadFile(samples + "index.txt")
	if err != nil || index != string(theirs) {
		t.Errorf("%v: index\n%s\nand not\n%s", err, index, theirs)
	}
}

func TestShapes(t *testing.T) {
	cases := []struct {
		shape pki.Shape
		names string // or what is wrong
	}{
		{pki.Shape{Below: true, SRKs: 2, Algorithm: keygen.P384}, "CA1_sha256_secp384r1_v3_ca SRK1_sha256_secp384r1_v3_ca CSF1_1_sha256_secp384r1_v3_usr " +
			"IMG1_1_sha256_secp384r1_v3_usr SRK2_sha256_secp384r1_v3_ca CSF2_1_sha256_secp384r1_v3_usr IMG2_1_sha256_secp384r1_v3_usr"},
		{pki.Shape{SRKs: 2, Algorithm: keygen.RSA4096}, "CA1_sha256_4096_65537_v3_ca SRK1_sha256_4096_65537_v3_usr SRK2_sha256_4096_65537_v3_usr"},
		{pki.Shape{AHAB: true, SRKs: 4, Algorithm: keygen.P521}, "CA1_sha512_secp521r1_v3_ca SRK1_sha512_secp521r1_v3_usr SRK2_sha512_secp521r1_v3_usr " +
			"SRK3_sha512_secp521r1_v3_usr SRK4_sha512_secp521r1_v3_usr"},
		{pki.Shape{AHAB: true, Below: true, SRKs: 4, Algorithm: keygen.P384}, "CA1_sha384_secp384r1_v3_ca SRK1_sha384_secp384r1_v3_ca SGK1_1_sha384_secp384r1_v3_usr " +
			"SRK2_sha384_secp384r1_v3_ca SGK2_1_sha384_secp384r1_v3_usr SRK3_sha384_secp384r1_v3_ca SGK3_1_sha384_secp384r1_v3_usr " +
			"SRK4_sha384_secp384r1_v3_ca SGK4_1_sha384_secp384r1_v3_usr"},
		{pki.Shape{AHAB: true, SRKs: 3, Algorithm: keygen.P521}, "a table of AHAB has 4"},
		{pki.Shape{SRKs: 0, Algorithm: keygen.P256}, "room for 1 to 4"},
		{pki.Shape{SRKs: 5, Algorithm: keygen.P256}, "room for 1 to 4"},
		{pki.Shape{SRKs: 1, Algorithm: keygen.Ed25519}, "know no ed25519"},
		{pki.Shape{SRKs: 1, Algorithm: keygen.Secp256k1}, "know no secp256k1"},
	}
	for _, c := range cases {
		list, err := c.shape.Members()
		if err != nil {
			if !errors.Is(err, formats.ErrOption) || !strings.Contains(err.Error(), c.names) {
				t.Errorf("%+v: %v", c.shape, err)
			}
			continue
		}
		var names []string
		for _, m := range list {
			names = append(names, m.Name.String())
			if back, ok := pki.ParseName(m.Name.String()); !ok || back != m.Name {
				t.Errorf("%s is read as %+v", m.Name, back)
			}
		}
		if got := strings.Join(names, " "); got != c.names {
			t.Errorf("%+v: %s", c.shape, got)
		}
	}
}

func TestFilesOfTree(t *testing.T) {
	hab, ahab := pki.Shape{SRKs: 4}, pki.Shape{AHAB: true, SRKs: 4}
	for got, want := range map[string]string{
		hab.TableFile(): "crts/SRK_1_2_3_4_table.bin", hab.FuseFile("sha256"): "crts/SRK_1_2_3_4_fuse.bin",
		ahab.FuseFile("sha512"): "crts/SRK_1_2_3_4_fuse_sha512.bin", pki.Shape{SRKs: 1}.TableFile(): "crts/SRK_1_table.bin",
	} {
		if got != want {
			t.Errorf("%s and not %s", got, want)
		}
	}
	if _, err := hab.Members(); err == nil {
		t.Error("no algorithm is one")
	}
	list, err := pki.Shape{SRKs: 1, Algorithm: keygen.P256}.Members()
	if err != nil {
		t.Fatal(err)
	}
	for until, want := range map[time.Time]string{
		time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC): "V\t491231235959Z\t\t12345678\tunknown\t/CN=SRK1_sha256_secp256r1_v3_usr\n",
		time.Date(2050, 1, 1, 0, 0, 0, 0, time.UTC):      "V\t20500101000000Z\t\t12345678\tunknown\t/CN=SRK1_sha256_secp256r1_v3_usr\n",
	} {
		if got := list[1].IndexLine(until); got != want {
			t.Errorf("%q and not %q", got, want)
		}
	}
}
