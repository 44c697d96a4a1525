package script_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/transcript"
	"sigtool/internal/oracle"
	"sigtool/keygen"
)

// TestOpenSSL opens what a rehearsal made, marks and all, and checks the key's signature over the transcript, with nothing of ours.
func TestOpenSSL(t *testing.T) {
	t.Parallel()
	openssl := oracle.Need(t, "openssl")
	world := ceremonytest.New()
	passphrase, err := perform(t, "one", nil, ceremony.Rehearsal, world)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, data := range world.Files {
		write(name, data)
	}
	pass := write("passphrase", []byte(passphrase))
	pub := filepath.Join(folder, "key.pub")
	want := string(oracle.Run(t, openssl, "pkey", "-pubin", "-in", pub))
	if got := string(oracle.Run(t, openssl, "pkey", "-in", filepath.Join(folder, "key.pem"), "-passin", "file:"+pass, "-pubout")); got != want {
		t.Errorf("openssl finds another key in key.pem:\n%s", got)
	}
	raw := world.Files["transcript.jsonl"]
	log := checked(t, world)
	before := raw[:strings.LastIndexByte(string(raw[:len(raw)-1]), '\n')+1]
	message := write("message", transcript.Message(before))
	seal := log.Lines[len(log.Lines)-1]
	signature := write("signature", seal.Signatures[1].Sig)
	if out := oracle.Run(t, openssl, "dgst", "-sha256", "-verify", pub, "-signature", signature, message); string(out) != "Verified OK\n" {
		t.Errorf("openssl says %q of the key's signature over the transcript", out)
	}
	own := write("own.pub", keygen.EncodePublic(seal.Signatures[0].Key))
	signature = write("own.signature", seal.Signatures[0].Sig)
	oracle.Run(t, openssl, "pkeyutl", "-verify", "-rawin", "-in", message, "-pubin", "-inkey", own, "-sigfile", signature)
}
