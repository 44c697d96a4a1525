package optee

import (
	"bytes"
	"crypto/rsa"
	"encoding/binary"
	"math"
	"math/big"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// subkey is what follows the header of a public key (struct shdr_subkey), with the name behind it:
//
//	0   16   UUID
//	16  4    size of the name that follows the image, in bytes; 0: what follows has the same UUID
//	20  4    version; a device that has seen a higher one refuses it
//	24  4    how many subkeys may follow
//	28  4    algorithm
//	32  4    how many attributes
//	36  12n  the attributes: id, offset from here, size
//	…        their values; the modulus and the exponent are big-endian
//	end of the image, and of what is signed
//	…        the name, filled up with zeros; only where something follows
type subkey struct {
	*header
	uuid     UUID
	nameSize uint32
	version  uint32
	depth    uint32
	alg      algorithm
	key      *rsa.PublicKey
	name     string
}

const (
	subkeySize = 36
	attrSize   = 12
	maxAttrs   = 16
	maxSubkey  = 4096 // bytes of an image; of RSA-4096 it has 577
	maxName    = 1024
	maxChain   = 64 << 10 // bytes of a chain: eight of the largest, with names

	maxBelow = math.MaxUint32 - 1 // subkeys below the first one: OP-TEE wants fewer than UINT32_MAX

	attrModulus  = 0xD0000130
	attrExponent = 0xD0000230
)

// readSubkey reads what follows a subkey's header, up to the end of what is signed. Errors: formats.ErrFormat.
func readSubkey(src formats.Source, h *header) (*subkey, error) {
	if h.imageSize < subkeySize || h.imageSize > maxSubkey {
		return nil, issue.New("subkey-size", formats.ErrFormat, "a subkey of %d bytes", h.imageSize)
	}
	b := make([]byte, h.imageSize)
	if err := read(src, b, h.body()); err != nil {
		return nil, err
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(b[at:]) }
	s := &subkey{header: h, uuid: UUID(b[:uuidSize]), nameSize: u32(16), version: u32(20), depth: u32(24), alg: algorithm(u32(28))}
	switch count := u32(32); {
	case s.nameSize > maxName:
		return nil, issue.New("name-size", formats.ErrFormat, "a subkey with room for a name of %d bytes", s.nameSize)
	case !s.alg.known():
		return nil, issue.New("algorithm", formats.ErrFormat, "a subkey for algorithm %s, which is neither RSA-PSS nor PKCS#1 v1.5 with SHA-256", s.alg)
	case count > maxAttrs || subkeySize+attrSize*int64(count) > h.imageSize:
		return nil, issue.New("subkey-attributes", formats.ErrFormat, "a subkey of %d bytes with %d attributes", h.imageSize, count)
	}
	modulus, err := attribute(b, attrModulus)
	if err != nil {
		return nil, err
	}
	exponent, err := attribute(b, attrExponent)
	if err != nil {
		return nil, err
	}
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	if !fits(n.BitLen()) || n.Bit(0) == 0 || e.BitLen() > 31 || e.Int64() < 3 || e.Bit(0) == 0 {
		return nil, issue.New("subkey-key", formats.ErrFormat, "a subkey that is no RSA key of 2048, 3072 or 4096 bits")
	}
	s.key = &rsa.PublicKey{N: n, E: int(e.Int64())}
	return s, nil
}

// attribute is the value of an attribute of a subkey's image. Its place is checked, whichever it is.
func attribute(image []byte, id uint32) (value []byte, err error) {
	for at := subkeySize; at < subkeySize+attrSize*int(binary.LittleEndian.Uint32(image[32:])); at += attrSize {
		offset, size := binary.LittleEndian.Uint32(image[at+4:]), binary.LittleEndian.Uint32(image[at+8:])
		if uint64(offset)+uint64(size) > uint64(len(image)) {
			return nil, issue.New("subkey-attributes", formats.ErrFormat, "a subkey's attribute of %d bytes at %d, and it has %d", size, offset, len(image))
		}
		if binary.LittleEndian.Uint32(image[at:]) != id {
			continue
		}
		if value != nil {
			return nil, issue.New("subkey-attributes", formats.ErrFormat, "a subkey with attribute 0x%08x twice", id)
		}
		value = image[offset : offset+size : offset+size]
	}
	if value == nil {
		return nil, issue.New("subkey-attributes", formats.ErrFormat, "a subkey without attribute 0x%08x", id)
	}
	return value, nil
}

// readName reads the name behind a subkey. OP-TEE hashes it up to the first zero and looks at nothing behind it; there, something could be hidden.
func readName(src formats.Source, at int64, size uint32) (string, error) {
	b := make([]byte, size)
	if err := read(src, b, at); err != nil {
		return "", err
	}
	name, rest, _ := bytes.Cut(b, []byte{0})
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return "", issue.New("name-padding", formats.ErrFormat, "something stands behind a subkey's name, where zeros must be")
	}
	return string(name), nil
}

// next is the UUID of what follows this subkey.
func (s *subkey) next() UUID {
	if s.nameSize == 0 {
		return s.uuid
	}
	return s.uuid.below(s.name)
}

// image is what is signed of a subkey with the key in it. OP-TEE's script writes the modulus with a zero in front, and so does this.
func (s *subkey) image() []byte {
	n, e := minimal(s.key.N), minimal(big.NewInt(int64(s.key.E)))
	values := uint32(subkeySize + 2*attrSize)
	b := append([]byte(nil), s.uuid[:]...)
	for _, word := range []uint32{
		s.nameSize, s.version, s.depth, uint32(s.alg), 2,
		attrModulus, values, uint32(len(n)),
		attrExponent, values + uint32(len(n)), uint32(len(e)),
	} {
		b = binary.LittleEndian.AppendUint32(b, word)
	}
	return append(append(b, n...), e...)
}

// minimal is a number as ASN.1 writes it: big-endian, and with a zero in front where the first bit is set.
func minimal(n *big.Int) []byte {
	return n.FillBytes(make([]byte, n.BitLen()/8+1))
}
