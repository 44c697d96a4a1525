package export

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"sigtool/keygen"
)

// The storage keys that are made in the TPM, and what is imported under each: RSA and curves, AES of the sizes that it has, names of two hashes.
var tpmParents = []struct {
	make string
	keys []keygen.Algorithm
}{
	{"-G rsa2048:aes128cfb", []keygen.Algorithm{keygen.P256, keygen.RSA2048}},
	{"-G ecc256:aes128cfb", []keygen.Algorithm{keygen.P256, keygen.RSA2048, keygen.P384, keygen.P521, keygen.RSA3072}},
	{"-G ecc384:aes256cfb -g sha384", []keygen.Algorithm{keygen.P384}},
}

// A TPM imports, loads and signs with what was exported, by the very commands that are printed, and openssl verifies. With a bit changed, or under
// another storage key, it refuses the import.
func TestTPM(t *testing.T) {
	t.Parallel()
	tpm := newSoftTPM(t)
	tpm.write("FILE", []byte("what is signed\n"))
	for i, parent := range tpmParents {
		tpm.parent = "0x8100000" + strconv.Itoa(i)
		tpm.run("tpm2_createprimary -Q -C o " + parent.make + " -c parent.ctx && tpm2_flushcontext -t && tpm2_evictcontrol -Q -C o -c parent.ctx " + tpm.parent +
			" && tpm2_flushcontext -t && tpm2_readpublic -Q -c " + tpm.parent + " -f tss -o parent.pub")
		if i > 0 {
			tpm.refuses("release " + string(tpmParents[i-1].keys[0]))
		}
		for _, alg := range parent.keys {
			tpm.takes(alg)
		}
		first := "release " + string(parent.keys[0])
		for suffix, at := range map[string]int{"": 50, ".seed": 30, ".pub": 9} {
			good := tpm.read(first + suffix)
			bad := bytes.Clone(good)
			bad[at] ^= 1
			tpm.write(first+suffix, bad)
			tpm.refuses(first)
			tpm.write(first+suffix, good)
		}
	}
}

// takes exports a test key for the storage key in parent.pub and has the TPM sign with it.
func (s *softTPM) takes(alg keygen.Algorithm) {
	s.t.Helper()
	settings := settingsFor(nil)
	settings.Wrap, settings.Output = s.read("parent.pub"), "release "+string(alg)
	r := exported(s.t, tpm2, settings, Key{Signer: signerOf(s.t, alg)})
	for _, file := range r.Files {
		s.write(settings.Output+file.Suffix, file.Data)
	}
	public, err := keygen.MarshalPublic(signerOf(s.t, alg).Public())
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("key.pem", keygen.EncodePublic(public))
	for _, c := range r.Commands {
		out := s.run("PARENT=" + s.parent + "; " + c.Line)
		if c.Check && !strings.Contains(keygen.Fingerprint(signerOf(s.t, alg).Public()), strings.TrimSpace(out)) {
			s.t.Errorf("%s: the TPM shows another key: %s", alg, out)
		}
	}
	s.run("tpm2_flushcontext -t; openssl dgst -sha256 -verify key.pem -signature FILE.sig FILE")
}

// refuses tells that the TPM itself refuses to import a blob.
func (s *softTPM) refuses(name string) {
	s.t.Helper()
	out, err := s.try("tpm2_import -C " + s.parent + " -i '" + name + "' -u '" + name + ".pub' -s '" + name + ".seed' -r bad.priv")
	if err == nil || !strings.Contains(out, "Esys_Import") {
		s.t.Errorf("%s: the TPM took it: %s", name, out)
	}
}
