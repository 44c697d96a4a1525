package media

import (
	"strings"
	"testing"
	"testing/fstest"
)

// machine is /sys of a machine with a ceremony's stick, a stick without partitions, a reader without a card, and what no hardware is behind.
func machine() fstest.MapFS {
	sys := fstest.MapFS{}
	for name, text := range map[string]string{
		"sda/size": "30000", "sda/ro": "0", "sda/diskseq": "7", "sda/device/vendor": "Maker   ", "sda/device/model": "Stick\x1b[2J\u202e 1 ",
		"sda/sda1/partition": "1", "sda/sda1/start": "2048", "sda/sda1/size": "8192", "sda/sda1/ro": "0", "sda/sda1/uevent": "PARTN=1\nPARTNAME=EFI\n",
		"sda/sda2/partition": "2", "sda/sda2/start": "10240", "sda/sda2/size": "4096", "sda/sda2/ro": "1",
		"sda/sda2/uevent": "DEVTYPE=partition\nPARTNAME=OUTPUTS\nPARTUUID=12-34\n",
		"sda1/partition":  "1", "sda1/size": "8192", "sda2/partition": "2", "sda2/size": "4096", "sda2/stat": "     12        0      345        1   0 0 0 0 0 0 0\n",
		"sdb/size": "0",
		"sdc/size": "2048", "sdc/ro": "1", "sdc/queue/rotational": "0",
		"sdd/size": "99999999999999999999", "sde/size": "-5",
		"loop0/size": "2048", "ram0/size": "2048", "dm-0/size": "2048",
		"..\n/size": "2048",
	} {
		sys["class/block/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return sys
}

func TestList(t *testing.T) {
	found, err := List(machine())
	if err != nil {
		t.Fatal(err)
	}
	want := []Device{
		{Name: "sda1", Disk: "sda", Partition: 1, Start: 1 << 20, Size: 4 << 20, PartName: "EFI", Maker: "Maker Stick?[2J? 1", Sequence: "7"},
		{Name: "sda2", Disk: "sda", Partition: 2, Start: 5 << 20, Size: 2 << 20, ReadOnly: true, PartName: "OUTPUTS", PartUUID: "12-34",
			Maker: "Maker Stick?[2J? 1", Sequence: "7"},
		{Name: "sdc", Disk: "sdc", Size: 1 << 20, ReadOnly: true, Sequence: "0"},
	}
	if len(found) != len(want) {
		t.Fatalf("%+v", found)
	}
	for i := range want {
		if found[i] != want[i] {
			t.Errorf("%+v, want %+v", found[i], want[i])
		}
	}
	if found, err := List(fstest.MapFS{}); len(found) != 0 || err != nil {
		t.Error(found, err)
	}
}

func TestSectorsRead(t *testing.T) {
	sys := machine()
	if n, ok := SectorsRead(sys, "sda2"); n != 345 || !ok {
		t.Error(n, ok)
	}
	for _, name := range []string{"sda1", "none", "../sda2", ""} {
		if n, ok := SectorsRead(sys, name); ok {
			t.Error(name, n)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "  a \t b\n": "a b", "\x1b[31m": "?[31m", "Zürich": "Z?rich", "\xff": "?", "0123456789abc": "0123456...", "0123456789": "0123456789",
	} {
		if got := Printable(in, 10); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 9999: "9999 bytes", 10_000: "10 kB", 2097152: "2.0 MB", 16_000_000: "16 MB", 31_914_983_424: "31.9 GB"} {
		if got := Bytes(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// FuzzList: whatever a device says of itself, what is shown of it is short printable ASCII, and its node lies in /dev.
func FuzzList(f *testing.F) {
	f.Add("Maker", "2048", "1", "PARTNAME=OUTPUTS\n", "sda1")
	f.Add("\x1b]0;x\x07", "99999999999", "65537", "PARTNAME=\u202e\nPARTUUID=..\n", "sda/../../x")
	f.Fuzz(func(t *testing.T, model, size, partition, uevent, name string) {
		sys := fstest.MapFS{
			"class/block/sda/size":         {Data: []byte(size)},
			"class/block/sda/device/model": {Data: []byte(model)},
		}
		if plainName(name) {
			for file, text := range map[string]string{"size": size, "partition": partition, "uevent": uevent, "start": size} {
				sys["class/block/sda/"+name+"/"+file] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		found, _ := List(sys)
		for _, d := range found {
			text := d.Maker + d.PartName + d.PartUUID
			if d.Size <= 0 || d.Start < 0 || len(text) > 3*maxText || strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c > '~' }) ||
				!strings.HasPrefix(d.Path(), "/dev/sda") || strings.Contains(d.Path(), "..") {
				t.Errorf("%+v", d)
			}
		}
	})
}
