package cst

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// samples is the folder of what CST made: $SIGTOOL_CORPUS/imx/hab, or shared/data/imx/hab beside the module.
func samples(t testing.TB) string {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "imx", "hab")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = filepath.Join(data, "imx", "hab")
	}
	if _, err := os.Stat(folder); err != nil {
		oracle.Missing(t, "CST's samples (shared/data/imx/hab beside the module, or $SIGTOOL_CORPUS/imx/hab)")
	}
	return folder
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// from is the folder's files as a script names them: the samples' texts say "../pki-rsa2048/…", where the trees stand beside the texts.
func from(folder string) Files {
	where := func(name string) string { return filepath.Join(folder, filepath.Clean("/"+name)) }
	return Files{
		Table: func(name string) ([]byte, error) { return os.ReadFile(where(name)) },
		Certificate: func(name string) (*x509.Certificate, error) {
			data, err := os.ReadFile(where(name))
			if err != nil {
				return nil, err
			}
			if block, _ := pem.Decode(data); block != nil {
				data = block.Bytes
			}
			return x509.ParseCertificate(data)
		},
		Data: func(name string) (formats.Source, error) {
			data, err := os.ReadFile(where(name))
			return patch.Bytes(data), err
		},
	}
}

// keysOf are the secret keys of trees, by the names in their certificates.
func keysOf(t testing.TB, folders ...string) csf.Keys {
	t.Helper()
	var names []string
	for _, folder := range folders {
		found, err := filepath.Glob(filepath.Join(folder, "keys", "*_key.pem"))
		if err != nil || len(found) == 0 {
			t.Fatalf("no keys in %s: %v", folder, err)
		}
		names = append(names, found...)
	}
	return func(cert *x509.Certificate) (crypto.Signer, error) {
		for _, name := range names {
			if filepath.Base(name) != cert.Subject.CommonName+"_key.pem" {
				continue
			}
			key, err := keygen.Load(read(t, name), func() (*secret.Bytes, error) { return secret.From([]byte("test")), nil })
			if err != nil {
				return nil, err
			}
			return key.Signer, nil
		}
		t.Fatalf("no key for %s", cert.Subject)
		return nil, nil
	}
}

// timeOf is when the signatures of a CSF say that they were made; same is false where they do not agree, as when a second ended between them.
func timeOf(t testing.TB, data []byte) (at time.Time, same bool) {
	t.Helper()
	c, err := csf.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, segment := range c.Segments {
		if segment.Tag != csf.TagSignature {
			continue
		}
		message, err := segment.Message()
		if err != nil {
			t.Fatal(err)
		}
		if !at.IsZero() && !at.Equal(message.Time) {
			return at, false
		}
		at = message.Time
	}
	return at, true
}

// made is what a text gives, proved.
func made(t testing.TB, text []byte, files Files, keys csf.Keys, at time.Time) []byte {
	t.Helper()
	script, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := script.Plan(files, at)
	if err != nil {
		t.Fatal(err)
	}
	data, err := plan.Sign(context.Background(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := Prove(context.Background(), plan, data); err != nil || len(found) < 2 {
		t.Fatalf("proving: %d signatures, %v", len(found), err)
	}
	return data
}

// With RSA, the samples' texts give the bytes that CST 3.4.1 and 4.0.1 wrote, at the time that they wrote them; with ECDSA, whose signatures
// CST makes anew each time, all but the signatures, which have their own lengths.
func TestSamples(t *testing.T) {
	folder := samples(t)
	for _, cst := range []string{"cst3", "cst4"} {
		want := read(t, filepath.Join(folder, "mx6q-rsa2048."+cst+".csf.bin"))
		at, _ := timeOf(t, want)
		got := made(t, read(t, filepath.Join(folder, "mx6q-rsa2048.csf")), from(folder), keysOf(t, filepath.Join(folder, "pki-rsa2048")), at)
		if !bytes.Equal(got, want) {
			t.Errorf("rsa2048: not the bytes of %s", cst)
		}
		want = read(t, filepath.Join(folder, "mx6q-p256."+cst+".csf.bin"))
		got = made(t, read(t, filepath.Join(folder, "mx6q-p256.csf")), from(folder), keysOf(t, filepath.Join(folder, "pki-p256")), at)
		if a, b := stable(t, got), stable(t, want); !bytes.Equal(a, b) {
			t.Errorf("p256: not the commands, table and certificates of %s", cst)
		}
	}
}

// stable is a CSF without its signatures and the pointers at them.
func stable(t testing.TB, data []byte) (out []byte) {
	t.Helper()
	c, err := csf.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range c.Commands {
		raw := bytes.Clone(command.Raw)
		if raw[0] == csf.TagAuthenticate {
			clear(raw[8:12])
		}
		out = append(out, raw...)
	}
	for _, segment := range c.Segments {
		if segment.Tag != csf.TagSignature {
			out = append(out, segment.Data...)
		}
	}
	return out
}
