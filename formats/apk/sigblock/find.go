package sigblock

import (
	"encoding/binary"
	"fmt"
	"math"

	"sigtool/formats"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// The block stands right before the central directory ("APK Signing Block" in the APK v2 spec):
//
//	u64 size of what follows
//	    u64 length of the pair | u32 id | value, length-4 bytes      any number of these
//	u64 size again | "APK Sig Block 42"
const (
	magic      = "APK Sig Block 42"
	footerSize = 8 + int64(len(magic))
	// maxValue bounds what is read, in bytes: ten signers with the largest keys there are need a hundredth of it.
	maxValue = 4 << 20
	// maxPairs bounds what is looked at; apksigner writes at most five.
	maxPairs = 10000
)

// Find looks for the block before the central directory: nil when there is none. The error says that a block is there but damaged, or that it
// could not be read. Android takes a damaged block for none, and of damaged pairs those before the damage: so with the error comes either no block,
// or one with these pairs. It wraps formats.ErrMismatch then. formats.ErrFormat says that a limit of ours was met, which is none of Android's; anything
// else is what reading gave.
func Find(src patch.Source, a *zipdir.Archive) (*Block, error) {
	if a.Directory+a.DirSize != a.End || a.Directory < 8+footerSize {
		return nil, nil // with bytes behind the directory Android looks for no block
	}
	var footer [footerSize]byte
	if err := patch.ReadFull(src, footer[:], a.Directory-footerSize); err != nil {
		return nil, err
	}
	if string(footer[8:]) != magic {
		return nil, nil
	}
	size := binary.LittleEndian.Uint64(footer[:])
	if size < uint64(footerSize) || size > math.MaxInt32-8 || int64(size)+8 > a.Directory {
		return nil, damage("its size of %d bytes can't be", size)
	}
	b := &Block{Offset: a.Directory - int64(size) - 8, Size: int64(size) + 8}
	var header [8]byte
	if err := patch.ReadFull(src, header[:], b.Offset); err != nil {
		return nil, err
	}
	if first := binary.LittleEndian.Uint64(header[:]); first != size {
		return nil, damage("it gives its size as %d and as %d bytes", first, size)
	}
	return b, b.readPairs(src)
}

// readPairs reads the pairs up to the first that is damaged.
func (b *Block) readPairs(src patch.Source) error {
	end := b.Offset + b.Size - footerSize
	for at := b.Offset + 8; at < end; {
		if len(b.Pairs) == maxPairs {
			return fmt.Errorf("%w: the signing block has more than %d pairs", formats.ErrFormat, maxPairs)
		}
		var header [12]byte
		if end-at < int64(len(header)) {
			return damage("pair %d ends early", len(b.Pairs)+1)
		}
		if err := patch.ReadFull(src, header[:], at); err != nil {
			return err
		}
		length := binary.LittleEndian.Uint64(header[:])
		if length < 4 || length > uint64(end-at-8) {
			return damage("pair %d has the length %d", len(b.Pairs)+1, length)
		}
		pair := Pair{ID: binary.LittleEndian.Uint32(header[8:])}
		if wanted(pair.ID) && !b.has(pair.ID) {
			if length > maxValue {
				return fmt.Errorf("%w: pair %d (0x%08x) of the signing block has %d bytes, more than %d", formats.ErrFormat, len(b.Pairs)+1, pair.ID, length, maxValue)
			}
			pair.Value = make([]byte, length-4)
			if err := patch.ReadFull(src, pair.Value, at+12); err != nil {
				return err
			}
		}
		b.Pairs = append(b.Pairs, pair)
		at += 8 + int64(length)
	}
	return nil
}

// has tells whether a pair of that id was read already: the first counts.
func (b *Block) has(id uint32) bool {
	_, there := b.Value(id)
	return there
}

// wanted tells whether a value is read: that of signatures and stamps. What stores and build tools add can be of any size.
func wanted(id uint32) bool {
	switch id {
	case V2, V3, V31, StampV1, StampV2:
		return true
	}
	return false
}

func damage(format string, args ...any) error {
	return fmt.Errorf("%w: the signing block is damaged: %s", formats.ErrMismatch, fmt.Sprintf(format, args...))
}
