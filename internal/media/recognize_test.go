package media

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// sample is a device that has bytes at some offset and nothing else.
func sample(size int, at int, text string) []byte {
	b := make([]byte, size)
	copy(b[at:], text)
	return b
}

// smallFAT is the head of a FAT12 file system of 1 MiB with a root folder of one sector, which has the label.
func smallFAT(label string) []byte {
	b := make([]byte, 1<<20)
	copy(b, "\xeb\x3c\x90mkfs.fat")
	le := binary.LittleEndian
	le.PutUint16(b[11:], 512)
	b[13] = 4
	le.PutUint16(b[14:], 1)
	b[16] = 2
	le.PutUint16(b[17:], 16)
	le.PutUint16(b[19:], 2048)
	b[21] = 0xf8
	le.PutUint16(b[22:], 2)
	b[38] = 0x29
	le.PutUint32(b[39:], 0x1a2b3c4d)
	copy(b[43:], "NO NAME    FAT12   ")
	b[510], b[511] = 0x55, 0xaa
	root := b[5*512:]
	copy(root, "PLAN    YAM")
	root[11] = 0x20
	copy(root[32:], label)
	root[32+11] = 8
	return b
}

func TestRecognize(t *testing.T) {
	samples := map[Kind][]byte{
		ExFAT: sample(8192, 3, "EXFAT   "), NTFS: sample(8192, 3, "NTFS    "), BitLocker: sample(8192, 3, "-FVE-FS-"), LUKS: sample(8192, 0, "LUKS\xba\xbe\x00\x02"),
		Ext: sample(8192, 1080, "\x53\xef"), Swap: sample(8192, 4086, "SWAPSPACE2"), ISO: sample(65536, 32769, "CD001"), Empty: make([]byte, 8192),
		Unknown: sample(8192, 7, "something"), Table: sample(8192, 510, "\x55\xaa"), Apple: sample(8192, 32, "NXSB"), OtherUnix: sample(8192, 0, "XFSB"),
		FAT: smallFAT("STICK      "),
	}
	for want, b := range samples {
		v, err := Recognize(bytes.NewReader(b), int64(len(b)))
		if v.Kind != want || err != nil {
			t.Errorf("%s, %v, want %s", v.Kind, err, want)
		}
		if want == FAT && (v.Label != "STICK" || v.Serial() != "1A2B-3C4D") {
			t.Errorf("%+v %s", v, v.Serial())
		}
	}
	b := smallFAT("A\x1b[2J\xe4")
	if v, _ := Recognize(bytes.NewReader(b), int64(len(b))); v.Label != "A?[2J?" {
		t.Errorf("label %q", v.Label)
	}
	if v, err := Recognize(bytes.NewReader(b[:100]), 100); v.Kind != Unknown || err != nil {
		t.Error(v, err)
	}
}

// Each field of the head that is wrong makes it another thing than FAT.
func TestWrongFAT(t *testing.T) {
	for at, value := range map[int]byte{0: 0, 11: 1, 13: 3, 14: 0, 16: 3, 17: 0, 20: 0xff, 21: 7, 22: 0, 510: 0} {
		b := smallFAT("X")
		if b[at] = value; at == 22 || at == 14 || at == 17 {
			b[at+1] = 0
		}
		if v, _ := Recognize(bytes.NewReader(b), int64(len(b))); v.Kind == FAT {
			t.Errorf("byte %d = %d is taken", at, value)
		}
	}
	b := smallFAT("X")
	if v, _ := Recognize(bytes.NewReader(b), 1<<19); v.Kind == FAT {
		t.Error("a file system is larger than its device")
	}
}

// What others make is recognized as what it is.
func TestRecognizeOthers(t *testing.T) {
	for _, row := range []struct {
		size int64
		tool string
		args []string
		want Volume
	}{
		{2 << 20, "mkfs.vfat", []string{"-n", "OUTPUTS", "-i", "11223344"}, Volume{FAT, "OUTPUTS", 0x11223344}},
		{16 << 20, "mkfs.vfat", []string{"-F", "16", "-n", "SIXTEEN", "-i", "11223344"}, Volume{FAT, "SIXTEEN", 0x11223344}},
		{64 << 20, "mkfs.vfat", []string{"-F", "32", "-n", "THIRTYTWO", "-i", "11223344"}, Volume{FAT, "THIRTYTWO", 0x11223344}},
		{64 << 20, "mkfs.vfat", []string{"-F", "32", "-i", "11223344"}, Volume{FAT, "", 0x11223344}},
		{8 << 20, "mkfs.ext4", []string{"-q"}, Volume{Kind: Ext}},
	} {
		t.Run(row.want.Label+string(row.want.Kind), func(t *testing.T) {
			tool := oracle.Need(t, row.tool)
			name := filepath.Join(t.TempDir(), "image")
			file, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if err := file.Truncate(row.size); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(tool, append(row.args, name)...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if v, err := Recognize(file, row.size); v != row.want || err != nil {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
}

// FuzzRecognize: whatever a device holds, there is a kind, and its label is short and does nothing to a terminal.
func FuzzRecognize(f *testing.F) {
	f.Add(smallFAT("STICK      ")[:8192])
	f.Add(sample(4096, 3, "EXFAT   "))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, size := range []int64{int64(len(b)), 1 << 40} {
			v, err := Recognize(bytes.NewReader(b), size)
			if v.Kind == "" || err != nil || len(v.Label) > 11 || strings.ContainsFunc(v.Label, func(c rune) bool { return c < ' ' || c > '~' }) {
				t.Errorf("%+v, %v", v, err)
			}
		}
	})
}
