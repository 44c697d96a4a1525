package csf_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
	"sigtool/internal/keytest"
)

// forest is a set of trees made of the keys of testdata/keys: tables of RSA and of ECDSA keys, and certificates of CSF and IMG keys.
type forest struct {
	t     *testing.T
	keys  map[string]crypto.Signer     // by certificate
	certs map[string]*x509.Certificate // by name, as CST's files have it
	image []byte
}

// newForest has two tables: rsa2048, rsa3072, rsa4096; p256, p384, p521.
func newForest(t *testing.T) *forest {
	f := &forest{t, map[string]crypto.Signer{}, map[string]*x509.Certificate{}, make([]byte, 8192)}
	for i := range f.image {
		f.image[i] = byte(i * 7 >> 3)
	}
	for _, name := range []string{"rsa2048", "rsa3072", "rsa4096", "p256", "p384", "p521"} {
		f.add("SRK_"+name, name, "SRK_"+name, true)
		f.add("FAST_"+name, name, "SRK_"+name, false)
	}
	return f
}

// add makes a certificate of the named key, by another certificate's key.
func (f *forest) add(name, key, by string, ca bool) *x509.Certificate {
	f.t.Helper()
	sum := sha256.Sum256([]byte(name))
	template := &x509.Certificate{SerialNumber: new(big.Int).SetBytes(sum[:4]), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Unix(1700000000, 0), NotAfter: time.Unix(2000000000, 0), BasicConstraintsValid: true, IsCA: ca}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign
	}
	parent, signer := template, keytest.Key(f.t, key)
	public := signer.Public()
	if by != name && f.certs[by] != nil {
		parent, signer = f.certs[by], f.keys[string(f.certs[by].Raw)]
	}
	der, err := x509.CreateCertificate(nil, template, parent, public, signer)
	if err != nil {
		f.t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		f.t.Fatal(err)
	}
	f.certs[name], f.keys[string(der)] = cert, keytest.Key(f.t, key)
	return cert
}

// leaf is the certificate of a CSF or IMG key, named ROLE_KEY_by_SRK.
func (f *forest) leaf(role, key, srk string) *x509.Certificate {
	f.t.Helper()
	name := role + "_" + key + "_by_" + srk
	if f.certs[name] == nil {
		f.add(name, key, "SRK_"+srk, false)
	}
	return f.certs[name]
}

// table is the SRK table of these certificates; those after the first full ones are hashes.
func (f *forest) table(full int, names ...string) []byte {
	f.t.Helper()
	var entries []srk.Entry
	for i, name := range names {
		entry, err := srk.EntryOf(f.certs[name], crypto.SHA256)
		if err != nil {
			f.t.Fatal(err)
		}
		entry.Short = i >= full
		entries = append(entries, entry)
	}
	table, err := srk.New(srk.HAB, entries)
	if err != nil {
		f.t.Fatal(err)
	}
	return table.Raw
}

func (f *forest) rsaTable() []byte { return f.table(3, "SRK_rsa2048", "SRK_rsa3072", "SRK_rsa4096") }
func (f *forest) ecTable() []byte  { return f.table(3, "SRK_p256", "SRK_p384", "SRK_p521") }

// block is a part of the image, loaded at 0x10000000 and on.
func (f *forest) block(offset, length uint32) csf.Block {
	return csf.Block{Address: 0x10000000 + offset, Length: length, Data: bytes.NewReader(f.image), Offset: int64(offset)}
}

// key is for Plan.Sign.
func (f *forest) key(cert *x509.Certificate) (crypto.Signer, error) {
	return f.keys[string(cert.Raw)], nil
}

// write puts everything where CST looks for it.
func (f *forest) write(folder string, tables map[string][]byte) {
	f.t.Helper()
	files := map[string][]byte{"image.bin": f.image, "keys/key_pass.txt": []byte("test\ntest\n")}
	for name, data := range tables {
		files["crts/"+name] = data
	}
	for name, cert := range f.certs {
		der, err := x509.MarshalPKCS8PrivateKey(f.keys[string(cert.Raw)])
		if err != nil {
			f.t.Fatal(err)
		}
		files["keys/"+name+"_key.pem"] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
		files["crts/"+name+"_crt.pem"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	}
	for _, sub := range []string{"keys", "crts"} {
		if err := os.MkdirAll(filepath.Join(folder, sub), 0o777); err != nil {
			f.t.Fatal(err)
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
			f.t.Fatal(err)
		}
	}
}
