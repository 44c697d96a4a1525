package optee

import (
	"crypto/rsa"
	"fmt"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
)

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
