package kmod

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/ulikunitz/xz"
	"github.com/ulikunitz/xz/lzma"
)

// Limits of an xz stream, checked before anything is unpacked, for unpacking allocates what a header asks for.
const (
	maxDictionary = 64 << 20 // bytes: what `xz -9` uses
	maxAllocation = 1 << 30  // bytes of dictionary, over all blocks
)

var errXZ = errors.New("damaged data")

// An xz file (The .xz File Format 1.2.0) that modules are packed in:
//
//	+-----------------------------+ 0
//	| magic, flags, CRC           |   12 bytes
//	+-----------------------------+
//	| block: header size s        |   1 byte; the header has 4(s+1) bytes
//	|   flags                     |   1 byte; bits 0-1 number of filters - 1, 6 and 7: sizes follow
//	|   sizes                     |   0 to 2 numbers of 7 bits a byte
//	|   filter 21 01 d            |   LZMA2 with one byte d for the dictionary's size
//	|   padding, CRC              |
//	|   LZMA2 chunks, 00          |   each with its sizes before it
//	|   padding to 4, check       |
//	+-----------------------------+   more blocks
//	| 00, index, footer           |
//	+-----------------------------+
const xzHeaderSize = 12

// checkXZ walks over the blocks and adds up what unpacking them would take. All else is the unpacker's to check.
func checkXZ(packed []byte) (size int, err error) {
	if len(packed) < xzHeaderSize {
		return 0, errXZ
	}
	checkSize, ok := map[byte]int{0: 0, 1: 4, 4: 8, 10: 32}[packed[7]]
	if !ok {
		return 0, fmt.Errorf("check type %d is not known", packed[7])
	}
	allocated := int64(0)
	for at := xzHeaderSize; ; {
		if at >= len(packed) {
			return 0, errXZ
		}
		if packed[at] == 0 {
			return size, nil
		}
		dictionary, headerSize, err := xzBlock(packed[at:])
		if err != nil {
			return 0, err
		}
		at += headerSize
		used, unpacked, err := chunks(packed[at:], maxModule-size)
		if err != nil {
			return 0, err
		}
		at += (used+3)&^3 + checkSize
		size += unpacked
		if allocated += dictionary; allocated > maxAllocation {
			return 0, errors.New("too many blocks")
		}
	}
}

// xzBlock reads a block's header: how large a dictionary it wants, and its own size.
func xzBlock(b []byte) (dictionary int64, size int, err error) {
	size = 4 * (int(b[0]) + 1)
	if len(b) < size || size < 8 {
		return 0, 0, errXZ
	}
	flags, rest := b[1], b[2:size]
	if flags&3 != 0 {
		return 0, 0, errors.New("filters other than LZMA2 are not supported")
	}
	for _, present := range []bool{flags&0x40 != 0, flags&0x80 != 0} {
		if !present {
			continue
		}
		_, n := binary.Uvarint(rest)
		if n <= 0 {
			return 0, 0, errXZ
		}
		rest = rest[n:]
	}
	if len(rest) < 3 || rest[0] != 0x21 || rest[1] != 1 {
		return 0, 0, errors.New("filters other than LZMA2 are not supported")
	}
	dictionary, err = lzma.DecodeDictCap(rest[2])
	if err != nil || dictionary > maxDictionary {
		return 0, 0, fmt.Errorf("the dictionary is larger than %d MiB", maxDictionary>>20)
	}
	return dictionary, size, nil
}

// chunks walks over a block's LZMA2 chunks: how many bytes they are, and how many they unpack to, at most limit.
//
//	00                                      the end
//	01 or 02, size-1: 2                     as they are
//	80 and up, size-1: 2, packed size-1: 2  packed; from c0 on a byte of properties follows; the low five bits are the size's top
func chunks(b []byte, limit int) (used, size int, err error) {
	for {
		rest := b[min(used, len(b)):]
		if len(rest) > 0 && rest[0] == 0 {
			return used + 1, size, nil
		}
		if len(rest) < 6 {
			return 0, 0, errXZ
		}
		control, low := rest[0], int(binary.BigEndian.Uint16(rest[1:]))+1
		switch {
		case control >= 0x80:
			size += int(control&0x1f)<<16 + low
			used += 5 + int(binary.BigEndian.Uint16(rest[3:])) + 1
			if control >= 0xc0 {
				used++
			}
		case control <= 2:
			size += low
			used += 3 + low
		default:
			return 0, 0, errXZ
		}
		if size > limit {
			return 0, 0, errTooLarge
		}
	}
}

func unxz(packed []byte) ([]byte, error) {
	size, err := checkXZ(packed)
	if err != nil {
		return nil, err
	}
	r, err := xz.ReaderConfig{SingleStream: true}.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return readModule(r, size)
}

// xzPack is `xz --check=crc32 --lzma2=dict=1MiB`, which is what kernels pack their modules with: theirs checks no other sum.
// The result is some 15 to 20 % larger than that of xz itself.
func xzPack(module []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := xz.WriterConfig{CheckSum: xz.CRC32, DictCap: 1 << 20}.NewWriter(&b)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(module); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// xzHead unpacks the first bytes with the smallest of dictionaries, whatever the header asks for: they can't reach further back.
func xzHead(packed []byte) (head []byte, cut bool) {
	if len(packed) <= xzHeaderSize || packed[xzHeaderSize] == 0 {
		return nil, false
	}
	_, size, err := xzBlock(packed[xzHeaderSize:])
	if err != nil {
		return nil, false
	}
	r, err := lzma.Reader2Config{DictCap: lzma.MinDictCap}.NewReader2(bytes.NewReader(packed[xzHeaderSize+size:]))
	if err != nil {
		return nil, false
	}
	return readHead(r), false
}
