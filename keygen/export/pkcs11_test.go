package export

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
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
	argv, err := os.ReadFile(filepath.Join(h.folder, "argv"))
	if err != nil || bytes.Count(argv, []byte("--sign")) < 10 {
		t.Errorf("the tools were not watched: %v\n%s", err, argv)
	}
	for _, secret := range []string{softhsmPIN, testPassphrase} {
		if bytes.Contains(argv, []byte(secret)) {
			t.Errorf("%q is on a command line", secret)
		}
	}
}

// sealedFor is a sealed key with its script. With an id of its own, the file is one that openssl seals by a single round, for sealing costs,
// and so does opening.
func (h *softhsm) sealedFor(t *testing.T, alg keygen.Algorithm, id string) func(args ...string) (string, error) {
	t.Helper()
	s := settingsFor(nil)
	s.Output = awkwardName
	s.Label = "it's \"the\" $label, été"
	if id == "" {
		if h.sealed == nil {
			h.sealed = exported(t, pkcs11, s, keyOf(t, alg))
		}
		return h.script(t, s, h.sealed)
	}
	key := signerOf(t, alg)
	public, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	script, err := tokenWay{Settings: s, id: id}.script(Key{Signer: key}, public)
	if err != nil {
		t.Fatal(err)
	}
	light := oracle.Run(t, "openssl", "pkcs8", "-topk8", "-iter", "1", "-passout", "pass:"+testPassphrase, "-in", "../../testdata/keys/"+string(alg)+".pem")
	return h.script(t, s, &Result{Files: []File{{Data: light}, {Suffix: ".sh", Data: script}}})
}

// Each tool imports what it can, the token signs, and openssl verifies.
func (h *softhsm) testImport(t *testing.T) {
	for _, c := range []struct {
		alg      keygen.Algorithm
		tool, id string // "" for the script's choice, and as sigtool seals it
	}{
		{keygen.P256, "", ""}, {keygen.Secp256k1, "", "0a01"}, {keygen.RSA3072, "", "0a02"}, {keygen.Ed25519, "", "0a03"},
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
	h.must(t, oracle.Need(t, "pkcs11-tool"), "--module", softhsmModule, "--token-label", softhsmToken, "--login", "--pin", softhsmPIN,
		"--delete-object", "--type", "pubkey", "--id", "0b01")
	if out, err := h.sealedFor(t, keygen.P256, "0b01")("-c"); err == nil || !strings.Contains(out, "no public key with the id 0b01") {
		t.Errorf("half a key: %v\n%s", err, out)
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

func TestPKCS11Refuses(t *testing.T) {
	t.Parallel()
	wrap := wrapFile(t, keygen.RSA3072)
	for _, c := range []struct {
		values Values
		wrap   []byte
		label  string
		say    string
	}{
		{Values{"id": {"1"}}, nil, "key", "--id"},
		{Values{"id": {"0x01"}}, nil, "key", "--id"},
		{Values{"id": {strings.Repeat("00", 65)}}, nil, "key", "--id"},
		{Values{"oaep": {"sha256"}}, nil, "key", "--wrap"},
		{Values{"oaep": {"sha512"}}, wrap, "key", "--oaep takes"},
		{nil, nil, "two\nlines", "--label"},
		{nil, nil, strings.Repeat("x", 256), "--label"},
		{nil, wrapFile(t, keygen.P256), "key", "it is p256"},
		{nil, []byte{}, "key", "the wrapping key"},
	} {
		s := settingsFor(c.values)
		s.Wrap, s.Label = c.wrap, c.label
		if _, err := pkcs11.Prepare(s); err == nil || !strings.Contains(err.Error(), c.say) || c.say[:2] == "--" && !errors.Is(err, ErrOption) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

// A wrapped key of each kind opens with openssl, and what is said of it fits.
func TestPKCS11Wrapped(t *testing.T) {
	t.Parallel()
	for alg, hash := range map[keygen.Algorithm]string{keygen.Ed25519: "sha256", keygen.P384: "sha1"} {
		s := settingsFor(Values{"oaep": {hash}})
		s.Wrap = wrapFile(t, keygen.RSA3072)
		result := exported(t, pkcs11, s, Key{Signer: signerOf(t, alg)})
		if der := opensslUnwraps(t, result.Files[0].Data, keygen.RSA3072, hash); !bytes.Equal(der, wants(t, alg)) {
			t.Errorf("%s: openssl opens something else", alg)
		}
		warned := strings.Join(result.Warnings, "\n")
		if strings.Contains(warned, "CKR_FUNCTION_FAILED") != (alg == keygen.Ed25519) || strings.Contains(warned, "--oaep sha1") != (hash == "sha256") {
			t.Errorf("%s: %s", alg, warned)
		}
		if script := string(result.Files[1].Data); !strings.Contains(script, "oaep="+hash) || strings.Contains(script, "%P") {
			t.Error(script)
		}
	}
}

// Nothing that is put into the script is taken for anything else by the shell, or for a mark.
func TestPKCS11Script(t *testing.T) {
	t.Parallel()
	s := settingsFor(Values{"id": {"AB01"}})
	s.Label, s.Output, s.Wrap = "%FILE%'; exit 9; '$(exit 8)", "/some where/%LABEL%'`exit 7`", wrapFile(t, keygen.RSA2048)
	result := exported(t, pkcs11, s, Key{Signer: signerOf(t, keygen.P256)})
	head, _, _ := strings.Cut(string(result.Files[1].Data), "\nsay()")
	path := written(t, "head.sh", []byte(head+"\nprintf '%s|%s|%s' \"$file\" \"$label\" \"$id\"\n"))
	if out := string(oracle.Run(t, "sh", path)); out != filepath.Dir(path)+"/%LABEL%'`exit 7`|"+s.Label+"|ab01" {
		t.Error(out)
	}
	for _, c := range result.Commands {
		if !strings.HasPrefix(c.Line, `sh '/some where/%LABEL%'\''`+"`exit 7`.sh' -m MODULE") {
			t.Error(c.Line)
		}
	}
}
