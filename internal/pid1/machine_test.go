package pid1

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTerminals(t *testing.T) {
	sys := fstest.MapFS{"class/tty/tty1/dev": {}, "class/tty/tty2/dev": {}, "class/tty/console/dev": {}, "class/tty/ttyprintk/dev": {}}
	for name, kind := range map[string]string{"ttyS0": "4\n", "ttyS1": "0\n", "ttyS10": "16\n", "ttyS2": "4\n", "ttyS3": "x\n", "ttySx": "4\n", "ttyS-1": "4\n"} {
		sys["class/tty/"+name+"/type"] = &fstest.MapFile{Data: []byte(kind)}
	}
	sys["class/tty/ttyS4/dev"] = &fstest.MapFile{}
	if got, want := Terminals(sys), []string{"tty1", "ttyS0", "ttyS2", "ttyS10"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for name := range sys {
		if strings.HasSuffix(name, "/type") {
			sys[name] = &fstest.MapFile{Data: []byte("4\n")}
		}
	}
	if got := Terminals(sys); len(got) != 1+maxSerial {
		t.Errorf("%q", got)
	}
	if got := Terminals(fstest.MapFS{}); got != nil {
		t.Errorf("%q", got)
	}
}

const mountTable = `1 1 0:2 / / rw - rootfs rootfs rw,size=224472k
21 1 0:19 / /proc rw,nosuid - proc proc rw
31 1 8:2 / /outputs rw,nosuid,nodev shared:1 - vfat /dev/sda2 rw,codepage=437
32 1 8:17 / /in\040puts\134x ro master:1 propagate_from:2 - vfat /dev/sdb1 ro
33 1 0:9 / /short
`

func TestOnDevices(t *testing.T) {
	if got, want := onDevices(mountTable), []string{"/outputs", `/in puts\x`}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzOnDevices(f *testing.F) {
	f.Add(mountTable)
	f.Add(`1 1 1 / /\0 rw - - /dev/x rw`)
	f.Fuzz(func(t *testing.T, table string) {
		for _, point := range onDevices(table) {
			if point == "" || len(point) > len(table) {
				t.Errorf("%q", point)
			}
		}
	})
}

func TestModuleNames(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"100-vfat.ko", "00-usbcore.ko", "99-fat.ko", "note.txt", "late.ko"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := moduleNames(folder)
	if want := []string{"00-usbcore.ko", "99-fat.ko", "100-vfat.ko", "late.ko"}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	if got, err := moduleNames(filepath.Join(folder, "none")); got != nil || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if bare("07-usb-storage.ko") != "usb-storage" || bare("late.ko") != "late" {
		t.Error(bare("07-usb-storage.ko"), bare("late.ko"))
	}
}

func TestSettings(t *testing.T) {
	knob := filepath.Join(t.TempDir(), "knob")
	if err := os.WriteFile(knob, []byte("0\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := (Setting{knob, "1"}).Insist(); err != nil {
		t.Error(err)
	}
	if err := (Setting{knob, ""}).Insist(); err == nil { // an ordinary file keeps what is behind the first byte
		t.Error("the value was not read back")
	}
	if failed := Apply([]Setting{{knob + "s", "1"}, {knob + "/x", "1"}, {filepath.Dir(knob), "1"}}); len(failed) != 2 {
		t.Error(failed)
	}
	if err := (Setting{knob + "s", "1"}).Insist(); err == nil {
		t.Error("a knob that is not there was turned")
	}
}
