package kmod

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
)

// Limits of what a module says of itself.
const (
	maxModinfo = 4 << 20 // bytes of .modinfo; those of graphics drivers have some 100 KiB, for the firmware files and devices that they name
	maxField   = 1 << 10 // bytes of one field
)

// fields are those of .modinfo that tell one module from another, or whether a kernel loads it, in the order in which they are shown.
var fields = []string{"name", "description", "version", "license", "vermagic", "srcversion", "depends"}

// Describe returns what a module says of itself, packed or not: fields that MODULE_INFO puts into the section .modinfo as name=value with a zero byte
// behind it (include/linux/moduleparam.h). Nothing vouches for them but a signature over the module.
func (Format) Describe(_ context.Context, src formats.Source) ([]formats.Property, error) {
	m, err := openModule(src)
	if err != nil {
		return nil, err
	}
	data, err := m.modinfo()
	if err != nil {
		return nil, err
	}
	var found []formats.Property
	for _, name := range fields {
		for field := range bytes.SplitSeq(data, []byte{0}) {
			if value, ok := bytes.CutPrefix(field, []byte(name+"=")); ok {
				found = append(found, formats.Property{Name: name, Value: shorten(strings.TrimSpace(string(value)))})
				break
			}
		}
	}
	if m.codec != nil {
		found = append(found, formats.Property{Name: "packed", Value: m.codec.name})
	}
	return slices.DeleteFunc(found, func(p formats.Property) bool { return p.Value == "" }), nil
}

// modinfo reads the section; nil where a module has none.
func (m *module) modinfo() ([]byte, error) {
	s, ok := findSection(m.body, m.size, ".modinfo")
	if !ok {
		return nil, nil
	}
	if s.offset > uint64(m.size) || s.size > uint64(m.size)-s.offset {
		return nil, fmt.Errorf("%w: .modinfo is not in the file", formats.ErrFormat)
	}
	if s.size > maxModinfo {
		return nil, fmt.Errorf("%w: .modinfo has more than %d MiB", formats.ErrFormat, maxModinfo>>20)
	}
	data := make([]byte, s.size)
	if !readFull(m.body, data, int64(s.offset)) {
		return nil, fmt.Errorf("%w: .modinfo can't be read", formats.ErrFormat)
	}
	return data, nil
}

// shorten keeps what a person can take in.
func shorten(value string) string {
	if len(value) > maxField {
		value = value[:maxField] + "…"
	}
	return strings.ToValidUTF8(value, "?")
}
