package optee

import (
	"context"
	"fmt"
	"strconv"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// String is what people call it.
func (k kind) String() string {
	switch k {
	case kindPlain:
		return "trusted application"
	case kindEncrypted:
		return "encrypted trusted application"
	case kindSubkey:
		return "subkey"
	}
	return strconv.Itoa(int(k))
}

// properties are what a trusted application says of itself.
func (a *app) properties() []formats.Property {
	p := []formats.Property{
		{Name: "type", Value: a.kind.String()},
		{Name: "uuid", Value: a.uuid.String()},
		{Name: "version", Value: strconv.FormatUint(uint64(a.version), 10)},
		{Name: "image", Value: fmt.Sprintf("%d bytes", a.imageSize)},
	}
	if a.sealed != nil {
		p = append(p, formats.Property{Name: "encryption", Value: a.sealed.String()})
	}
	return p
}

// properties are what a subkey says of itself.
func (s *subkey) properties() []formats.Property {
	next := "the same UUID alone"
	if s.nameSize > 0 {
		next = fmt.Sprintf("UUIDs of names of up to %d bytes", s.nameSize)
	}
	return []formats.Property{
		{Name: "type", Value: s.kind.String()},
		{Name: "uuid", Value: s.uuid.String()},
		{Name: "version", Value: strconv.FormatUint(uint64(s.version), 10)},
		{Name: "subkeys below", Value: strconv.FormatUint(uint64(s.depth), 10)},
		{Name: "signs", Value: next},
		{Name: "key", Value: fmt.Sprintf("RSA, %d bits", s.key.N.BitLen())},
	}
}

// Describe says what a trusted application, signed or not, says of itself, and its subkeys from the root key on.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	if !looksSigned(src) {
		return describeELF(src)
	}
	f, err := parse(src)
	if err != nil {
		return nil, err
	}
	var all []formats.Property
	for _, s := range f.chain {
		all = append(all, s.properties()...)
		all = append(all, formats.Property{Name: "algorithm", Value: s.header.alg.String()})
		if s.name != "" {
			all = append(all, formats.Property{Name: "name", Value: s.name})
		}
	}
	if f.ta != nil {
		all = append(all, f.ta.properties()...)
		all = append(all, formats.Property{Name: "algorithm", Value: f.ta.alg.String()})
	}
	return all, ctx.Err()
}

func describeELF(src formats.Source) ([]formats.Property, error) {
	e, ok := readELF(src)
	if !ok {
		return nil, fmt.Errorf("%w: neither a signed trusted application nor the ELF file of one", formats.ErrFormat)
	}
	p := []formats.Property{{Name: "type", Value: "ELF file of a trusted application"}}
	if uuid, ok := e.uuid(); ok {
		p = append(p, formats.Property{Name: "uuid", Value: uuid.String()})
	}
	return p, nil
}

// Strip gives the ELF file back. What is encrypted has to be decrypted first, which takes its key, and a chain of subkeys holds nothing.
func (Format) Strip(_ context.Context, src formats.Source) (*formats.Result, error) {
	if !looksSigned(src) {
		if _, ok := readELF(src); ok {
			return nil, fmt.Errorf("%w: the ELF file of a trusted application", formats.ErrUnsigned)
		}
		return nil, fmt.Errorf("%w: neither a signed trusted application nor the ELF file of one", formats.ErrFormat)
	}
	f, err := parse(src)
	switch {
	case err != nil:
		return nil, err
	case f.ta == nil:
		return nil, issue.New("subkey", formats.ErrFormat, "a chain of subkeys, and no trusted application")
	case f.ta.sealed != nil:
		return nil, issue.New("encrypted", formats.ErrFormat, "without its signature, an encrypted image is nothing that anybody could read")
	}
	return &formats.Result{Edits: []patch.Edit{{Remove: f.ta.image}}}, nil
}
