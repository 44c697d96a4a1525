package formats_test

import (
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/all"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
)

// A certificate that is missing or another key's is told from a key that can't sign at all; and a file is known by its format alone.
func TestCertificateAndDetect(t *testing.T) {
	t.Chdir("all") // as deep as a format's folder
	rsa, ec := formatstest.LoadSigner(t, "rsa2048"), formatstest.LoadSigner(t, "p256")
	if cert, err := (formats.Request{Key: rsa.Key, Chain: rsa.Chain}).Certificate(); err != nil || cert != rsa.Chain[0] {
		t.Errorf("its own: %v", err)
	}
	for what, req := range map[string]formats.Request{"none": {Key: rsa.Key}, "another's": {Key: rsa.Key, Chain: ec.Chain}} {
		if _, err := req.Certificate(); !errors.Is(err, formats.ErrKey) || !errors.Is(err, formats.ErrCert) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if formats.SameKey(nil, nil) || formats.SameKey(rsa.Key.Public(), ec.Key.Public()) || !formats.SameKey(ec.Key.Public(), ec.Chain[0].PublicKey) {
		t.Error("keys are taken for each other")
	}
	found := formats.Detect(all.List(), patch.Bytes(formatstest.Read(t, "kmod/sample.ko")))
	if len(found) != 1 || found[0].Name() != "kmod" {
		t.Errorf("a module is detected as %v", found)
	}
	if found := formats.Detect(all.List(), patch.Bytes("text")); len(found) != 0 {
		t.Errorf("text is detected as %v", found)
	}
}
