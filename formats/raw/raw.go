// Package raw makes and checks detached signatures of any file: what `openssl dgst` makes, or a CMS message that brings its certificate.
package raw

import (
	"crypto"
	"crypto/ed25519"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Format is any file, with its signature in a file beside it: .sig, or .p7s for CMS.
type Format struct{}

// Name is "raw".
func (Format) Name() string { return "raw" }

// Apart says that a file that is signed stays as it is.
func (Format) Apart(formats.Source, formats.Values) bool { return true }

// Timed says that a CMS signature tells when it was made.
func (Format) Timed(options formats.Values) bool { return options.Bool(optionCMS) }

// Summary is one line of help.
func (Format) Summary() string {
	return "any file, signed beside it: FILE.sig as openssl dgst makes, or FILE.p7s (CMS)"
}

// Files is nil: no name says that a file is to be signed so.
func (Format) Files() []string { return nil }

// Sniff is always false: this format must be asked for by name.
func (Format) Sniff(formats.Source) bool { return false }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionHash, Kind: formats.String, Default: defaultHash, Enum: []string{"sha256", "sha384", "sha512"}, Sign: true, Verify: true,
			Help: "hash that is signed; a .sig file does not say which it was (not used with Ed25519 keys)"},
		{Name: optionCMS, Kind: formats.Bool, Default: "false", Sign: true,
			Help: "make a detached CMS signature (.p7s) that carries the certificate and the signing time"},
		{Name: optionEncoding, Kind: formats.String, Default: encodingDER, Enum: []string{encodingDER, encodingP1363, encodingTezos}, Sign: true, Verify: true,
			Help: "how a .sig file writes the signature: der as openssl does, p1363 for r and s of ECDSA at fixed width, tezos for its base58 text"},
		{Name: optionSignature, Kind: formats.File, Verify: true,
			Help: "the signature, .sig or .p7s, when it is not beside the file"},
	}
}

const (
	optionHash      = "hash"
	optionCMS       = "cms"
	optionEncoding  = "encoding"
	optionSignature = "signature"
	defaultHash     = "sha256"

	suffixSig = ".sig"
	suffixCMS = ".p7s"
)

// MaxMessage is the largest file, in bytes, that an Ed25519 key signs without CMS: it takes the whole file at once.
const MaxMessage = 64 << 20

func isEd25519(pub crypto.PublicKey) bool {
	_, ok := pub.(ed25519.PublicKey)
	return ok
}

// unsuited tells of a key that is for other formats: ML-DSA for kmod and imx-ahab, BLS12-381 for tezos.
func unsuited(pub crypto.PublicKey) bool {
	_, is := pub.(sigalg.MessageKey)
	return is
}

// message reads a file that Ed25519 is to sign or has signed.
func message(src formats.Source) ([]byte, error) {
	if src.Size() > MaxMessage {
		return nil, fmt.Errorf("%w: Ed25519 signs whole files of at most %d MiB, unless in CMS; this one has %d bytes",
			formats.ErrFormat, MaxMessage>>20, src.Size())
	}
	b := make([]byte, src.Size())
	if err := patch.ReadFull(src, b, 0); err != nil {
		return nil, err
	}
	return b, nil
}

func hashOption(v formats.Values) (crypto.Hash, error) {
	return sigalg.ParseHash(v.String(optionHash, defaultHash))
}
