package boot

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"testing"

	"sigtool/internal/patch"
)

// sample is a file of testdata/imx/hab.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/imx/hab/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// find finds the stages, or ends the test.
func find(t testing.TB, data []byte) []Image {
	t.Helper()
	found, err := Find(patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// put writes a word.
func put(data []byte, at int, word uint32) { binary.LittleEndian.PutUint32(data[at:], word) }

// mkimage's flash.bin: two stages, each where mkimage printed that it is.
func TestFlash(t *testing.T) {
	for _, name := range []string{"inside-v1.bin", "outside-v2.bin"} {
		data := sample(t, name)
		found := find(t, data)
		if len(found) != 2 || found[0].Kind != ROM || found[1].Kind != FIT {
			t.Fatalf("%s: %+v", name, found)
		}
		first, second := found[0], found[1]
		if first.Limit() != 0x3400 || first.Faults != nil || second.Faults != nil || second.First() != 0x3400 || second.IVT != 0x4400 {
			t.Errorf("%s: %+v, %+v", name, first, second)
		}
		if at, ok := second.CSFOffset(); !ok || at != 0x4420 || !first.Unsigned(patch.Bytes(data)) || !second.Unsigned(patch.Bytes(data)) || first.Signed(patch.Bytes(data)) {
			t.Errorf("%s: the CSF is at 0x%x", name, at)
		}
		if at, ok := second.Locate(0x401fcdc0+0x1000, 32); !ok || at != 0x4400 {
			t.Errorf("%s: the vector table is at 0x%x", name, at)
		}
	}
	second := find(t, sample(t, "outside-v2.bin"))[1]
	if len(second.External) != 3 || second.Limit() != 0x3400+0x3000 {
		t.Errorf("%+v", second.External)
	}
	for _, part := range second.External {
		if at, ok := second.Locate(part.Address+4, part.Length-4); !ok || at != part.Offset+4 {
			t.Errorf("%s is at 0x%x", part.Name, at)
		}
		if _, ok := second.Locate(part.Address, part.Length+1); ok {
			t.Errorf("%s reaches further than it does", part.Name)
		}
	}
}

// A FIT without a vector table gets the address that mkimage gives it, or another.
func TestPlace(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	want := find(t, fit)[0]
	m := find(t, fit[:len(fit)-IVTSize])[0]
	if !m.Missing || m.Suggested() != want.Entry || m.Blocks() != nil || !m.Place(m.Suggested()) || !bytes.Equal(m.Bytes(), want.Bytes()) {
		t.Errorf("%x, want %x", m.Bytes(), want.Bytes())
	}
	for _, address := range []uint32{0, 0x40100001, 0xfffffff0} {
		if m.Place(address) {
			t.Errorf("placed at 0x%x", address)
		}
	}
	if Sniff(patch.Bytes(fit[:len(fit)-IVTSize])) || !Sniff(patch.Bytes(fit)) {
		t.Error("a FIT is known by its vector table alone")
	}
}

// The vector table says where the second stage is, as imx-mkimage has it; else it is looked for sector by sector.
func TestSecondStage(t *testing.T) {
	data := sample(t, "inside-v1.bin")
	moved := append(append(bytes.Clone(data[:0x3400]), make([]byte, 0x40)...), data[0x3400:]...) // in no sector's beginning
	if found := find(t, moved); len(found) != 1 {
		t.Errorf("found at 0x%x", found[1].First())
	}
	put(moved, 8, 0x3440)
	if found := find(t, moved); len(found) != 2 || found[1].First() != 0x3440 {
		t.Errorf("%+v", found)
	}
}

// Firmware of the 8MQ's HDMI stands before the first stage, and is NXP's.
func TestHDMI(t *testing.T) {
	spl := sample(t, "inside-v1.bin")[:0x2200]
	data := append(make([]byte, hdmiStep), spl...)
	copy(data, spl[:0x40])
	put(data, 0x28, hdmi)
	if found := find(t, data); len(found) != 1 || found[0].IVT != hdmiStep {
		t.Errorf("%+v", found)
	}
	if _, err := Find(patch.Bytes(data[:hdmiStep])); !errors.Is(err, ErrImage) {
		t.Errorf("alone: %v", err)
	}
}

// A vector table that reaches to the end of memory, or past it, is none. The boot data of these stand in it.
func TestEndOfMemory(t *testing.T) {
	for _, self := range []uint32{1<<32 - IVTSize, 1<<32 - IVTSize/2} {
		data := make([]byte, 0x100)
		copy(data, "\xd1\x00\x20\x40")
		for i, word := range []uint32{self, -self, 0, self + 4, self} { // entry and start, length, DCD and plugin, boot data, self
			put(data, 4+4*i, word)
		}
		if found, err := Find(patch.Bytes(data)); !errors.Is(err, ErrImage) {
			t.Errorf("0x%08x: %+v, %v", self, found, err)
		}
	}
}

// Device trees that are no FITs, or torn, are none.
func TestNoFIT(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	for what, change := range map[string]func([]byte){
		"size beyond the file":      func(b []byte) { binary.BigEndian.PutUint32(b[4:], 1<<20) },
		"size too small":            func(b []byte) { binary.BigEndian.PutUint32(b[4:], 39) },
		"structure beyond the tree": func(b []byte) { binary.BigEndian.PutUint32(b[8:], 1<<31) },
		"names beyond the tree":     func(b []byte) { binary.BigEndian.PutUint32(b[12:], 1<<31) },
		"an unknown token":          func(b []byte) { b[binary.BigEndian.Uint32(b[8:])+3] = 7 },
		"the end first":             func(b []byte) { b[binary.BigEndian.Uint32(b[8:])+3] = 2 },
		"no images":                 func(b []byte) { copy(b[bytes.Index(b, []byte("images\x00")):], "imagez") },
		"no configurations":         func(b []byte) { copy(b[bytes.Index(b, []byte("configurations\x00")):], "xonfigurations") },
	} {
		b := bytes.Clone(fit)
		change(b)
		if found, err := Find(patch.Bytes(b)); !errors.Is(err, ErrImage) {
			t.Errorf("%s: %+v, %v", what, found, err)
		}
	}
}

// What a FIT says of external data is taken as U-Boot takes it: of a number the first four bytes, and data-position before data-offset.
func TestExternalNumbers(t *testing.T) {
	fit := sample(t, "outside-v2.bin")[0x3400:]
	want := find(t, fit)[0].External
	words := func(b []byte, at int, words ...uint32) {
		for i, word := range words {
			binary.BigEndian.PutUint32(b[at+4*i:], word)
		}
	}
	first := bytes.Index(fit, []byte("uboot\x00")) + 8 // data-size and data-position, 16 bytes each, and the description, of 20 bytes
	names := int(binary.BigEndian.Uint32(fit[12:]))
	spare := bytes.Index(fit, []byte("default\x00firmware\x00")) // names that images have no use for
	both := bytes.Clone(fit)
	copy(both[spare:], "data-offset\x00")
	words(both, first+32, 3, 4, uint32(spare-names), 0x4000, 4)
	if found := find(t, both); !slices.Equal(found[0].External, want) || len(want) != 3 {
		t.Errorf("%+v, want %+v", found, want)
	}
	wide := bytes.Clone(fit)
	words(wide, first+4, 8)
	words(wide, first+20, 4, 4, 4)
	if found, err := Find(patch.Bytes(wide)); !errors.Is(err, ErrImage) {
		t.Errorf("%+v, %v", found, err)
	}
}

// FuzzFind: whatever the file says, what is said of it lies in the file, and nothing panics.
func FuzzFind(f *testing.F) {
	for _, name := range []string{"small.imx", "inside-v1.bin", "outside-v2.bin", "u-boot-ivt.img"} {
		f.Add(sample(f, name))
	}
	f.Add(sample(f, "inside-v1.bin")[0x3400:])
	f.Fuzz(func(t *testing.T, data []byte) {
		src := patch.Bytes(data)
		sniffed := Sniff(src)
		found, err := Find(src)
		if sniffed && err != nil && !bytes.HasPrefix(data, []byte(fitMagic)) { // sniffing does not walk a device tree
			t.Errorf("sniffed, and then %v", err)
		}
		for _, m := range found {
			if m.Missing && m.Kind == FIT {
				m.Place(m.Suggested() | 0x40000000)
			}
			m.Signed(src)
			m.Unsigned(src)
			m.CSFOffset()
			size := int64(len(data))
			for _, part := range append(m.Parts(), m.External...) {
				if part.Offset < 0 || part.Offset > size-int64(part.Length) {
					t.Errorf("%s at 0x%x of %d bytes", part.Name, part.Offset, size)
				}
			}
			for _, b := range m.Blocks() {
				if b.Offset < 0 || b.Offset > size || b.End() > 1<<32 {
					t.Errorf("a block at 0x%x, 0x%x bytes at 0x%x", b.Offset, b.Length, b.Address)
				}
			}
			if m.Limit() > size {
				t.Errorf("what follows is at 0x%x of %d", m.Limit(), size)
			}
		}
	})
}

// flash is a boot image of an i.MX 8M that is followed by nothing yet, with room.
func flash(t testing.TB, size int) []byte {
	data := make([]byte, size)
	copy(data, sample(t, "inside-v1.bin")[:0x3400])
	put(data, 8, 0) // nothing says where the second stage is
	return data
}

// What begins as a FIT and can't be read is not passed over for what stands behind it, or for nothing: a loader may read it.
func TestBrokenSecond(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	whole := append(flash(t, 0x3400), fit...)
	for what, row := range map[string]struct {
		data    []byte
		missing bool
	}{
		"cut":     {whole[:0x3400+0x800], true},
		"damaged": {bytes.Replace(whole, []byte("\x00\x00\x00\x01images"), []byte("\x00\x00\x00\x07images"), 1), false},
	} {
		found := find(t, row.data)
		if len(found) != 2 || found[1].Kind != FIT || found[1].Missing != row.missing || len(found[1].Faults) != 1 || found[1].Faults[0].ID != "damaged-stage" {
			t.Errorf("%s: %+v", what, found)
		}
		if Sniff(patch.Bytes(row.data[0x3400:])) && row.missing {
			t.Errorf("%s: alone it is taken for an image", what)
		}
	}
	if _, err := Find(patch.Bytes(whole[0x3400 : 0x3400+0x800])); !errors.Is(err, ErrImage) {
		t.Errorf("cut, and alone: %v", err)
	}
}

// A second stage with another one behind it tells of it.
func TestNext(t *testing.T) {
	fit := sample(t, "inside-v1.bin")[0x3400:]
	data := append(flash(t, 0x3400), append(fit, make([]byte, 0x6000-len(fit))...)...)
	if found := find(t, data); len(found) != 2 || found[1].Next != 0 {
		t.Errorf("%+v", found)
	}
	if found := find(t, append(data, fit...)); len(found) != 2 || found[1].Next != 0x9400 {
		t.Errorf("%+v", found)
	}
}

// counting counts reads.
type counting struct {
	patch.Bytes
	reads *int
}

func (c counting) ReadAt(p []byte, at int64) (int, error) {
	*c.reads++
	return c.Bytes.ReadAt(p, at)
}

// A file in which each sector begins as a device tree is read to an end, soon.
func TestManyTrees(t *testing.T) {
	const nothing = 1 << 16 // bytes of tokens that say nothing, which all trees have in common
	data := flash(t, 2<<20)
	for at := 0x3400; at+0x200 <= len(data)-nothing; at += 0x200 {
		copy(data[at:], fitMagic)
		for i, word := range []int{len(data) - at, len(data) - nothing - at, 40, 40, 17, 16} {
			binary.BigEndian.PutUint32(data[at+4+4*i:], uint32(word))
		}
	}
	for at := len(data) - nothing; at < len(data); at += 4 {
		data[at+3] = 4
	}
	copy(data[len(data)-20:], "\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x09\x00\x00\x00\x09")
	reads := 0
	found, err := Find(counting{patch.Bytes(data), &reads})
	if err != nil || len(found) != 2 || found[1].Faults == nil || reads > 2*allTokens {
		t.Errorf("%d stages, %d reads, %v", len(found), reads, err)
	}
}
