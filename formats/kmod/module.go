package kmod

import (
	"fmt"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// module is a kernel module as a kernel sees it, unpacked, with what stands behind it.
type module struct {
	file       formats.Source // as it came
	body       formats.Source // the file, or what it unpacks to
	size       int64          // bytes of body that are the module; what stands behind them are signatures
	inner      int            // signatures in body
	outer      int            // signatures behind a packed file, where no kernel looks for them
	packedSize int64          // bytes of file without those
	codec      *codec         // nil: the file is not packed
}

// openModule finds the module in a file, behind any compression and before any signature. Errors: ErrFormat.
func openModule(src formats.Source) (*module, error) {
	size, signatures, err := payloadSize(src, src.Size())
	if err != nil {
		return nil, err
	}
	m := &module{file: src, body: src, size: size, inner: signatures}
	if c := findCodec(src, size); c != nil {
		data, err := c.open(src, size)
		if err != nil {
			return nil, err
		}
		m.body, m.codec, m.outer, m.packedSize = patch.Bytes(data), c, signatures, size
		if m.size, m.inner, err = payloadSize(m.body, m.body.Size()); err != nil {
			return nil, err
		}
		if findCodec(m.body, m.size) != nil {
			return nil, fmt.Errorf("%w: compressed twice", formats.ErrFormat)
		}
	}
	if !isModule(m.body, m.size) {
		return nil, fmt.Errorf("%w: not a whole kernel module", formats.ErrFormat)
	}
	return m, nil
}

// ending returns the one edit that leaves the module with this behind it and no signature besides. A packed module is packed again as a whole.
func (m *module) ending(tail []byte) (patch.Edit, error) {
	if m.codec == nil {
		return patch.Edit{Offset: m.size, Remove: m.file.Size() - m.size, Insert: tail}, nil
	}
	if m.inner == 0 && len(tail) == 0 {
		return patch.Edit{Offset: m.packedSize, Remove: m.file.Size() - m.packedSize}, nil
	}
	data := make([]byte, m.size, m.size+int64(len(tail)))
	if err := patch.ReadFull(m.body, data, 0); err != nil {
		return patch.Edit{}, err
	}
	packed, err := m.codec.pack(append(data, tail...))
	if err != nil {
		return patch.Edit{}, fmt.Errorf("%s: %v", m.codec.name, err)
	}
	return patch.Edit{Remove: m.file.Size(), Insert: packed}, nil
}

// signatures is how many there are, wherever they stand.
func (m *module) signatures() int { return m.inner + m.outer }

// of says which bytes are meant, where they are not the file's.
func (m *module) of() string {
	if m.codec == nil {
		return ""
	}
	return " of the unpacked module"
}
