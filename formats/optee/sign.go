package optee

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
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

// maxImage bounds an image, in bytes: a trusted application is loaded into the secure memory, which is some tens of MiB.
const maxImage = 512 << 20

// input is what is to be signed.
type input struct {
	src    formats.Source
	signed *file // nil for an ELF file
	at     int64 // where the image begins
	size   int64
	sealed *sealing // of an image that is encrypted
}

// readInput finds the image. Errors: formats.ErrFormat.
func readInput(src formats.Source) (*input, error) {
	in := &input{src: src, size: src.Size()}
	if looksSigned(src) {
		f, err := parse(src)
		if err != nil {
			return nil, err
		}
		if f.ta == nil {
			return nil, issue.New("subkey", formats.ErrFormat, "a chain of subkeys, and no trusted application").Advise("sigtool cert optee-subkey adds to a chain")
		}
		in.signed, in.at, in.size, in.sealed = f, f.ta.image, f.ta.imageSize, f.ta.sealed
	}
	if in.sealed == nil {
		e, ok := readELF(in.plain())
		if !ok {
			return nil, fmt.Errorf("%w: neither a signed trusted application nor the ELF file of one (a little-endian shared object)", formats.ErrFormat)
		}
		if !e.whole() {
			return nil, issue.New("cut-off", formats.ErrFormat, "the ELF file ends before its section headers do").Advise("fetch or make it again")
		}
	}
	if in.size > maxImage {
		return nil, issue.New("image-too-large", formats.ErrFormat, "an image of %d bytes, and no device has memory for more than %d", in.size, maxImage)
	}
	return in, nil
}

// plain is the image as a file of its own.
func (in *input) plain() formats.Source { return io.NewSectionReader(in.src, in.at, in.size) }

// chainFor reads the chain that the signing key must end; nil for none. The name below it was given by an option. Errors: formats.ErrOption.
func chainFor(key *rsa.PublicKey, data []byte, name *string, option string) (*chain, error) {
	if data == nil {
		return nil, nil
	}
	c, err := readChain(data)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", optionSubkey, err)
	}
	if leaf := c.leaf(); !formats.SameKey(leaf.key, key) {
		return nil, issue.New("not-the-subkey", formats.ErrOption, "--%s: its last subkey, %s, is of another key than the one that signs", optionSubkey, leaf.uuid)
	}
	return c, c.setName(name, option)
}

// chooseUUID says which UUID the trusted application gets. All that say one must agree: OP-TEE loads no other.
func (in *input) chooseUUID(given *UUID, chain *chain) (UUID, error) {
	if in.signed != nil && len(in.signed.chain) > 0 && chain == nil {
		return UUID{}, issue.New("subkey-needed", formats.ErrOption, "the trusted application stands below a subkey").
			Advise("--subkey FILE with the chain and --subkey-name, or sigtool strip first")
	}
	var said []saying
	if given != nil {
		said = append(said, saying{*given, "--" + optionUUID})
	}
	if in.signed != nil {
		said = append(said, saying{in.signed.ta.uuid, "the signed header"})
	}
	if chain != nil {
		said = append(said, saying{chain.next(), "the name below the subkey"})
	}
	if in.sealed == nil {
		if e, ok := readELF(in.plain()); ok {
			if uuid, ok := e.uuid(); ok {
				said = append(said, saying{uuid, taHead})
			}
		}
	}
	if len(said) == 0 {
		return UUID{}, issue.New("no-uuid", formats.ErrOption, "the ELF file has no section %s, which says the UUID", taHead).Advise("--uuid UUID, the one in the file's name")
	}
	for _, s := range said[1:] {
		if s.uuid != said[0].uuid {
			return UUID{}, issue.New("uuid-differs", formats.ErrOption, "%s says %s, and %s says %s", said[0].where, said[0].uuid, s.where, s.uuid).
				Advise("a trusted application is built for its UUID (user_ta_header_defines.h)")
		}
	}
	return said[0].uuid, nil
}

// saying is a UUID with who says it.
type saying struct {
	uuid  UUID
	where string
}

// chooseVersion says which version it gets.
func (in *input) chooseVersion(given *uint32, force bool) (uint32, error) {
	var had uint32
	if in.signed != nil {
		had = in.signed.ta.version
	}
	switch {
	case given == nil:
		return had, nil
	case *given < had && !force:
		return 0, issue.New("version-goes-back", formats.ErrOption, "its version is %d, and it would get %d: a device that has seen the higher one refuses the lower", had, *given).
			Advise("-f if no device has seen it")
	}
	return *given, nil
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
