package modules

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// A module is a relocatable ELF file (System V gABI, chapter 4; here 64-bit, little endian, x86-64 only):
//
//	+-------------------------+ 0
//	| 7f 45 4c 46 02 01 01    |   magic, 64-bit, little endian, version 1
//	| type          2 bytes   | 16   1: relocatable
//	| machine       2 bytes   | 18   62: x86-64
//	| sections at   8 bytes   | 40
//	| size of one   2 bytes   | 58   64
//	| how many      2 bytes   | 60
//	| that of names 2 bytes   | 62
//	+-------------------------+ 64
//	| what sections hold      |
//	+-------------------------+
//	| section headers         |   name 4, type 4, flags 8, address 8, offset 8, size 8, link 4, info 4, align 8, size of an entry 8
//	+-------------------------+
//	| signature               |   see signed
//	+-------------------------+
//
// A symbol has 24 bytes: name 4, info 1, other 1, section 2, value 8, size 8; section 0: the kernel or another module has it.
const (
	headerSize  = 64
	sectionSize = 64
	symbolSize  = 24

	typeSymbols = 2       // SHT_SYMTAB
	typeStrings = 3       // SHT_STRTAB
	typeNoBits  = 8       // SHT_NOBITS: it has no bytes in the file
	flagPacked  = 1 << 11 // SHF_COMPRESSED

	maxInfo    = 1 << 20 // bytes of .modinfo; the largest of Debian's has 76 KB
	maxSymbols = 1 << 18 // of one module; the most of Debian's are 26,000
	maxSymbol  = 511     // bytes of a name (KSYM_NAME_LEN less its NUL)
)

var errModule = errors.New("it is no kernel module for x86-64, or a damaged one")

// object is what matters of a module's file.
type object struct {
	info    []byte   // of the section .modinfo: KEY=VALUE, NUL, …
	imports []string // names of what it takes from the kernel and other modules, in the order of its symbols
}

// section is a section's header.
type section struct {
	name   uint32
	kind   uint32
	flags  uint64
	offset uint64
	size   uint64
	link   uint32
}

// parseObject reads the sections, as the kernel does: what it would not load is refused (kernel/module/main.c, elf_validity_check).
func parseObject(data []byte) (*object, error) {
	sections, names, err := readSections(data)
	if err != nil {
		return nil, err
	}
	o, symbols := &object{}, 0
	for _, s := range sections[1:] {
		switch {
		case s.kind == typeSymbols:
			if symbols++; symbols > 1 {
				return nil, errModule // the kernel wants exactly one
			}
			if o.imports, err = readImports(data, sections, s); err != nil {
				return nil, err
			}
		case o.info == nil && text(names, s.name) == ".modinfo":
			if s.flags&flagPacked != 0 || s.size > maxInfo {
				return nil, errModule
			}
			if o.info, err = s.bytes(data); err != nil {
				return nil, err
			}
		}
	}
	if o.info == nil || symbols == 0 {
		return nil, errModule
	}
	return o, nil
}

// readSections reads the headers of all sections, at least one, and the section that has their names.
func readSections(data []byte) (sections []section, names []byte, err error) {
	if len(data) < headerSize || !bytes.HasPrefix(data, []byte("\x7fELF\x02\x01\x01")) {
		return nil, nil, errModule
	}
	le := binary.LittleEndian
	at, count, namesAt := le.Uint64(data[40:]), uint64(le.Uint16(data[60:])), int(le.Uint16(data[62:]))
	size := uint64(len(data))
	if le.Uint16(data[16:]) != 1 || le.Uint16(data[18:]) != 62 || le.Uint16(data[58:]) != sectionSize ||
		count == 0 || uint64(namesAt) >= count || at > size || count*sectionSize > size-at {
		return nil, nil, errModule
	}
	for b := data[at : at+count*sectionSize]; len(b) > 0; b = b[sectionSize:] {
		sections = append(sections, section{name: le.Uint32(b), kind: le.Uint32(b[4:]), flags: le.Uint64(b[8:]), offset: le.Uint64(b[24:]), size: le.Uint64(b[32:]), link: le.Uint32(b[40:])})
	}
	names, err = sections[namesAt].strings(data)
	return sections, names, err
}

// bytes are what a section holds.
func (s section) bytes(data []byte) ([]byte, error) {
	if s.kind == typeNoBits || s.offset > uint64(len(data)) || s.size > uint64(len(data))-s.offset {
		return nil, errModule
	}
	return data[s.offset : s.offset+s.size], nil
}

// strings are the bytes of a section of names: each ends with a NUL, the last one too.
func (s section) strings(data []byte) ([]byte, error) {
	b, err := s.bytes(data)
	if err != nil || s.kind != typeStrings || len(b) == 0 || b[len(b)-1] != 0 {
		return nil, errModule
	}
	return b, nil
}

// text is the name that begins at an offset, "" where there is none.
func text(names []byte, at uint32) string {
	if uint64(at) >= uint64(len(names)) {
		return ""
	}
	name := names[at:min(len(names), int(at)+maxSymbol+1)]
	end := bytes.IndexByte(name, 0)
	return string(name[:max(end, 0)])
}

// readImports reads the names of the symbols that the module does not have itself. A driver can't leave them out or call them otherwise: the
// kernel links by these names.
func readImports(data []byte, sections []section, symbols section) ([]string, error) {
	table, err := symbols.bytes(data)
	if err != nil || len(table)%symbolSize != 0 || len(table) > maxSymbols*symbolSize || uint64(symbols.link) >= uint64(len(sections)) {
		return nil, errModule
	}
	names, err := sections[symbols.link].strings(data)
	if err != nil {
		return nil, err
	}
	var imports []string
	for ; len(table) > 0; table = table[symbolSize:] {
		at, where := binary.LittleEndian.Uint32(table), binary.LittleEndian.Uint16(table[6:])
		if where != 0 || at == 0 {
			continue
		}
		name := text(names, at)
		if name == "" {
			return nil, errModule
		}
		imports = append(imports, name)
	}
	return imports, nil
}
