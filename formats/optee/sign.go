package optee

import (
	"bytes"
	"context"
	"crypto"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Sign puts a signed header in front of an ELF file, or in place of the one that a .ta has, whose UUID, version and image stay. The key must be RSA
// of 2048, 3072 or 4096 bits. With --enc-key the image is encrypted; one that is encrypted already keeps its cipher text, and is
// decrypted only to be hashed. A version that goes back is refused unless forced.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	key, err := rsaKey(req.Key.Public())
	if err != nil {
		return nil, err
	}
	o, err := readOptions(req.Options)
	if err != nil {
		return nil, err
	}
	defer clear(o.aes)
	in, err := readInput(src)
	if err != nil {
		return nil, err
	}
	chain, err := chainFor(key, o.subkey, o.name, "--"+optionSubkeyName)
	if err != nil {
		return nil, err
	}
	ta := &app{sealed: in.sealed}
	if ta.uuid, err = in.chooseUUID(o.uuid, chain); err != nil {
		return nil, err
	}
	if ta.version, err = in.chooseVersion(o.version, req.Force); err != nil {
		return nil, err
	}
	alg := algPSS
	switch {
	case o.scheme != nil:
		alg = *o.scheme
	case in.signed != nil:
		alg = in.signed.ta.alg
	}
	edit, err := in.build(ctx, ta, alg, o, key.Size())
	if err != nil {
		return nil, err
	}
	if err := ta.sign(req.Rand, req.Key); err != nil {
		return nil, err
	}
	edit.Insert = bytes.Join([][]byte{chain.bytes(), ta.bytes(), ta.head(), edit.Insert}, nil)
	result := &formats.Result{Edits: []patch.Edit{edit}}
	if o.aes != nil {
		result.Warnings = aesWarnings(o.aes)
	}
	return result, nil
}

// sign signs the header's hash.
func (h *header) sign(random io.Reader, key crypto.Signer) (err error) {
	if h.alg == algPSS {
		h.sig, err = sigalg.SignPSS(random, key, crypto.SHA256, h.hash[:])
	} else {
		h.sig, err = sigalg.Sign(key, crypto.SHA256, h.hash[:])
	}
	if err != nil {
		return fmt.Errorf("%w: %w", formats.ErrKey, err)
	}
	return nil
}

// build fills the header in up to its signature, and returns the edit that puts the image behind it: what it leaves of the source stays as it is.
func (in *input) build(ctx context.Context, ta *app, alg algorithm, o asked, sigSize int) (patch.Edit, error) {
	k, keep := kindPlain, patch.Edit{Remove: in.at}
	if o.aes != nil || in.sealed != nil {
		k = kindEncrypted
	}
	h := newHeader(k, in.size, alg, sigSize)
	ta.header, ta.image = &h, in.at
	switch {
	case in.sealed == nil && o.aes == nil:
		return keep, ta.hashImage(ctx, in.src, in.at)
	case in.sealed == nil:
		encrypted, err := in.encrypt(ctx, ta, o)
		return patch.Edit{Remove: in.src.Size(), Insert: encrypted}, err
	case o.aes == nil:
		return keep, issue.New("encrypted", formats.ErrOption, "the image is encrypted, and it is its plain text that is signed").Advise("--enc-key FILE")
	}
	sealed := *in.sealed
	if o.class != nil {
		sealed.class = *o.class
	}
	ta.sealed = &sealed
	plain, err := ta.open(ctx, o.aes, in.src)
	if err != nil {
		return keep, err
	}
	defer clear(plain)
	return keep, ta.hashImage(ctx, bytes.NewReader(plain), 0)
}

// encrypt encrypts a plain image, and hashes it.
func (in *input) encrypt(ctx context.Context, ta *app, o asked) ([]byte, error) {
	image, err := readImage(ctx, in.src, in.at, in.size)
	if err != nil {
		return nil, err
	}
	ta.sealed = &sealing{class: o.class != nil && *o.class}
	if image, err = ta.seal(o.aes, image); err != nil {
		return nil, err
	}
	return image, ta.hashImage(ctx, in.src, in.at)
}

// hashImage fills in the hash that is signed; src has the plain image at at.
func (a *app) hashImage(ctx context.Context, src io.ReaderAt, at int64) error {
	sum := hashHead(a.header, a.head())
	err := hashRange(ctx, sum, src, at, a.imageSize)
	sum.Sum(a.hash[:0])
	return err
}
