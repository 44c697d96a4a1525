package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// tiny is a file system that a fuzzer gets through: 27 clusters of one sector, and a root folder of 16 entries. It has no use.
var tiny = volume{sectors: 31, perCluster: 1, root: 16, label: efiLabel}

// FuzzRead changes an image: each five bytes of the input say where (a part of the image, and two bytes of an offset into it), and two bytes
// that are to stand there.
func FuzzRead(f *testing.F) {
	p := place(f)
	parts := []int{0, sector, 2 * sector, p.esp, p.fat, p.root, p.cluster(3), p.cluster(4), len(p.image) - tailSectors*sector, len(p.image) - sector}
	f.Add([]byte{})
	f.Add([]byte{1, 40, 0, 1, 0})
	f.Add([]byte{2, 40, 0, 255, 255, 2, 42, 0, 1, 0})
	f.Add([]byte{4, 18, 0, 6, 0, 4, 20, 0, 255, 255})
	f.Add([]byte{5, 96, 0, 'X', 0, 5, 107, 0, 0x20, 0})
	f.Add([]byte{7, 90, 0, 0, 0})
	f.Fuzz(func(t *testing.T, changes []byte) {
		undo := [][2]int{}
		for ; len(changes) >= 5 && len(undo) < 64; changes = changes[5:] {
			at := parts[int(changes[0])%len(parts)] + int(binary.LittleEndian.Uint16(changes[1:]))
			if at+2 > len(p.image) {
				continue
			}
			undo = append(undo, [2]int{at, int(binary.LittleEndian.Uint16(p.image[at:]))})
			copy(p.image[at:], changes[3:5])
		}
		d, err := read(p.image)
		if err != nil && !errors.Is(err, ErrImage) || err == nil && d.Exact && !d.BuiltFrom(d.Files) {
			t.Errorf("%+v, %v", d, err)
		}
		for i := len(undo) - 1; i >= 0; i-- {
			binary.LittleEndian.PutUint16(p.image[undo[i][0]:], uint16(undo[i][1]))
		}
	})
}

// FuzzFiles reads file systems: what is found can be written, and is found again.
func FuzzFiles(f *testing.F) {
	size := tiny.sectors * sector
	for _, files := range [][]File{{}, {{"A", []byte("a")}}, {{"EFI/BOOT/BOOTX64.EFI", program(5000)}, {"EFI/BOOT/X", program(600)}, {"C.TXT", nil}}} {
		_, root, err := tree(files)
		if err != nil {
			f.Fatal(err)
		}
		data := make([]byte, size)
		tiny.write(data, root)
		f.Add(append(data[sector:2*sector:2*sector], data[3*sector:]...)) // without the boot sector and the second table
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		data := make([]byte, size)
		copy(data[3*sector:], input[min(sector, len(input)):])
		copy(data, tiny.boot())
		copy(data[sector:2*sector], input)
		copy(data[2*sector:3*sector], data[sector:])
		files, err := tiny.read(data)
		if err != nil {
			if !errors.Is(err, ErrImage) {
				t.Fatal(err)
			}
			return
		}
		sorted, root, err := tree(files)
		if err != nil {
			return // an empty folder
		}
		again := make([]byte, size)
		tiny.write(again, root)
		if found, err := tiny.read(again); err != nil || !same(found, sorted) {
			t.Fatalf("%v; then %v, %v", files, found, err)
		}
		if len(bytes.Join(contents(files), nil)) > size {
			t.Fatal("more than there is")
		}
	})
}

func contents(files []File) (all [][]byte) {
	for _, file := range files {
		all = append(all, file.Data)
	}
	return all
}
