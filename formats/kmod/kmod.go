// Package kmod signs Linux kernel modules byte for byte as the kernel's sign-file does, and refuses in verifying what a kernel would refuse in loading.
package kmod

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/sigalg"
)

// Format is kernel modules: .ko, and .ko.gz, .ko.xz and .ko.zst, which are unpacked, signed and packed again.
type Format struct{}

// Name is "kmod".
func (Format) Name() string { return "kmod" }

// Summary is one line of help.
func (Format) Summary() string { return "Linux kernel modules (.ko, .ko.gz, .ko.xz, .ko.zst)" }

// Files are the names that modules have.
func (Format) Files() []string { return []string{"*.ko", "*.ko.gz", "*.ko.xz", "*.ko.zst"} }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionHash, Kind: formats.String, Default: defaultHash, Enum: []string{"sha256", "sha384", "sha512"}, Sign: true,
			Help: "hash that is signed; many kernels can check sha256 alone at boot"},
		{Name: optionP7S, Kind: formats.Bool, Sign: true, Verify: true,
			Help: "the signature is FILE.p7s, as sign-file -p makes it, and FILE stays as it is"},
		{Name: optionAttach, Kind: formats.File, Limit: cms.MaxSize, Sign: true,
			Help: "append the signature in this .p7s, which was made elsewhere; with -c CERT and without -k"},
	}
}

const (
	optionHash   = "hash"
	optionP7S    = "p7s"
	optionAttach = "attach"
	defaultHash  = "sha256"
	scheme       = "pkcs7"
)

// checkKey tells whether a kernel can check what the key signs, with the reason if it can't.
func checkKey(pub crypto.PublicKey) error {
	switch pub := pub.(type) {
	case *rsa.PublicKey:
		return checkRSA(pub)
	case *ecdsa.PublicKey:
		switch name := pub.Curve.Params().Name; name {
		case "P-256", "P-384", "P-521":
			return nil
		default:
			return fmt.Errorf("%w: kernels know no ECDSA over %s", formats.ErrKey, name)
		}
	case sigalg.MessageKey: // ML-DSA
		return nil
	case ed25519.PublicKey:
		return fmt.Errorf("%w: kernels check RSA and ECDSA signatures of modules, not Ed25519", formats.ErrKey)
	}
	return fmt.Errorf("%w: kernels check RSA and NIST-curve ECDSA signatures of modules, not %s", formats.ErrKey, sigalg.Name(pub, crypto.SHA256))
}

// notes are what a person should know before trusting a kernel with the result.
func notes(pub crypto.PublicKey, h crypto.Hash) []string {
	if isMLDSA(pub) {
		return []string{noteMLDSA}
	}
	var notes []string
	if key, ok := pub.(*ecdsa.PublicKey); ok {
		since := "5.13"
		if key.Curve.Params().BitSize > 384 {
			since = "6.10"
		}
		notes = append(notes, "only kernels with CONFIG_CRYPTO_ECDSA, from Linux "+since+" on, can check this key's signatures; Debian 12's 6.1 can't")
	}
	switch h {
	case crypto.SHA384, crypto.SHA512:
		notes = append(notes, fmt.Sprintf("a kernel with CONFIG_CRYPTO_SHA512=m, as Debian's, refuses %s until that module is loaded", sigalg.HashName(h)))
	case crypto.SHA1:
		notes = append(notes, "Linux 6.7 and 6.8 know no sha1 in signatures of modules, and verify takes none")
	}
	return notes
}
