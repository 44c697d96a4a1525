package cert_test

import (
	"bytes"
	"encoding/pem"
	"os"
	"strings"
	"testing"

	"sigtool/keygen/cert"
)

func TestParseChain(t *testing.T) {
	var all, ders []byte
	for _, kind := range kinds {
		text := readFile(t, "../../testdata/keys/"+kind+".crt")
		block, _ := pem.Decode(text)
		ders = append(ders, block.Bytes...)
		all = append(append(all, "a line of text\n"...), text...)
		all = append(all, readFile(t, "../../testdata/keys/"+kind+".pem")...)
	}
	for form, data := range map[string][]byte{"PEM": all, "PEM with CR": bytes.ReplaceAll(all, []byte("\n"), []byte("\r\n")), "DER": ders} {
		chain, err := cert.ParseChain(data)
		if err != nil || len(chain) != len(kinds) {
			t.Fatalf("%s: %d certificates, %v", form, len(chain), err)
		}
		for i, kind := range kinds {
			if name := "sigtool test " + kind; !strings.EqualFold(chain[i].Subject.CommonName, name) {
				t.Errorf("%s: certificate %d is of %s", form, i+1, chain[i].Subject)
			}
		}
	}
	one := readFile(t, "../../testdata/keys/p256.crt")
	block, _ := pem.Decode(one)
	flipped := bytes.Clone(block.Bytes)
	flipped[8] ^= 0xff
	refused := []struct {
		name  string
		data  []byte
		wrong string
	}{
		{"nothing", nil, "there is no certificate: the file is empty"},
		{"text", []byte("hello"), "there is no certificate in it, neither PEM nor DER"},
		{"a key alone", readFile(t, "../../testdata/keys/p256.pem"), "there is no certificate in it, neither PEM nor DER"},
		{"half a PEM", append(bytes.Clone(one), one[:200]...), "only 1 of 2 certificates are whole"},
		{"half a DER", block.Bytes[:100], "there is no certificate in it, neither PEM nor DER"},
		{"DER and more", append(bytes.Clone(block.Bytes), "more"...), "4 bytes after certificate 1 are none"},
		{"damaged", flipped, "certificate 1 of 1 can't be read"},
		{"secp256k1", readFile(t, "../../testdata/keys/secp256k1.crt"), "certificate 1 of 1 can't be read: x509: unsupported elliptic curve"},
		{"too many", bytes.Repeat(one, 65), "more than 64 certificates"},
		{"too many in DER", bytes.Repeat(block.Bytes, 65), "more than 64 certificates"},
		{"too large", make([]byte, 1<<20+1), "more than 1024 KiB of certificates"},
	}
	for _, c := range refused {
		if chain, err := cert.ParseChain(c.data); err == nil || !strings.HasPrefix(err.Error(), c.wrong) || chain != nil {
			t.Errorf("%s: %d certificates, %v", c.name, len(chain), err)
		}
	}
}

func FuzzParseChain(f *testing.F) {
	for _, kind := range []string{"ed25519", "p256", "secp256k1"} {
		text, err := os.ReadFile("../../testdata/keys/" + kind + ".crt")
		if err != nil {
			f.Fatal(err)
		}
		block, _ := pem.Decode(text)
		f.Add(text)
		f.Add(block.Bytes)
		f.Add(append(text, text[:100]...))
		f.Add(append(block.Bytes, block.Bytes...))
	}
	f.Add([]byte("0\x81\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		chain, err := cert.ParseChain(data)
		if (err == nil) != (len(chain) > 0) {
			t.Errorf("%d certificates, %v", len(chain), err)
		}
	})
}
