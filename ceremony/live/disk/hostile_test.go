package disk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"strings"
	"testing"
)

// These are places in the image of sample(), in bytes.
type places struct {
	image []byte
	d     *Disk
	esp   int // the EFI system partition
	fat   int // its first FAT
	root  int // its root folder: label, CONTENTS.TXT, EFI
	first int // cluster 2
}

func place(t testing.TB) places {
	t.Helper()
	image := build(t, sample())
	d, err := read(image)
	if err != nil {
		t.Fatal(err)
	}
	f := d.efi().fatSectors()
	esp := espStart * sector
	return places{image, d, esp, esp + sector, esp + (1+2*f)*sector, esp + d.efi().firstWith(f)*sector}
}

// cluster is where a cluster stands. sample has CONTENTS.TXT in 2, EFI in 3, EFI/BOOT in 4, BOOTX64.EFI from 5 on.
func (p places) cluster(n int) int { return p.first + (n-2)*espCluster }

// link sets a cluster's number in both FATs.
func (p places) link(image []byte, n, value int) {
	size := p.d.efi().fatSectors() * sector
	for _, at := range []int{p.fat, p.fat + size} {
		fat{image[at : at+size], 16}.set(n, value)
	}
}

// TestOutside: a change of any byte outside both partitions is seen.
func TestOutside(t *testing.T) {
	p := place(t)
	stick := bytes.Clone(p.image)
	check := func(at int) {
		stick[at] ^= 0x40
		if _, err := read(stick); !errors.Is(err, ErrImage) {
			t.Errorf("byte %d: %v", at, err)
		}
		stick[at] ^= 0x40
	}
	for at := range p.esp {
		if at < 3*sector || at%97 == 0 {
			check(at)
		}
	}
	for at := len(p.image) - tailSectors*sector; at < len(p.image); at++ {
		if at > len(p.image)-2*sector || at%97 == 0 {
			check(at)
		}
	}
}

// TestInside: a change of any byte of the EFI system partition is refused, or the image is not exact. Those of the boot sector, and of the part of
// its table of clusters that a file has, are refused.
func TestInside(t *testing.T) {
	p := place(t)
	data := p.image[p.esp : p.esp+p.d.esp*sector]
	step := map[int]int{p.esp: 3, p.fat: 11, p.fat + 304: 9001, p.root: 29, p.first: 301, p.cluster(5): 1_000_003}
	by := 1
	for at := p.esp; at < p.esp+len(data); at += by {
		for from, to := range step {
			if at >= from && at < from+by {
				at, by = from, to
			}
		}
		data[at-p.esp] ^= 0x10
		files, err := p.d.efi().read(data)
		exact := err == nil && p.d.exact(files, data)
		data[at-p.esp] ^= 0x10
		if exact || err != nil && !errors.Is(err, ErrImage) {
			t.Errorf("byte %d: %v", at, err)
		}
		if at < p.fat+300 && err == nil {
			t.Errorf("byte %d: it is no error", at)
		}
	}
	if files, err := p.d.efi().read(data); err != nil || !p.d.exact(files, data) {
		t.Error(err)
	}
}

// TestHostile: file systems that have a firmware, or a reader, run in circles or find other files.
func TestHostile(t *testing.T) {
	p := place(t)
	le := binary.LittleEndian
	efi, contents, boot := p.root+2*entryBytes, p.root+entryBytes, p.cluster(4)+2*entryBytes
	long := bytes.Repeat([]byte{'x', 0}, 16)
	long[0], long[11] = 0x41, attrLong
	for want, change := range map[string]func(image []byte){
		"goes on in cluster 6, which is taken already":     func(b []byte) { p.link(b, 9, 6) },                       // a loop
		"goes on in cluster 2, which is taken already":     func(b []byte) { p.link(b, 9, 2) },                       // another file's
		"goes on in cluster 1, which does not exist":       func(b []byte) { p.link(b, 9, 1) },                       //
		"goes on in cluster 0, which does not exist":       func(b []byte) { p.link(b, 9, 0) },                       // free
		"goes on in cluster 65527, which does not exist":   func(b []byte) { p.link(b, 9, 0xfff7) },                  // bad
		"goes on in cluster 65535, which does not exist":   func(b []byte) { le.PutUint16(b[contents+26:], 0xffff) }, // an end without a begin
		"goes on in cluster 131074, which does not exist":  func(b []byte) { le.PutUint16(b[contents+20:], 2) },      // the upper half of FAT32's
		"is 300001 bytes long, and has clusters for 10240": func(b []byte) { p.link(b, 9, 0xffff) },                  // too short
		"bytes long, and has clusters for 301056":          func(b []byte) { le.PutUint32(b[boot+28:], 1<<32-1) },    //
		"is 5000 bytes long, and has clusters for 2048":    func(b []byte) { le.PutUint16(b[contents+28:], 5000) },   //
		"is 0 bytes long":                              func(b []byte) { le.PutUint16(b[contents+28:], 0) },                  //
		"is in use, and by no file":                    func(b []byte) { p.link(b, 4000, 0xffff) },                           //
		"its two tables":                               func(b []byte) { b[p.fat+20]++ },                                     //
		"EFI is no folder of ours":                     func(b []byte) { le.PutUint16(b[efi+26:], 0) },                       // the root itself
		"goes on in cluster 3, which is taken already": func(b []byte) { le.PutUint16(b[p.cluster(3)+2*entryBytes+26:], 3) }, // a folder in itself
		`the folder "" does not begin`:                 func(b []byte) { b[p.root] = 'X' },                                   // the label
		`the folder "EFI/" does not begin`:             func(b []byte) { b[p.cluster(3)+26]++ },                              // "." elsewhere
		`the folder "EFI/BOOT/" does not begin`:        func(b []byte) { b[p.cluster(4)+entryBytes+26]++ },                   // ".." elsewhere
		"behind the end of the folder":                 func(b []byte) { copy(b[p.root+20*entryBytes:], b[contents:][:32]) }, //
		"is a long one":                                func(b []byte) { copy(b[p.root+3*entryBytes:], long) },               //
		"there is a label":                             func(b []byte) { copy(b[p.root+3*entryBytes:], b[p.root:][:32]) },    //
		"is there twice":                               func(b []byte) { copy(b[p.root+3*entryBytes:], b[contents:][:32]) },  //
		"is no name":                                   func(b []byte) { b[contents] = 'c' },                                 //
		"or something unknown":                         func(b []byte) { b[contents+11] |= 0x80 },
		"begins with fff8 1":                           func(b []byte) { p.link(b, 1, 1) }, //
		"boot sector":                                  func(b []byte) { b[p.esp+13] = 8 }, // clusters of another size
	} {
		image := bytes.Clone(p.image)
		change(image)
		if _, err := read(image); !errors.Is(err, ErrImage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestFirstPartition: what the partition table says of its size is not believed beyond the image.
func TestFirstPartition(t *testing.T) {
	p := place(t)
	for _, end := range []uint64{0, 1, 63, 64, 127, 128, 1 << 16, 1<<17 - 1, 1 << 20, 1 << 63, 1<<64 - 1} {
		image := bytes.Clone(p.image)
		binary.LittleEndian.PutUint64(image[2*sector+40:], end)
		if _, err := read(image); !errors.Is(err, ErrImage) {
			t.Errorf("%d: %v", end, err)
		}
	}
}

// TestChanged: what else somebody put there is named, and makes the image another.
func TestChanged(t *testing.T) {
	p := place(t)
	image := bytes.Clone(p.image)
	deleted := image[p.root+3*entryBytes:]
	copy(deleted, image[p.root+entryBytes:][:entryBytes])
	deleted[0] = 0xe5
	more := image[p.root+4*entryBytes:]
	record(more, [11]byte([]byte("HELLO   TXT")), attrArchive, 0, 0)
	folder := image[p.root+5*entryBytes:]
	record(folder, [11]byte([]byte("EMPTY      ")), attrFolder, 3000, 0)
	p.link(image, 3000, 0xffff)
	record(image[p.cluster(3000):], dots(1), attrFolder, 3000, 0)
	record(image[p.cluster(3000)+entryBytes:], dots(2), attrFolder, 0, 0)
	d, err := read(image)
	if err != nil {
		t.Fatal(err)
	}
	want := append(sample(), File{"HELLO.TXT", nil}, File{"EMPTY/", nil})
	if !same(d.Files, want) || d.Exact || !d.BuiltFrom(sample()) || d.BuiltFrom(d.Files) {
		t.Errorf("%v, exact %v, from the same files %v", d.Files, d.Exact, d.BuiltFrom(sample()))
	}
	if d.BuiltFrom(sample()[:1]) || d.BuiltFrom(sample()[1:]) {
		t.Error("it is built from other files, too")
	}
}

// TestCrowd: so many empty files that the list of them would be long.
func TestCrowd(t *testing.T) {
	p := place(t)
	_, root, err := tree(sample())
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxFiles {
		root.within[1].within = append(root.within[1].within, &node{short: label("F" + strconv.Itoa(i))})
	}
	image := bytes.Clone(p.image)
	clear(image[p.esp : p.esp+p.d.esp*sector])
	p.d.efi().write(image[p.esp:p.esp+p.d.esp*sector], root)
	if _, err := read(image); err == nil || !strings.Contains(err.Error(), "more than 512 files") {
		t.Error(err)
	}
}

// TestDeep: folders in folders have an end.
func TestDeep(t *testing.T) {
	files := []File{{strings.Repeat("A/", maxDepth) + "B", nil}}
	d, err := read(build(t, files))
	if err != nil || !d.Exact {
		t.Fatal(err)
	}
	image := build(t, []File{{strings.Repeat("A/", maxDepth) + "B", make([]byte, 1)}})
	p := place(t)
	deepest := p.cluster(2+maxDepth-1) + 2*entryBytes
	image[deepest+11] = attrFolder
	binary.LittleEndian.PutUint32(image[deepest+28:], 0)
	if _, err := read(image); err == nil || !strings.Contains(err.Error(), "is no folder of ours") {
		t.Error(err)
	}
}
