package optee

import (
	"encoding/binary"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// file is a signed trusted application, or a chain of subkeys with none behind it.
type file struct {
	chain []*subkey // the one that the root key signed first
	ta    *app      // nil where the file ends with the chain
}

// maxDepth bounds a chain. OP-TEE has no bound but the max_depth of the first; nobody uses more than two.
const maxDepth = 8

// app is what follows the header of a trusted application (struct shdr_bootstrap_ta and shdr_encrypted_ta):
//
//	0   16   UUID
//	16  4    version
//	if encrypted:
//	20  4    how: AES-GCM
//	24  4    whose key: 0 the device's, 1 that of a class of devices
//	28  2    size of the nonce, 12
//	30  2    size of the tag, 16
//	32  12   the nonce
//	44  16   the tag
//	then the image, up to the end of the file
type app struct {
	*header
	uuid    UUID
	version uint32
	sealed  *sealing // nil for an image that is not encrypted
	image   int64    // where it begins
}

const (
	uuidSize = 16
	appSize  = 20
)

// parse reads a signed file. Errors: formats.ErrFormat.
func parse(src formats.Source) (*file, error) {
	f := &file{}
	for at := int64(0); ; {
		h, err := readHeader(src, at)
		if err != nil {
			return nil, err
		}
		if h.kind != kindSubkey {
			f.ta, err = readApp(src, h)
			return f, err
		}
		if len(f.chain) == maxDepth {
			return nil, issue.New("chain-too-long", formats.ErrFormat, "a chain of more than %d subkeys", maxDepth)
		}
		key, err := readSubkey(src, h)
		if err != nil {
			return nil, err
		}
		f.chain = append(f.chain, key)
		if at = h.body() + h.imageSize; at == src.Size() {
			return f, nil // what cert optee-subkey makes ends here
		}
		if key.name, err = readName(src, at, key.nameSize); err != nil {
			return nil, err
		}
		at += int64(key.nameSize)
	}
}

// readApp reads what follows a trusted application's header.
func readApp(src formats.Source, h *header) (*app, error) {
	ta := &app{header: h, image: h.body() + appSize}
	b := make([]byte, appSize)
	if err := read(src, b, h.body()); err != nil {
		return nil, err
	}
	copy(ta.uuid[:], b)
	ta.version = binary.LittleEndian.Uint32(b[uuidSize:])
	if h.kind == kindEncrypted {
		var err error
		if ta.sealed, err = readSealing(src, ta.image); err != nil {
			return nil, err
		}
		ta.image += sealingSize
	}
	if end := ta.image + h.imageSize; end != src.Size() {
		return nil, issue.New("image-size", formats.ErrFormat, "the header says that the file has %d bytes, and it has %d", end, src.Size()).
			Advise("fetch or make it again")
	}
	return ta, nil
}

// head is what stands between the signature and the image.
func (a *app) head() []byte {
	b := binary.LittleEndian.AppendUint32(append([]byte(nil), a.uuid[:]...), a.version)
	if a.sealed != nil {
		b = append(b, a.sealed.bytes()...)
	}
	return b
}
