package export

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/keygen"
)

const awkwardName = "-it's \"a\" $key.p11"

// One SoftHSM for all, one after the other: the parts share its token.
func TestPKCS11Token(t *testing.T) {
	t.Parallel()
	h := newSoftHSM(t)
	t.Run("import", h.testImport)
	t.Run("refusals", h.testRefusals)
	t.Run("unwrap", h.testUnwrap)
	t.Run("attributes", h.testAttributes)
}

// sealedFor is a sealed key with its script, made once for each key, for sealing costs and so does opening. With an id of its own, the file
// is one that openssl seals by a single round.
func (h *softhsm) sealedFor(t *testing.T, alg keygen.Algorithm, id string) func(args ...string) (string, error) {
	t.Helper()
	s := settingsFor(nil)
	s.Output = awkwardName
	s.Label = "it's \"the\" $label, été"
	if h.sealed[alg] == nil {
		h.sealed[alg] = exported(t, pkcs11, s, keyOf(t, alg))
	}
	result := *h.sealed[alg]
	if id != "" {
		script := regexp.MustCompile(`(?m)^id=.*$`).ReplaceAll(result.Files[1].Data, []byte("id="+id))
		light := oracle.Run(t, "openssl", "pkcs8", "-topk8", "-iter", "1", "-passout", "pass:"+testPassphrase, "-in", "../../testdata/keys/"+string(alg)+".pem")
		result.Files = []File{{Data: light}, {Suffix: ".sh", Data: script}}
	}
	return h.script(t, s, &result)
}

// Each tool imports what it can, the token signs, and openssl verifies.
func (h *softhsm) testImport(t *testing.T) {
	for _, c := range []struct {
		alg      keygen.Algorithm
		tool, id string // "" for the script's choice
	}{
		{keygen.P256, "", ""}, {keygen.Secp256k1, "", ""}, {keygen.RSA3072, "", ""}, {keygen.Ed25519, "", ""},
		{keygen.P256, "p11tool", "0b01"}, {keygen.RSA3072, "p11tool", "0b02"},
		{keygen.Ed25519, "softhsm2-util", "50f702"},
	} {
		args := []string(nil)
		if c.tool != "" {
			args = []string{"-u", c.tool}
		}
		out, err := h.sealedFor(t, c.alg, c.id)(args...)
		if err != nil || !strings.Contains(out, keygen.Fingerprint(signerOf(t, c.alg).Public())) || !strings.Contains(out, "the signature verifies") {
			t.Errorf("%s %s: %v\n%s", c.alg, c.tool, err, out)
		}
	}
}

func (h *softhsm) testRefusals(t *testing.T) {
	same, fresh, other := h.sealedFor(t, keygen.P256, ""), h.sealedFor(t, keygen.P256, "f4e5"), h.sealedFor(t, keygen.Secp256k1, "0b01")
	curve, edwards := h.sealedFor(t, keygen.Secp256k1, "99"), h.sealedFor(t, keygen.Ed25519, "99")
	wrongPass := written(t, "wrong", []byte("wrong"))
	for what, c := range map[string]struct {
		run  func(...string) (string, error)
		args []string
		say  string // "" for one that is done
	}{
		"a key that is there":          {same, nil, "nothing was imported"},
		"check a key that is there":    {same, []string{"-c"}, ""},
		"check another key":            {other, []string{"-c"}, "does not sign as this key"},
		"check what is not there":      {fresh, []string{"-c"}, "no private key with the id"},
		"the beginning of a label":     {fresh, []string{"-t", "a test"}, "not exactly one token"},
		"a wrong passphrase":           {fresh, []string{"-f", wrongPass}, "wrong passphrase, or not this key"},
		"a wrong PIN":                  {fresh, []string{"-p", wrongPass}, "CKR_PIN_INCORRECT"},
		"no PIN file":                  {fresh, []string{"-p", "/nowhere"}, "no first line"},
		"a tool without the curve":     {curve, []string{"-u", "p11tool"}, "p11tool knows no secp256k1"},
		"a tool without Ed25519":       {edwards, []string{"-u", "pkcs11-tool"}, "pkcs11-tool imports no Ed25519"},
		"another tool":                 {edwards, []string{"-u", "p12tool"}, "not one of"},
		"an argument that is not":      {fresh, []string{"now"}, "not understood: now"},
		"an option that is not":        {fresh, []string{"-z"}, "-m MODULE"},
		"a module that is not there":   {fresh, []string{"-m", "/nowhere.so"}, "/nowhere.so"},
		"help":                         {fresh, []string{"-h"}, ""},
		"and nothing was left of them": {fresh, []string{"-c"}, "no private key with the id"},
	} {
		out, err := c.run(c.args...)
		if (err == nil) != (c.say == "") || !strings.Contains(out, c.say) {
			t.Errorf("%s: %v\n%s", what, err, out)
		}
	}
}

// The token opens the blob by C_UnwrapKey, in two steps, as it lacks CKM_RSA_AES_KEY_WRAP; azure-byok's, too.
func (h *softhsm) testUnwrap(t *testing.T) {
	oracle.Python(t, "PyKCS11")
	tool := oracle.Need(t, "pkcs11-tool")
	with := []string{"--module", softhsmModule, "--token-label", softhsmToken, "--login", "--pin", softhsmPIN, "--id", "aa"}
	h.must(t, tool, append(with, "--keypairgen", "--key-type", "rsa:2048", "--label", "wrap")...)
	public := filepath.Join(h.folder, "wrap.der")
	h.must(t, tool, append(with, "--read-object", "--type", "pubkey", "--output-file", public)...)
	wrap, err := os.ReadFile(public)
	if err != nil {
		t.Fatal(err)
	}
	for i, alg := range []keygen.Algorithm{keygen.P256, keygen.Secp256k1, keygen.RSA3072} {
		s := settingsFor(Values{"id": {"e" + string('0'+rune(i))}})
		s.Output, s.Wrap = awkwardName, wrap
		result := exported(t, pkcs11, s, keyOf(t, alg))
		for _, at := range []int{100, 300} { // in the RSA part, in the AES part
			if i > 0 {
				break
			}
			damaged := &Result{Files: []File{{Data: append([]byte(nil), result.Files[0].Data...)}, result.Files[1]}}
			damaged.Files[0].Data[at] ^= 1
			if out, err := h.script(t, s, damaged)("-w", "aa"); err == nil || !strings.Contains(out, "does not unwrap") {
				t.Errorf("%s, damaged at %d: %v\n%s", alg, at, err, out)
			}
		}
		if out, err := h.script(t, s, result)("-w", "aa"); err != nil || !strings.Contains(out, "the signature verifies") {
			t.Errorf("%s: %v\n%s", alg, err, out)
		}
	}
	h.testBYOK(t, wrap)
	s := settingsFor(nil)
	s.Wrap, s.Values = wrap, Values{"id": {"ed"}}
	if out, err := h.script(t, s, exported(t, pkcs11, s, keyOf(t, keygen.Ed25519)))("-w", "aa"); err == nil || !strings.Contains(out, "CKR_FUNCTION_FAILED") {
		t.Errorf("SoftHSM unwraps Ed25519 now; its warning is out of date: %v\n%s", err, out)
	}
}

// testBYOK unwraps what azure-byok wraps, in place of our own blob.
func (h *softhsm) testBYOK(t *testing.T, wrap []byte) {
	s := settingsFor(Values{"kid": {"https://v.vault.azure.net/keys/kek/0123456789abcdef0123456789abcdef"}})
	s.Wrap = wrap
	var byok struct{ Ciphertext string }
	if err := json.Unmarshal(exported(t, ByName("azure-byok"), s, Key{Signer: signerOf(t, keygen.P384)}).Files[0].Data, &byok); err != nil {
		t.Fatal(err)
	}
	blob, err := base64.RawURLEncoding.DecodeString(byok.Ciphertext)
	if err != nil {
		t.Fatal(err)
	}
	s.Values = nil
	result := exported(t, pkcs11, s, keyOf(t, keygen.P384))
	result.Files[0].Data = blob
	if out, err := h.script(t, s, result)("-w", "aa"); err != nil || !strings.Contains(out, "the signature verifies") {
		t.Errorf("azure-byok: %v\n%s", err, out)
	}
}

// Whatever imported it: no key can be read out of the token.
func (h *softhsm) testAttributes(t *testing.T) {
	const program = `
import sys, PyKCS11 as p
lib = p.PyKCS11Lib(); lib.load(sys.argv[1])
s = lib.openSession(lib.getSlotList(tokenPresent=True)[0]); s.login(sys.argv[2])
for key in s.findObjects([(p.CKA_CLASS, p.CKO_PRIVATE_KEY)]):
    ident, *rest = s.getAttributeValue(key, [p.CKA_ID, p.CKA_SENSITIVE, p.CKA_EXTRACTABLE, p.CKA_PRIVATE, p.CKA_SIGN, p.CKA_TOKEN])
    print(bytes(ident).hex(), *[int(bool(x)) for x in rest])
`
	cmd := exec.Command(oracle.Python(t, "PyKCS11"), "-c", program, softhsmModule, softhsmPIN)
	cmd.Env = h.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	keys := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(keys) != 12 {
		t.Errorf("%d keys:\n%s", len(keys), out)
	}
	for _, key := range keys {
		if !strings.HasSuffix(key, " 1 0 1 1 1") {
			t.Error("id, sensitive, extractable, private, sign, token:", key)
		}
	}
}
