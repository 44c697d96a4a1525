package axml

import (
	"bytes"
	"unicode/utf16"
)

// attr is an attribute to be built: a resource id, or a name where it is 0; and a value, of which text makes a string.
type attr struct {
	id    uint32
	name  string
	kind  byte
	value uint32
	text  string
}

// elem is an element to be built, with those inside it.
type elem struct {
	name   string
	space  string
	attrs  []attr
	inside []elem
}

// builder writes a binary manifest.
type builder struct {
	utf8    bool
	ids     []uint32 // the pool begins with the names of these
	strings []string
	body    bytes.Buffer
}

func words(list ...uint32) (b []byte) {
	for _, v := range list {
		b = le.AppendUint32(b, v)
	}
	return b
}

func piece(kind, header uint16, rest ...[]byte) []byte {
	body := bytes.Join(rest, nil)
	b := le.AppendUint16(le.AppendUint16(nil, kind), header)
	return append(le.AppendUint32(b, uint32(8+len(body))), body...)
}

// build makes the file.
func build(asUTF8 bool, roots ...elem) []byte {
	b := &builder{utf8: asUTF8, ids: []uint32{attrDebuggable, attrMinSDK, attrTargetSDK, attrTargetSandboxVersion}}
	b.strings = []string{"debuggable", "minSdkVersion", "targetSdkVersion", "targetSandboxVersion"}
	for _, e := range roots {
		b.element(e)
	}
	content := append(b.pool(), piece(typeResourceMap, 8, words(b.ids...))...)
	return piece(typeXML, 8, content, b.body.Bytes())
}

func (b *builder) index(s string) uint32 {
	for i := len(b.ids); i < len(b.strings); i++ {
		if b.strings[i] == s {
			return uint32(i)
		}
	}
	b.strings = append(b.strings, s)
	return uint32(len(b.strings) - 1)
}

func (b *builder) element(e elem) {
	space := uint32(none)
	if e.space != "" {
		space = b.index(e.space)
	}
	var attrs []byte
	for _, a := range e.attrs {
		name := uint32(0)
		if a.id == 0 {
			name = b.index(a.name)
		}
		for i, id := range b.ids {
			if id == a.id {
				name = uint32(i)
			}
		}
		value := a.value
		if a.kind == kindString {
			value = b.index(a.text)
		}
		attrs = append(attrs, words(none, name, none, 8|uint32(a.kind)<<24, value)...)
	}
	name := b.index(e.name)
	b.body.Write(piece(typeStartElement, 16, words(1, none, space, name, 20|20<<16, uint32(len(e.attrs)), 0), attrs))
	for _, inner := range e.inside {
		b.element(inner)
	}
	b.body.Write(piece(typeEndElement, 16, words(1, none, space, name)))
}

func (b *builder) pool() []byte {
	var offsets, data []byte
	for _, s := range b.strings {
		offsets = le.AppendUint32(offsets, uint32(len(data)))
		units := utf16.Encode([]rune(s))
		if b.utf8 {
			data = append(data, b.length8(len(units))...)
			data = append(append(append(data, b.length8(len(s))...), s...), 0)
			continue
		}
		for _, u := range append(append([]uint16{uint16(len(units))}, units...), 0) {
			data = le.AppendUint16(data, u)
		}
	}
	for len(data)%4 != 0 {
		data = append(data, 0)
	}
	flags := uint32(0)
	if b.utf8 {
		flags = flagUTF8
	}
	head := words(uint32(len(b.strings)), 0, flags, uint32(28+len(offsets)), 0)
	return piece(typeStringPool, 28, head, offsets, data)
}

func (b *builder) length8(n int) []byte {
	if n > 0x7f {
		return []byte{byte(n>>8) | 0x80, byte(n)}
	}
	return []byte{byte(n)}
}
