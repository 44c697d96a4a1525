package uki

import (
	"bytes"
	"debug/pe"
	"fmt"
	"strings"
	"testing"

	"sigtool/ceremony/live/uki/ukitest"
	"sigtool/internal/issue"
)

// with is a copy with a number at an offset, of two or four bytes.
func with(data []byte, at int, n uint32, size int) []byte {
	b := bytes.Clone(data)
	for i := range size {
		b[at+i] = byte(n >> (8 * i))
	}
	return b
}

// header is a copy with a number at an offset behind PE\0\0.
func header(data []byte, at int, n uint32, size int) []byte {
	return with(data, int(u32(data, peOffset))+at, n, size)
}

// entryOf is a copy with a number in the header of a section.
func entryOf(data []byte, section, at int, n uint32) []byte {
	return with(data, ukitest.Table+section*entrySize+at, n, 4)
}

func sample() []Section {
	return []Section{{".osrel", []byte("ID=sigtool\n")}, {".cmdline", []byte("quiet")}, {".linux", bytes.Repeat([]byte("kernel"), 900)},
		{".initrd", bytes.Repeat([]byte{5}, 1024)}}
}

func built(t testing.TB, stub []byte, sections []Section) []byte {
	t.Helper()
	image, err := Build(stub, sections)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// Go's own reader finds the sections where they must be.
func TestBuild(t *testing.T) {
	for name, stub := range stubs(t) {
		before := bytes.Clone(stub)
		image := built(t, stub, sample())
		if !bytes.Equal(stub, before) || !bytes.Equal(built(t, stub, sample()), image) {
			t.Fatalf("%s: the stub was written to, or a second image differs", name)
		}
		f, err := pe.NewFile(bytes.NewReader(image))
		if err != nil {
			t.Fatal(err)
		}
		was, err := pe.NewFile(bytes.NewReader(stub))
		if err != nil {
			t.Fatal(err)
		}
		head := f.OptionalHeader.(*pe.OptionalHeader64)
		old := was.OptionalHeader.(*pe.OptionalHeader64)
		if f.TimeDateStamp != 0 || head.CheckSum != 0 || f.PointerToSymbolTable != 0 || f.NumberOfSymbols != 0 {
			t.Errorf("%s: date %d, checksum %d, %d symbols at %d", name, f.TimeDateStamp, head.CheckSum, f.NumberOfSymbols, f.PointerToSymbolTable)
		}
		if len(f.Sections) != len(was.Sections)+4 || head.SizeOfInitializedData != old.SizeOfInitializedData+0x200+0x200+0x1600+0x400 {
			t.Errorf("%s: %d sections, %d bytes of data", name, len(f.Sections), head.SizeOfInitializedData)
		}
		checkSections(t, name, f, len(was.Sections), image)
	}
}

func checkSections(t *testing.T, name string, f *pe.File, own int, image []byte) {
	t.Helper()
	last := f.Sections[own-1]
	address, offset := last.VirtualAddress+last.VirtualSize, last.Offset+last.Size
	for i, want := range sample() {
		s := f.Sections[own+i]
		data, err := s.Data()
		if err != nil || s.Name != want.Name || !bytes.Equal(data[:s.VirtualSize], want.Data) || !isZero(data[s.VirtualSize:]) {
			t.Errorf("%s: section %s, %d bytes, %v", name, s.Name, s.VirtualSize, err)
		}
		if s.VirtualAddress%4096 != 0 || s.VirtualAddress < address || s.VirtualAddress >= address+4096 || s.Offset != offset || s.Offset%512 != 0 {
			t.Errorf("%s: section %s is at %#x, in the file at %#x", name, s.Name, s.VirtualAddress, s.Offset)
		}
		address, offset = s.VirtualAddress+s.VirtualSize, s.Offset+s.Size
	}
	head := f.OptionalHeader.(*pe.OptionalHeader64)
	if int(offset) != len(image) || head.SizeOfImage < address || head.SizeOfImage >= address+head.SectionAlignment || head.SizeOfImage%head.SectionAlignment != 0 {
		t.Errorf("%s: %d bytes, %d in memory", name, len(image), head.SizeOfImage)
	}
}

// TestNormal: Normal of what is normal is the same, and an image of either is the same.
func TestNormal(t *testing.T) {
	for name, stub := range stubs(t) {
		normal, err := Normal(stub)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Normal(normal)
		if err != nil || !bytes.Equal(again, normal) || !bytes.Equal(built(t, normal, sample()), built(t, stub, sample())) {
			t.Errorf("%s: %v, or it is another one", name, err)
		}
	}
	stub := ukitest.Stub()
	symbols := append(bytes.Clone(stub), bytes.Repeat([]byte{9}, 2*18)...)
	symbols = append(symbols, "\x09\x00\x00\x00name\x00"...)
	symbols = header(header(symbols, symbolsAt, ukitest.StubSize, 4), symbolCountAt, 2, 4)
	if !bytes.Equal(built(t, symbols, sample()), built(t, stub, sample())) {
		t.Error("symbols make a difference")
	}
	for what, bad := range map[string][]byte{"cut off": symbols[:len(symbols)-1], "a byte behind them": append(bytes.Clone(symbols), 0),
		"elsewhere": header(symbols, symbolsAt, ukitest.StubSize+2, 4), "too many": header(symbols, symbolCountAt, 1<<32-1, 4), "no strings": symbols[:len(stub)+36]} {
		if _, err := Normal(bad); issue.ID(err) != "stub-hidden" {
			t.Errorf("symbols, %s: %v", what, err)
		}
	}
}

// Stubs that an image can't be made of are refused by name, and with a hint.
func TestStubRefused(t *testing.T) {
	stub := ukitest.Stub()
	for what, row := range map[string]struct {
		stub []byte
		id   string
		says string
	}{
		"nothing":                   {nil, "stub-format", "MZ"},
		"a text":                    {[]byte(strings.Repeat("text", 99)), "stub-format", "MZ"},
		"an ELF file":               {append([]byte("\x7fELF"), stub[4:]...), "stub-format", "MZ"},
		"no PE header":              {with(stub, 0x3c, 0x44, 4), "stub-format", "PE header"},
		"a PE header in the first":  {with(stub, 0x3c, 0x3c, 4), "stub-format", "PE header"},
		"a PE header far out":       {with(stub, 0x3c, 1<<32-8, 4), "stub-format", "PE header"},
		"a PE header at the end":    {with(stub, 0x3c, uint32(len(stub)-4), 4), "stub-format", "PE header"},
		"arm64":                     {header(stub, machineAt, 0xaa64, 2), "stub-machine", "arm64"},
		"32 bits":                   {header(stub, machineAt, 0x14c, 2), "stub-machine", "32 bits"},
		"an unknown machine":        {header(stub, machineAt, 0x1234, 2), "stub-machine", "0x1234"},
		"PE32":                      {header(stub, magicAt, 0x10b, 2), "stub-format", "0x10b"},
		"a driver":                  {header(stub, subsystemAt, 11, 2), "stub-subsystem", "a driver"},
		"a program of Windows":      {header(stub, subsystemAt, 3, 2), "stub-subsystem", "Windows"},
		"an unknown subsystem":      {header(stub, subsystemAt, 99, 2), "stub-subsystem", "99"},
		"too few directories":       {header(stub, dirCountAt, 6, 4), "stub-format", "6 data directories"},
		"another header size":       {header(stub, optionalAt, 248, 2), "stub-format", "data directories"},
		"no sections":               {header(stub, countAt, 0, 2), "stub-cut-off", "0 sections"},
		"too many sections":         {header(stub, countAt, 97, 2), "stub-cut-off", "97 sections"},
		"short headers":             {header(stub, headersAt, ukitest.Table, 4), "stub-cut-off", "headers"},
		"long headers":              {header(stub, headersAt, ukitest.StubSize+1, 4), "stub-cut-off", "headers"},
		"headers into the sections": {header(stub, headersAt, 0x600, 4), "stub-hidden", "section headers"},
		"odd alignment":             {header(stub, alignmentAt, 0x1800, 4), "stub-format", "aligned to 6144"},
		"no alignment":              {header(stub, alignmentAt, 0, 4), "stub-format", "aligned to 0"},
		"no file alignment":         {header(stub, fileAlignAt, 0, 4), "stub-format", "and to 0"},
		"file alignment":            {header(stub, fileAlignAt, 0x2000, 4), "stub-format", "aligned"},
		"huge alignment":            {header(stub, alignmentAt, 1<<31, 4), "stub-format", "aligned"},
		"behind the table":          {with(stub, ukitest.DataAt-1, 1, 1), "stub-hidden", "section headers"},
		"cut off":                   {stub[:len(stub)-1], "stub-cut-off", `".sbat" ends at byte 2560, and the file at byte 2559`},
		"a byte too many":           {append(bytes.Clone(stub), 0), "stub-hidden", "a byte"},
		"bytes too many":            {append(bytes.Clone(stub), 0, 0), "stub-hidden", "2 bytes"},
		"overlap in the file":       {entryOf(stub, 2, 20, 0x600), "stub-sections", `".sbat" overlaps`},
		"data in the headers":       {entryOf(stub, 0, 20, 0x200), "stub-sections", `".text" overlaps`},
		"overlap in memory":         {entryOf(stub, 2, 12, 0x2008), "stub-sections", "in memory"},
		"memory in the headers":     {entryOf(stub, 0, 12, 0x200), "stub-sections", "in memory"},
		"far out":                   {entryOf(stub, 2, 8, 1<<32-1), "stub-sections", "far out"},
		"very long":                 {entryOf(stub, 2, 16, 1<<32-512), "stub-cut-off", "cut off"},
		"not aligned":               {entryOf(stub, 0, 16, 0x3ff), "stub-sections", "not aligned"},
		"a gap":                     {entryOf(stub, 0, 16, 0x200), "stub-hidden", `in front of section ".sbat"`},
		"signed":                    {header(stub, signatureAt, ukitest.StubSize, 4), "stub-signed", "signed"},
		"signed, of a size":         {header(stub, signatureAt+4, 8, 4), "stub-signed", "signed"},
		"an image":                  {built(t, stub, sample()), "stub-used", ".osrel already"},
		"a name that begins so":     {named(stub, 0, ".linuxes"), "", ""},
	} {
		_, err := Build(row.stub, sample())
		if issue.ID(err) != row.id || err != nil && (issue.Hint(err) == "" || !strings.Contains(err.Error(), row.says)) {
			t.Errorf("%s: %v (hint %q)", what, err, issue.Hint(err))
		}
	}
}

func TestSectionsRefused(t *testing.T) {
	data := []byte("x")
	var many []Section
	for _, name := range resources[:ukitest.Room+1] {
		many = append(many, Section{name, data})
	}
	if _, err := Build(ukitest.Stub(), many[:ukitest.Room]); err != nil {
		t.Errorf("as many as there is room for: %v", err)
	}
	if _, err := Build(ukitest.Stub(), many); issue.ID(err) != "stub-room" || !strings.Contains(fmt.Sprint(err), "room for 17 sections, and 18 are needed") {
		t.Errorf("too many: %v", err)
	}
	for what, sections := range map[string][]Section{"twice": {{".linux", data}, {".linux", data}}, "empty": {{".linux", nil}}, "the stub's": {{".sbat", data}},
		"no name": {{"", data}}, "a long name": {{".linux.linux", data}}} {
		if _, err := Build(ukitest.Stub(), sections); issue.ID(err) != "uki-sections" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := Build(header(ukitest.Stub(), initializedAt, 1<<30, 4), many[:1]); issue.ID(err) != "uki-size" {
		t.Errorf("too large: %v", err)
	}
}
