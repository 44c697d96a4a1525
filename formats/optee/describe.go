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

// properties are what is signed of a trusted application's name and version.
func (a *app) properties() []formats.Property {
	return nameAndVersion(a.uuid, a.version)
}

func (s *subkey) properties() []formats.Property {
	return nameAndVersion(s.uuid, s.version)
}

func nameAndVersion(uuid UUID, version uint32) []formats.Property {
	return []formats.Property{{Name: "uuid", Value: uuid.String()}, {Name: "version", Value: strconv.FormatUint(uint64(version), 10)}}
}

// describe is all that a trusted application says of itself.
func (a *app) describe() []formats.Property {
	p := append([]formats.Property{{Name: "type", Value: a.kind.String()}}, a.properties()...)
	p = append(p, formats.Property{Name: "image", Value: fmt.Sprintf("%d bytes", a.imageSize)})
	if a.sealed != nil {
		p = append(p, formats.Property{Name: "cipher", Value: a.sealed.String()})
	}
	return append(p, formats.Property{Name: "signed", Value: a.alg.String()})
}

// describe is all that a subkey says of itself.
func (s *subkey) describe() []formats.Property {
	signs := "what has its own UUID"
	if s.nameSize > 0 {
		signs = fmt.Sprintf("UUIDs made of names of at most %d bytes", s.nameSize)
	}
	p := append([]formats.Property{{Name: "type", Value: s.kind.String()}}, s.properties()...)
	p = append(p, formats.Property{Name: "key", Value: fmt.Sprintf("RSA, %d bits", s.key.N.BitLen())}, formats.Property{Name: "signs", Value: signs},
		formats.Property{Name: "below", Value: fmt.Sprintf("at most %d subkeys", s.depth)}, formats.Property{Name: "signed", Value: s.header.alg.String()})
	if s.name != "" {
		p = append(p, formats.Property{Name: "name", Value: s.name})
	}
	return p
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
		all = append(all, s.describe()...)
	}
	if f.ta != nil {
		all = append(all, f.ta.describe()...)
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
