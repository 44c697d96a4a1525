package kmod

import (
	"encoding/binary"
	"testing"

	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
)

// makeELF writes the smallest ELF file of its class and order that has a section of that name.
func makeELF(wide bool, order binary.AppendByteOrder, kind uint16, section string) []byte {
	names := "\x00.shstrtab\x00" + section + "\x00"
	b := []byte("\x7fELF\x01\x01\x01")
	if wide {
		b[4] = 2
	}
	if order.String() == "BigEndian" {
		b[5] = 2
	}
	b = append(b, make([]byte, 16-len(b))...)
	word := func(v uint64) {
		if wide {
			b = order.AppendUint64(b, v)
		} else {
			b = order.AppendUint32(b, uint32(v))
		}
	}
	half := func(v ...uint16) {
		for _, v := range v {
			b = order.AppendUint16(b, v)
		}
	}
	head, entry := 52, 40
	if wide {
		head, entry = 64, 64
	}
	half(kind, 0)                          // type, machine
	b = order.AppendUint32(b, 1)           // version
	word(0)                                // entry
	word(0)                                // program headers
	word(uint64(head + (len(names)+7)&^7)) // section headers
	b = order.AppendUint32(b, 0)           // flags
	half(uint16(head), 0, 0, uint16(entry), 3, 1)
	b = append(b, names...)
	b = append(b, make([]byte, head+(len(names)+7)&^7-len(b))...)
	for i, name := range []uint32{0, 1, 11} {
		at := len(b)
		b = order.AppendUint32(b, name)
		b = order.AppendUint32(b, uint32(i))
		word(0)                  // flags
		word(0)                  // address
		word(uint64(head))       // offset
		word(uint64(len(names))) // size
		b = append(b, make([]byte, at+entry-len(b))...)
	}
	return b
}

func TestSniffELF(t *testing.T) {
	type variant struct {
		wide  bool
		order binary.AppendByteOrder
	}
	for _, v := range []variant{{false, binary.LittleEndian}, {false, binary.BigEndian}, {true, binary.LittleEndian}, {true, binary.BigEndian}} {
		for section, want := range map[string]bool{".modinfo": true, ".gnu.linkonce.this_module": true, ".text": false, ".modinfo2": false} {
			data := makeELF(v.wide, v.order, 1, section)
			if got := (Format{}).Sniff(patch.Bytes(data)); got != want {
				t.Errorf("%v %s: %v", v, section, got)
			}
			for n := range data {
				if isModule(patch.Bytes(data[:n]), int64(n)) {
					t.Errorf("%v cut to %d of %d bytes: still whole", v, n, len(data))
				}
			}
		}
		if (Format{}).Sniff(patch.Bytes(makeELF(v.wide, v.order, 2, ".modinfo"))) {
			t.Errorf("%v: a program is taken for a module", v)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add(makeELF(false, binary.BigEndian, 1, ".modinfo"))
	f.Add(makeELF(true, binary.LittleEndian, 1, ".modinfo"))
	for _, name := range []string{"sample.ko", "sample.ko.gz", "sample.ko.xz", "sample.ko.zst", "signed-rsa2048-sha256.ko"} {
		f.Add(formatstest.Read(f, "kmod/"+name))
	}
	f.Fuzz(func(t *testing.T, data []byte) { Format{}.Sniff(patch.Bytes(data)) })
}

func FuzzVerify(f *testing.F) {
	var more [][]byte
	for _, name := range []string{"signed-rsa4096-sha512.ko", "signed-rsa2048-sha256.ko.gz", "signed-rsa2048-sha256.ko.xz", "signed-rsa2048-sha256.ko.zst"} {
		more = append(more, formatstest.Read(f, "kmod/"+name))
	}
	formatstest.Fuzz(f, suite(f, "p256", "rsa2048"), more...)
}
