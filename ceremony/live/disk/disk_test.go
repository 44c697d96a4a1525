package disk

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"sigtool/internal/issue"
)

// program is a stand-in for a unified kernel image: bytes that do not repeat.
func program(size int) []byte {
	data := make([]byte, size)
	state := uint32(1)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24)
	}
	return data
}

func sample() []File {
	return []File{{"CONTENTS.TXT", []byte("# sigtool live image 1\n")}, {"EFI/BOOT/BOOTX64.EFI", program(300_001)}}
}

func build(t testing.TB, files []File) []byte {
	t.Helper()
	image, err := Build(files)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

func read(image []byte) (*Disk, error) { return Read(bytes.NewReader(image), int64(len(image))) }

func same(a, b []File) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Path != b[i].Path || !bytes.Equal(a[i].Data, b[i].Data) {
			return false
		}
	}
	return true
}

func TestRoundTrip(t *testing.T) {
	many := []File{{"A", nil}, {"EFI.TXT", []byte("x")}}
	for i := range 150 { // a folder of three clusters
		many = append(many, File{"EFI/F" + string(rune('A'+i/26)) + string(rune('A'+i%26)) + ".BIN", program(i * 37)})
	}
	many = append(many, File{"EFI/SUB/SUB/X_-0.A", program(espCluster)}, File{"Z", program(2 * espCluster)})
	full := []File{} // a folder that fills its cluster, so that nothing marks its end
	for i := range espCluster/entryBytes - 2 {
		full = append(full, File{"EFI/" + string(rune('A'+i/26)) + string(rune('A'+i%26)), nil})
	}
	for name, files := range map[string][]File{"full": full, "none": {}, "sample": sample(), "many": many, "large": {{"BIG", program(17_300_000)}}, "32 bits of size": {{"BIG", make([]byte, 40_000_000)}}} {
		image := build(t, files)
		got, err := read(image)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !same(got.Files, files) || got.Used || !got.Exact || got.Size != int64(len(image)) {
			t.Errorf("%s: %d files, used %v, exact %v, %d bytes", name, len(got.Files), got.Used, got.Exact, got.Size)
		}
	}
}

// TestSize: what a real image takes stays below the 20 MB of the promise, and a small one is as small as FAT16 lets it be.
func TestSize(t *testing.T) {
	for size, want := range map[int]int{300_000: 2 << 20, 17_300_000: 2 << 20, 18_200_000: 1_605_632, 18_700_000: 1_081_344, 18_740_000: 1 << 20, 40_000_000: 1 << 20} {
		image := build(t, []File{{"EFI/BOOT/BOOTX64.EFI", make([]byte, size)}, {"CONTENTS.TXT", program(4000)}})
		d, err := read(image)
		if err != nil || d.data()*sector != want || len(image) > 20_000_000 && size < 30_000_000 || len(image) < 20_000_000-align*sector && want < 2<<20 {
			t.Errorf("%d bytes in %d; for outputs are %d; %v", size, len(image), d.data()*sector, err)
		}
	}
	if image := build(t, nil); len(image) > 10_600_000 || len(image) < 10_500_000 {
		t.Errorf("%d bytes, and no file", len(image))
	}
}

func TestSlack(t *testing.T) {
	for _, size := range []int{0, 8_000_000, 10_000_000, 17_300_000, 17_300_000 + 30_000} {
		image := build(t, []File{{"A", make([]byte, size)}})
		d, err := read(image)
		if err != nil {
			t.Fatal(err)
		}
		v := d.efi()
		free := v.clusters()*espCluster - (size+espCluster-1)/espCluster*espCluster
		if free < slack || size > 9_000_000 && free > slack+align*sector+espCluster {
			t.Errorf("%d bytes in files, %d are free", size, free)
		}
	}
}

func TestSameBytes(t *testing.T) {
	files := sample()
	image := build(t, files)
	if !bytes.Equal(image, build(t, []File{files[1], files[0]})) {
		t.Error("another order gives another image")
	}
	files[0].Data = append([]byte(nil), files[0].Data...)
	files[0].Data[0]++
	other := build(t, files)
	if len(image) != len(other) {
		t.Fatal("another length")
	}
	for name, at := range map[string]int{"disk GUID": sector + 56, "first GUID": 2*sector + 16, "second GUID": 2*sector + entrySize + 16, "volume id": espStart*sector + 39} {
		if bytes.Equal(image[at:at+4], other[at:at+4]) {
			t.Errorf("another file, the same %s", name)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	crowd := []File{}
	for i := range 64 {
		crowd = append(crowd, File{"F" + string(rune('A'+i/26)) + string(rune('A'+i%26)), nil})
	}
	for id, files := range map[string][]File{
		"file-name":       {{"EFI/BOOT/bootx64.efi", nil}},
		"file-twice":      {{"EFI", nil}, {"EFI/BOOT", nil}},
		"too-many-files":  crowd,
		"image-too-large": {{"A", make([]byte, MaxSize)}},
	} {
		if _, err := Build(files); issue.ID(err) != id {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, path := range []string{"", "/", "/A", "A/", "A//B", "..", "A/../B", ".A", "A.", "A.B.C", "LONGNAMES", "A.TEXT", "A B", "Ä", "A\x00", strings.Repeat("A/", 9) + "A"} {
		if _, err := Build([]File{{path, nil}}); issue.ID(err) != "file-name" {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := Build([]File{{"A", nil}, {"A", nil}}); issue.ID(err) != "file-twice" {
		t.Error(err)
	}
	var many []File
	for i := range 600 {
		many = append(many, File{"D/" + string(rune('A'+i/26)) + string(rune('A'+i%26)), nil})
	}
	if _, err := Build(many); issue.ID(err) != "too-many-files" {
		t.Error(err)
	}
}

// TestStick: a stick is longer, its partition for outputs has been used, and it is read all the same.
func TestStick(t *testing.T) {
	image := build(t, sample())
	stick := append(bytes.Clone(image), program(100_000)...)
	stick[len(image)-tailSectors*sector-1] = 1
	d, err := read(stick)
	if err != nil || !d.Used || !d.Exact || d.Size != int64(len(image)) || !same(d.Files, sample()) {
		t.Errorf("%+v, %v", d, err)
	}
}

type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestReadFails(t *testing.T) {
	if _, err := Read(broken{}, 1<<40); !errors.Is(err, io.ErrClosedPipe) || errors.Is(err, ErrImage) {
		t.Error(err)
	}
	image := build(t, sample())
	for _, size := range []int64{-1, 0, 1, 512, espStart*sector - 1, espStart * sector, int64(len(image)) - 1} {
		if _, err := Read(bytes.NewReader(image), size); issue.ID(err) != "truncated" || !errors.Is(err, ErrImage) {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
	if _, err := read(make([]byte, 1<<20)); issue.ID(err) != "not-an-image" {
		t.Error(err)
	}
}
