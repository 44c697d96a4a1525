package export

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strconv"
	"strings"

	"sigtool/keygen"
)

// pkcs11 makes what a PKCS #11 token imports: a blob that C_UnwrapKey opens (--wrap), or a sealed PKCS#8 file; and beside either a script
// that imports it, signs with it there and compares the public key.
var pkcs11 = &Target{
	Name:         "pkcs11",
	Summary:      "a sealed or wrapped key, and a script that imports it into a PKCS #11 token (SoftHSM, HSMs) and checks it there",
	Takes:        "ed25519, p256, p384, p521, secp256k1, rsa2048 to rsa4096",
	Refuse:       refusePKCS11,
	Wraps:        "the RSA public key, in PEM or DER, whose private half in the token unwraps",
	WrapOptional: true,
	Seals:        true,
	Options: []Option{
		{Name: "id", Value: "HEX", Help: "give the key the id `HEX` in the token (CKA_ID); without it, the first 8 bytes of its fingerprint"},
		{Name: oaepOption.Name, Value: "HASH", Help: "with --wrap: the `HASH` of RSA-OAEP and its MGF1, sha1 or sha256; without it sha1, which every token has"},
	},
	Prepare: preparePKCS11,
}

const (
	maxTokenID    = 64 // bytes
	maxTokenLabel = 255
	fetchWrapKey  = "pkcs11-tool --module MODULE --token-label TOKEN --read-object --type pubkey --id ID -o wrap.der"
)

func refusePKCS11(alg keygen.Algorithm) error {
	if bits, isRSA := strings.CutPrefix(string(alg), "rsa"); isRSA {
		if n, err := strconv.Atoi(bits); err != nil || n < 2048 || n > 4096 {
			return refused(alg, "tokens take RSA keys of 2048 to 4096 bits", "make a new key for the token: sigtool keygen -a rsa3072")
		}
		return nil
	}
	switch alg {
	case keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1:
		return nil
	case keygen.MLDSA65, keygen.MLDSA87:
		return refused(alg, "PKCS #11 has no ML-DSA before 3.2, and the tools here import none", asFile(alg))
	}
	return refused(alg, "PKCS #11 has no such keys", asFile(alg))
}

// tokenWay is what the command line said.
type tokenWay struct {
	Settings
	id   string // hex; "" for the fingerprint's
	hash crypto.Hash
	pub  *rsa.PublicKey // nil where the key is sealed
}

func preparePKCS11(s Settings) (*Export, error) {
	w := tokenWay{Settings: s}
	var err error
	if w.id, err = tokenID(s.Values.String("id")); err != nil {
		return nil, err
	}
	if strings.ContainsFunc(s.Label, func(r rune) bool { return r < ' ' || r == 0x7f }) || len(s.Label) > maxTokenLabel {
		return nil, wrong("--label: %q is no label for a token: at most %d bytes, on one line", s.Label, maxTokenLabel)
	}
	if s.Values.String(oaepOption.Name) != "" && s.Wrap == nil {
		return nil, wrong("--oaep says how a key is wrapped; there is no --wrap")
	}
	if w.hash, err = oaepHash(s, crypto.SHA1); err != nil {
		return nil, err
	}
	way := &Export{Make: w.make, Beside: []string{".sh"}}
	if s.Wrap == nil {
		return way, nil
	}
	if w.pub, err = readWrapRSA(s.Wrap, fetchWrapKey); err != nil {
		return nil, err
	}
	wrapped := wrapsTo(w.pub, w.make) // w has the key now
	wrapped.Beside = way.Beside
	return wrapped, nil
}

// tokenID reads the id of an object in a token and writes it as pkcs11-tool shows it: two small digits a byte.
func tokenID(text string) (string, error) {
	id, err := hex.DecodeString(text)
	if err != nil || len(id) > maxTokenID {
		return "", wrong("--id: %q is not hexadecimal, two digits a byte, of at most %d bytes", text, maxTokenID)
	}
	return hex.EncodeToString(id), nil
}

func (w tokenWay) make(k Key) (*Result, error) {
	public, err := keygen.MarshalPublic(k.Signer.Public())
	if err != nil {
		return nil, err
	}
	if w.id == "" {
		sum := sha256.Sum256(public)
		w.id = hex.EncodeToString(sum[:8])
	}
	script, err := w.script(k, public)
	if err != nil {
		return nil, err
	}
	var file []byte
	if w.pub != nil {
		file, err = rsaAESWrap(w.Rand, w.pub, w.hash, k.Signer)
	} else {
		file, err = sealPKCS8(k, w.Settings)
	}
	if err != nil {
		return nil, err
	}
	result := &Result{Files: []File{{Data: file}, {Suffix: ".sh", Data: script}}}
	w.tell(result, k.Signer.Public())
	return result, nil
}

// tell says what to do with the files, and what they can't protect.
func (w tokenWay) tell(r *Result, pub crypto.PublicKey) {
	_, isEd25519 := kindOf(pub)
	more := ""
	r.Notes = append(r.Notes, "the script belongs beside "+filepath.Base(w.Output)+"; sh SCRIPT -h says what it can be told")
	if w.pub != nil {
		more = " -w WRAPPING_ID"
		r.Notes = append(r.Notes, "the script unwraps by Python with PyKCS11; whatever calls C_UnwrapKey with CKM_RSA_AES_KEY_WRAP can do it, too")
		if w.hash != crypto.SHA1 {
			r.Warnings = append(r.Warnings, "SoftHSM 2.6.1 unwraps RSA-OAEP with SHA-1 only; --oaep sha1 is for it")
		}
		if isEd25519 {
			r.Warnings = append(r.Warnings, "SoftHSM 2.6.1 unwraps no Ed25519 keys (CKR_FUNCTION_FAILED), other tokens may not either; without --wrap it imports them")
		}
	} else {
		r.Warnings = append(r.Warnings, "the machine that imports has the key in the clear in its memory; with --wrap only the token ever has")
	}
	r.Warnings = append(r.Warnings, "the key was made outside of the token, which marks it so (CKA_LOCAL is false): every other copy of it goes on signing")
	line := "sh " + shellFile(w.Output+".sh") + " -m MODULE -t TOKEN"
	r.Commands = append(r.Commands,
		Command{What: "import it, sign with it and compare the public key, where the token is", Line: line + more},
		Command{Check: true, What: "check it once more, later", Line: line + " -c"})
}
