package newc

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

var example = []File{
	{"init", 0o755, []byte("\x7fELF is what it would be")},
	{"modules", 0o40755, nil},
	{"modules/00-usb_common.ko", 0o644, []byte("odd")},
	{"modules/01-usbcore.ko", 0o644, []byte("even")},
	{"empty", 0o600, nil},
}

func TestRoundTrip(t *testing.T) {
	for _, files := range [][]File{nil, example, example[:1]} {
		archive, err := Write(files)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read(archive)
		if err != nil || len(again) != len(files) || len(files) > 0 && !reflect.DeepEqual(again, files) {
			t.Errorf("%v %v", again, err)
		}
		if len(archive)%4 != 0 {
			t.Errorf("%d bytes", len(archive))
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	for want, files := range map[string][]File{
		`"": a path has`:                                           {{"", 0o644, nil}},
		`"/init": a path has`:                                      {{"/init", 0o644, nil}},
		`"..": a path has`:                                         {{"..", 0o40755, nil}},
		`".": a path has`:                                          {{".", 0o40755, nil}},
		`"../x": a path has`:                                       {{"../x", 0o644, nil}},
		`"a/../x": a path has`:                                     {{"a", 0o40755, nil}, {"a/../x", 0o644, nil}},
		`"a/": a path has`:                                         {{"a/", 0o40755, nil}},
		`"a\x00b": a path has`:                                     {{"a\x00b", 0o644, nil}},
		`"TRAILER!!!": a path has`:                                 {{"TRAILER!!!", 0o644, nil}},
		`a path has 1 to 255`:                                      {{strings.Repeat("a", 256), 0o644, nil}},
		`"a": it is there twice`:                                   {{"a", 0o644, nil}, {"a", 0o40755, nil}},
		`"a/b": its folder is not there before it`:                 {{"a/b", 0o644, nil}, {"a", 0o40755, nil}},
		`"f/b": its folder is not there before it`:                 {{"f", 0o644, nil}, {"f/b", 0o644, nil}},
		`"a": its mode is 4755: permissions and folders only`:      {{"a", 0o4755, nil}},
		`"dev": its mode is 20600: permissions and folders only`:   {{"dev", 0o20600, nil}},
		`"link": its mode is 120777: permissions and folders only`: {{"link", 0o120777, []byte("x")}},
		`"a": a folder has data`:                                   {{"a", 0o40755, []byte("x")}},
		`an archive has at most 1024 files`:                        make([]File, maxFiles+1),
	} {
		if _, err := Write(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, not %q", err, want)
		}
	}
}

// TestReadRefuses changes each byte of an archive that is no data and no path: nothing else may be taken for it.
func TestReadRefuses(t *testing.T) {
	archive, err := Write(example)
	if err != nil {
		t.Fatal(err)
	}
	for i := range archive {
		for _, bit := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(archive)
			bad[i] ^= bit
			files, err := Read(bad)
			if err != nil {
				continue
			}
			if again, err := Write(files); err != nil || !bytes.Equal(again, bad) {
				t.Errorf("byte %d with bit %x: read as %v, %v", i, bit, files, err)
			}
		}
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "cut": archive[:len(archive)-1], "without trailer": archive[:len(archive)-headerSize-12], "zeros behind": append(bytes.Clone(archive), make([]byte, 4)...),
		"another archive behind": append(bytes.Clone(archive), archive...), "crc": bytes.Replace(archive, []byte(magic), []byte("070702"), 1),
		"large name": bytes.Replace(archive, []byte("00000005"), []byte("FFFFFFFF"), 1), "small digits": bytes.Replace(archive, []byte("000081ED"), []byte("000081ed"), 1),
	} {
		if files, err := Read(bad); err == nil {
			t.Errorf("%s: %v", name, files)
		}
	}
}

// TestCpio has GNU cpio list and unpack an archive.
func TestCpio(t *testing.T) {
	cpio := oracle.Need(t, "cpio")
	archive, err := Write(example)
	if err != nil {
		t.Fatal(err)
	}
	list := exec.Command(cpio, "--list", "--verbose", "--numeric-uid-gid", "--quiet")
	list.Stdin, list.Env = bytes.NewReader(archive), append(os.Environ(), "TZ=UTC", "LC_ALL=C")
	out, err := list.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "drwxr-xr-x   2 0        0               0 Jan  1  1970 modules\n-rw-r--r--   1 0        0               3 Jan  1  1970 modules/00-usb_common.ko\n") {
		t.Errorf("%v\n%s", err, out)
	}
	folder := t.TempDir()
	unpack := exec.Command(cpio, "--extract", "--quiet", "--no-preserve-owner")
	unpack.Stdin, unpack.Dir = bytes.NewReader(archive), folder
	if out, err := unpack.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, f := range example {
		info, err := os.Stat(filepath.Join(folder, f.Path))
		if err != nil || uint32(info.Mode().Perm()) != f.Mode&0o777 || info.IsDir() != f.folder() {
			t.Errorf("%s: %v %v", f.Path, info, err)
		}
		if data, err := os.ReadFile(filepath.Join(folder, f.Path)); !f.folder() && (err != nil || !bytes.Equal(data, f.Data)) {
			t.Errorf("%s: %q %v", f.Path, data, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, files := range [][]File{nil, example} {
		archive, err := Write(files)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive)
		f.Add(archive[:len(archive)/2])
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		files, err := Read(archive)
		if err != nil {
			return
		}
		if again, err := Write(files); err != nil || !bytes.Equal(again, archive) {
			t.Errorf("%v", err)
		}
	})
}
