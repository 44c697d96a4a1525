package hab

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
)

// openSSL asks openssl cms whether a CSF's signatures are by its certificates over what they are to be over: an error, or nil. It looks at
// nothing else: no fuses, no SRK, no blocks, no pointers.
func openSSL(t *testing.T, file []byte) (verdicts []error) {
	t.Helper()
	tool, folder := oracle.Need(t, "openssl"), t.TempDir()
	at := csfOffset(t, file, 0)
	_, c := csfOf(t, file, 0)
	var certificates []byte
	for _, s := range c.Segments {
		if s.Tag == csf.TagCertificate && !s.Table {
			certificates = append(certificates, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Data[4:]})...)
		}
	}
	write := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, command := range c.Commands {
		a, is := command.Body.(*csf.AuthCommand)
		if !is {
			continue
		}
		content := file[at : at+c.Size]
		if !a.OfCSF() {
			content = file[:at]
		}
		verdicts = append(verdicts, oracle.Try(tool, "cms", "-verify", "-inform", "DER", "-in", write("sig", a.Segment.Data[4:]), "-content", write("content", content),
			"-certfile", write("certs", certificates), "-noverify", "-binary", "-out", os.DevNull))
	}
	return verdicts
}

// Where openssl takes both signatures we do, and where it takes one alone we name the other: of what CST signed, and of what we did.
func TestVerifyOpenSSL(t *testing.T) {
	w := newWorld(t, true)
	for what, file := range map[string][]byte{
		"CST, RSA":   golden(t, "hab/mx6q-signed-rsa2048.imx"),
		"CST, P-256": golden(t, "hab/mx6q-signed-p256.imx"),
		"ours":       built(t, bare(), w.usual()),
	} {
		at := csfOffset(t, file, 0)
		_, c := csfOf(t, file, 0)
		last := c.Segments[len(c.Segments)-1] // the CSF's own signature; before it, the image's
		image := c.Segments[len(c.Segments)-2]
		for where, n := range map[string]int{
			"nothing": -1, "the image": 0x800, "the commands": at + 0x2b, "the CSF's signature": at + last.End() - 8, "the image's": at + image.End() - 8,
		} {
			changed := bytes.Clone(file)
			if n >= 0 {
				changed[n] ^= 2
			}
			found, err := judged(changed)
			verdicts := openSSL(t, changed)
			both := verdicts[0] == nil && verdicts[1] == nil
			if both != (err == nil) || (verdicts[0] == nil) != (found[0].Err == nil) {
				t.Errorf("%s, %s changed: openssl says %v, and we %v", what, where, verdicts, err)
			}
		}
	}
}
