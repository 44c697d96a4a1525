package optee

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// chain is subkeys that another one, or a trusted application, is put behind.
type chain struct {
	*file
	raw  []byte
	name []byte // that goes behind it, filled up with zeros
}

// readChain reads what cert optee-subkey wrote. Errors: formats.ErrOption.
func readChain(data []byte) (*chain, error) {
	f, err := parse(patch.Bytes(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", formats.ErrOption, err)
	}
	if f.ta != nil {
		return nil, fmt.Errorf("%w: a trusted application, and no chain of subkeys", formats.ErrOption)
	}
	return &chain{file: f, raw: data}, nil
}

// sound tells whether each subkey is signed by the one before it, as a device will. Who signed the first is not known here. Errors: formats.ErrOption.
func (c *chain) sound() error {
	if c == nil {
		return nil
	}
	keys := formats.Keys{}
	keys.Options.SetBytes(optionSubkey, c.raw)
	found, err := Format{}.Verify(context.Background(), patch.Bytes(c.raw), keys)
	for _, s := range found {
		if err == nil && !s.Aside {
			err = s.Err
		}
	}
	if err != nil {
		return issue.New("chain-broken", formats.ErrOption, "--%s: a subkey in the chain was changed, or is not signed by the one before it", optionSubkey).
			Advise("sigtool verify optee -k with the root key's public half tells which")
	}
	return nil
}

// leaf is the last subkey.
func (c *chain) leaf() *subkey { return c.chain[len(c.chain)-1] }

// setName says which name stands between the chain and what is put behind it. Errors: formats.ErrOption.
func (c *chain) setName(name *string, option string) error {
	leaf := c.leaf()
	switch {
	case leaf.nameSize == 0 && name != nil:
		return issue.New("name", formats.ErrOption, "%s: the subkey %s has no room for names: what it signs has its own UUID", option, leaf.uuid)
	case leaf.nameSize > 0 && name == nil:
		return issue.New("name", formats.ErrOption, "the subkey %s makes a UUID of a name, and none is given", leaf.uuid).Advise(option + " NAME")
	case name == nil:
		return nil
	case len(*name) > int(leaf.nameSize):
		return issue.New("name", formats.ErrOption, "%s: %d bytes, and the subkey has room for %d", option, len(*name), leaf.nameSize)
	case strings.Contains(*name, "\x00"):
		return issue.New("name", formats.ErrOption, "%s: a name has no zero bytes", option)
	}
	leaf.name = *name
	c.name = append([]byte(*name), bytes.Repeat([]byte{0}, int(leaf.nameSize)-len(*name))...)
	return nil
}

// next is the UUID of what is put behind the chain.
func (c *chain) next() UUID { return c.leaf().next() }

// bytes are the chain and the name; nothing for no chain.
func (c *chain) bytes() []byte {
	if c == nil {
		return nil
	}
	return append(bytes.Clone(c.raw), c.name...)
}
