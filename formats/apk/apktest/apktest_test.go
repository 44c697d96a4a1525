package apktest

import (
	"bytes"
	"path/filepath"
	"testing"

	"sigtool/formats"
)

// The keys are those of their certificates, and there are files to try.
func TestCorpus(t *testing.T) {
	for _, name := range []string{"rsa-1024", "rsa-2048", "rsa-2048_2", "rsa-2048_3", "rsa-4096", "ec-p256", "ec-p256_2", "ec-p384", "ec-p521"} {
		if key, cert := Key(t, name); !formats.SameKey(key.Public(), cert.PublicKey) {
			t.Errorf("%s: the certificate is of another key", name)
		}
	}
	if !bytes.HasPrefix(Read(t, "original.apk"), []byte("PK\x03\x04")) {
		t.Error("original.apk is no zip file")
	}
	if apks, _ := filepath.Glob(filepath.Join(Corpus(t), "apksig", "*.apk")); len(apks) < 150 {
		t.Errorf("only %d APKs", len(apks))
	}
}
