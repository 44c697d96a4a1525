package export

import (
	"bytes"
	"crypto"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigtool/internal/ccm"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// yubihsm writes what Yubico's yubihsm-wrap writes, byte for byte: an object of a YubiHSM 2 under an AES wrap key that the device has, too.
var yubihsm = &Target{
	Name:    "yubihsm",
	Summary: "an object under a wrap key, for YubiHSM 2 (as yubihsm-wrap makes it)",
	Takes:   "p256, p384, p521, secp256k1, ed25519, rsa2048, rsa3072, rsa4096",
	Refuse:  refuseYubiHSM,
	Wraps:   "the device's AES wrap key (secret: 16, 24 or 32 bytes, or these in hex)",
	Options: []Option{
		{Name: "id", Value: "N", Help: "the key's object id there, `N` from 1 to 65534, or 0x0001 to 0xfffe"},
		{Name: "domains", Value: "LIST", Help: "the domains that it is in, `LIST` such as 1,2 or all (default: 1)"},
		{Name: "capabilities", Value: "LIST", Help: "what it may do there, `LIST` of yubihsm-shell's names (default: sign)"},
	},
	Prepare: prepareYubiHSM,
}

func refuseYubiHSM(alg keygen.Algorithm) error {
	if _, ok := yubiAlgorithms[alg]; ok {
		return nil
	}
	if strings.HasPrefix(string(alg), "rsa") {
		return refused(alg, "a YubiHSM 2 takes RSA keys of 2048, 3072 and 4096 bits alone", "make one of these: sigtool keygen --algorithm rsa3072")
	}
	return refused(alg, "a YubiHSM 2 has no such algorithm", "give it p256, p384, p521, secp256k1, ed25519 or an RSA key; or "+asFile(alg))
}

// prepareYubiHSM reads the wrap key and the object's attributes.
func prepareYubiHSM(s Settings) (*Export, error) {
	object := yubiObject{label: s.Label}
	var err error
	if object.id, err = yubiID(s.Values.String("id")); err != nil {
		return nil, err
	}
	if object.domains, err = yubiDomains(words(s.Values["domains"])); err != nil {
		return nil, err
	}
	if object.capabilities, err = yubiCapabilities(words(s.Values["capabilities"])); err != nil {
		return nil, err
	}
	if len(s.Label) > yubiLabel || strings.ContainsRune(s.Label, 0) {
		return nil, wrong("the label %q: a YubiHSM's has at most %d bytes: give another with --label", s.Label, yubiLabel)
	}
	key, err := yubiWrapKey(s.Wrap)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(key)
	object.wrap = byte(len(key))
	aead, err := ccm.New(key, yubiNonce, yubiTag)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(key)
	return &Export{
		Wrapping:    "SHA256:" + base64.StdEncoding.EncodeToString(sum[:]),
		WrappingAlg: fmt.Sprintf("aes%d-ccm-wrap", 8*len(key)),
		Make:        func(k Key) (*Result, error) { return makeYubiHSM(s, aead, object, k.Signer) },
	}, nil
}

func makeYubiHSM(s Settings, aead cipher.AEAD, object yubiObject, key crypto.Signer) (*Result, error) {
	able, err := yubiAbilities(key.Public())
	if err != nil {
		return nil, err
	}
	if object.capabilities == 0 {
		object.capabilities = able.sign
	}
	if more := object.capabilities &^ able.all; more != 0 {
		return nil, wrong("--capabilities %s: nothing that such a key can do", strings.Join(yubiNames(more), ","))
	}
	blob, err := sealYubiHSM(s.Rand, aead, object, key)
	if err != nil {
		return nil, err
	}
	got, public, err := openYubiHSM(aead, blob)
	if err != nil {
		return nil, fmt.Errorf("what was made does not open: %w", err)
	}
	if same, ok := public.(interface{ Equal(crypto.PublicKey) bool }); !ok || !same.Equal(key.Public()) || got != object {
		return nil, errors.New("what was made opens as another key")
	}
	id := fmt.Sprintf("0x%04x", object.id)
	r := &Result{
		Files: []File{{Data: blob}},
		Commands: []Command{
			{What: "import it where the YubiHSM is; $WRAP_ID is the wrap key's object id", Line: `yubihsm-shell -a put-wrapped --wrap-id "$WRAP_ID" --in ` + shellFile(s.Output)},
			{What: "see what it may do there", Line: "yubihsm-shell -a get-object-info -t asymmetric-key -i " + id},
			hashed(key.Public(), "see that it is this key", "yubihsm-shell -a get-public-key -i "+id+" | openssl pkey -pubin -outform DER"),
		},
		Notes: []string{
			fmt.Sprintf("object %s, domains %s, capabilities %s, label %q", id, yubiDomainList(object.domains), strings.Join(yubiNames(object.capabilities), ","), object.label),
			"domains that the wrap key is not in are left out by the device; the wrap key's delegated capabilities must hold the object's",
		},
		Warnings: []string{"whoever has the wrap key opens this file: the key is kept no better than the wrap key"},
	}
	if _, k1 := key.(*keygen.Secp256k1PrivateKey); k1 {
		r.Warnings = append(r.Warnings, largeS)
	}
	if object.capabilities&yubiExportable == 0 {
		r.Notes = append(r.Notes, "without the capability exportable-under-wrap the key never leaves that device again: keep a backup")
	}
	return r, nil
}

// sealYubiHSM makes the file: one line of standard base64 and a line feed, of
//
//	0    nonce, 13 bytes
//	13   AES-CCM of the object (without additional data, a length of 2 bytes)
//	end  its tag, 16 bytes
func sealYubiHSM(rand io.Reader, aead cipher.AEAD, object yubiObject, key crypto.Signer) ([]byte, error) {
	plain, err := object.marshal(key)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(plain)
	nonce := make([]byte, yubiNonce)
	if _, err := io.ReadFull(rand, nonce); err != nil {
		return nil, err
	}
	return append(base64.StdEncoding.AppendEncode(nil, aead.Seal(nonce, nonce, plain, nil)), '\n'), nil
}

// openYubiHSM opens such a file and returns what it says of the object, and the public key that follows from its secret half.
func openYubiHSM(aead cipher.AEAD, blob []byte) (yubiObject, crypto.PublicKey, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSuffix(blob, []byte("\n"))))
	if err != nil || len(raw) < yubiNonce+yubiTag {
		return yubiObject{}, nil, errors.New("not base64 of a nonce and a wrapped object")
	}
	plain, err := aead.Open(nil, raw[:yubiNonce], raw[yubiNonce:], nil)
	if err != nil {
		return yubiObject{}, nil, err
	}
	defer secret.Wipe(plain)
	return parseYubiObject(plain)
}

const yubiFetch = "it is the secret key that yubihsm-shell -a put-wrap-key stored in the device: 16, 24 or 32 bytes, or these in hex; make one with: openssl rand -out wrap.key 32"

// yubiWrapKey reads a wrap key as yubihsm-wrap takes it, raw, or as `yubihsm-shell -a put-wrap-key` does unless told otherwise, in hex. A raw
// key of 32 bytes that are all digits of hex doesn't happen. The caller wipes it. Each error has the id wrapping-key.
func yubiWrapKey(file []byte) ([]byte, error) {
	switch {
	case len(file) == 0:
		return nil, badWrap(yubiFetch, "it is empty")
	case bytes.Contains(file, []byte("-----BEGIN ")):
		return nil, badWrap(yubiFetch, "it is PEM, and this target takes an AES wrap key")
	}
	text := bytes.TrimRight(file, "\r\n")
	key := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(key, text); err != nil {
		secret.Wipe(key)
		key = bytes.Clone(file)
	}
	if !slices.Contains([]int{16, 24, 32}, len(key)) {
		secret.Wipe(key)
		return nil, badWrap(yubiFetch, "it has %d bytes, not 16, 24 or 32", len(key))
	}
	if bytes.Count(key, key[:1]) == len(key) {
		secret.Wipe(key)
		return nil, badWrap(yubiFetch, "it is one byte again and again, and no secret")
	}
	return key, nil
}
