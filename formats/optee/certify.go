package optee

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"io"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// Subkey is a key to be made a subkey of the one that signs.
type Subkey struct {
	Public   crypto.PublicKey // the subkey's
	UUID     *UUID            // nil below a chain, where it follows from the name
	NameSize uint32           // room, in bytes, for the names of what it signs; 0: it signs what has its own UUID
	MaxDepth *uint32          // how many subkeys may stand below it; nil: one less than above, and 0 below the root key
	Version  uint32           // a device that has seen a higher one refuses it
	Scheme   string           // "pss" or "pkcs1"
	Chain    []byte           // the chain that ends in the key that signs; nil for the root key
	Name     string           // its name below that chain
}

// Certify signs a subkey and returns the chain that ends in it, as OP-TEE's script writes it, with its UUID. Salts come from random.
// Errors: formats.ErrKey, formats.ErrOption.
func Certify(random io.Reader, key crypto.Signer, s Subkey) (made []byte, uuid UUID, err error) {
	signer, err := rsaKey(key.Public())
	if err != nil {
		return nil, uuid, err
	}
	public, err := rsaKey(s.Public)
	if err != nil {
		return nil, uuid, err
	}
	alg, err := algorithmOf(s.Scheme)
	if err != nil {
		return nil, uuid, err
	}
	if s.NameSize > maxName {
		return nil, uuid, issue.New("name-size", formats.ErrOption, "room for names of %d bytes, and %d is the most", s.NameSize, maxName)
	}
	chain, err := chainFor(signer, s.Chain, given(s.Name), optionName)
	if err != nil {
		return nil, uuid, err
	}
	if err := chain.sound(); err != nil {
		return nil, uuid, err
	}
	own := &subkey{nameSize: s.NameSize, version: s.Version, alg: alg, key: public}
	if err := own.place(chain, s); err != nil {
		return nil, uuid, err
	}
	image := own.image()
	h := newHeader(kindSubkey, int64(len(image)), alg, signer.Size())
	sum := hashHead(&h, image)
	h.hash = [sha256.Size]byte(sum.Sum(nil))
	if err := h.sign(random, key); err != nil {
		return nil, uuid, err
	}
	return bytes.Join([][]byte{chain.bytes(), h.bytes(), image}, nil), own.uuid, nil
}

// place gives a subkey its UUID and its depth, below a chain or the root key.
func (s *subkey) place(chain *chain, asked Subkey) error {
	if asked.MaxDepth != nil {
		s.depth = *asked.MaxDepth
	}
	if chain == nil {
		switch {
		case asked.Name != "":
			return issue.New("name", formats.ErrOption, "a name is that below a subkey, and the root key has none")
		case asked.UUID == nil:
			return issue.New("no-uuid", formats.ErrOption, "a subkey of the root key needs a UUID").Advise("--uuid UUID")
		case s.depth > maxBelow:
			return issue.New("max-depth", formats.ErrOption, "%d subkeys below it, and OP-TEE takes %d at most", s.depth, uint32(maxBelow))
		}
		s.uuid = *asked.UUID
		return nil
	}
	leaf := chain.leaf()
	if len(chain.chain) == maxDepth {
		return issue.New("chain-too-long", formats.ErrOption, "the chain has %d subkeys already", maxDepth)
	}
	switch {
	case leaf.depth == 0:
		return issue.New("max-depth", formats.ErrOption, "the subkey %s allows no subkeys below it", leaf.uuid)
	case asked.MaxDepth == nil:
		s.depth = leaf.depth - 1
	case s.depth >= leaf.depth:
		return issue.New("max-depth", formats.ErrOption, "the subkey %s allows %d below it, so this one %d at most", leaf.uuid, leaf.depth, leaf.depth-1)
	}
	s.uuid = chain.next()
	if asked.UUID != nil && *asked.UUID != s.uuid {
		return issue.New("uuid-differs", formats.ErrOption, "the UUID given is %s, and below the subkey it is %s", *asked.UUID, s.uuid)
	}
	return nil
}

// Below is the UUID of what stands below a chain under a name; none for a subkey that has no room for names. Errors: formats.ErrOption.
func Below(chain []byte, name string) (UUID, error) {
	c, err := readChain(chain)
	if err != nil {
		return UUID{}, err
	}
	if err := c.setName(given(name), optionName); err != nil {
		return UUID{}, err
	}
	return c.next(), nil
}

// optionName is what cert optee-subkey calls the name below a chain.
const optionName = "--name"

// given is a text, or nil for none.
func given(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
