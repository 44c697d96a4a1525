package swupdate

import (
	"bytes"
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/formats/swupdate/cpio"
	"sigtool/internal/keytest"
	"sigtool/internal/patch"
)

// now is when things are signed and judged. Certificates of these tests are valid around it, and around the time of any machine.
var now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

// member is what stands in an archive.
type member struct {
	name string
	data []byte
}

// archive packs members as cpio does, of the kind 070702 where crc is true.
func archive(crc bool, members ...member) []byte {
	var out []byte
	add := func(b []byte) { out = append(append(out, b...), make([]byte, -len(b)&3)...) }
	for _, m := range append(members, member{name: "TRAILER!!!"}) {
		magic, sum := "070701", uint32(0)
		if crc {
			magic, sum = "070702", cpio.Add(0, m.data)
		}
		head := fmt.Sprintf("%s%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", magic, 0, 0o100644, 0, 0, 1, 0, len(m.data), 0, 0, 0, 0, len(m.name)+1, sum)
		add([]byte(head + m.name + "\x00"))
		add(m.data)
	}
	return out
}

func read(t testing.TB, name string) []byte { return formatstest.Read(t, "swupdate/"+name) }

// content are the members behind the signature.
func content(t testing.TB) []member {
	return []member{{"rootfs.img", read(t, "rootfs.img")}, {"boot.env.txt", read(t, "boot.env.txt")}}
}

// issued is the certificate of one of the test keys by another's, for these purposes; by its own for parent nil.
func issued(t testing.TB, key string, parent *x509.Certificate, parentKey string, change func(*x509.Certificate)) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "swupdate test " + key}, BasicConstraintsValid: true,
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(template)
	}
	if parent == nil {
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(nil, template, parent, keytest.Key(t, key).Public(), keytest.Key(t, parentKey))
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func isCA(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign }

func purpose(usages ...x509.ExtKeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.ExtKeyUsage = usages }
}

// request is one to sign with a key, its certificates and options by name and value.
func request(t testing.TB, key string, chain []*x509.Certificate, options ...string) formats.Request {
	req := formats.Request{Key: keytest.Key(t, key), Chain: chain, Time: now, Rand: bytes.NewReader(make([]byte, 1000))}
	for i := 0; i+1 < len(options); i += 2 {
		req.Options.Set(options[i], options[i+1])
	}
	return req
}

// sign signs data, or ends the test.
func sign(t testing.TB, data []byte, req formats.Request) (file []byte, sidecar []byte) {
	t.Helper()
	result, err := Format{}.Sign(context.Background(), patch.Bytes(data), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Sidecars) > 0 {
		sidecar = result.Sidecars[0].Data
	}
	return laid(t, data, result.Edits), sidecar
}

// laid is data with edits over it.
func laid(t testing.TB, data []byte, edits []patch.Edit) []byte {
	t.Helper()
	view, err := patch.NewView(patch.Bytes(data), edits)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, view.Size())
	if err := patch.ReadFull(view, out, 0); err != nil {
		t.Fatal(err)
	}
	return out
}

// save writes a file, and returns its path.
func save(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// saveCert writes certificates as PEM.
func saveCert(t testing.TB, certs ...*x509.Certificate) string {
	t.Helper()
	var text []byte
	for _, cert := range certs {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})...)
	}
	return save(t, "certs.pem", text)
}
