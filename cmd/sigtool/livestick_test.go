//go:build live

package main

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// secondPartition is where the second partition of a stick is: the offset in bytes, from its table of partitions.
//
//	 512       head of the GUID partition table
//	1024       the entries, of 128 bytes: the first partition's
//	1024+128   the second partition's; at 32 its first sector, 8 bytes
//
// Little-endian; UEFI Specification 2.10, 5.3.
func secondPartition(t *testing.T, stick string) int64 {
	t.Helper()
	data, err := os.ReadFile(stick)
	if err != nil || len(data) < 2048 || string(data[512:520]) != "EFI PART" {
		t.Fatalf("%s has no table of partitions: %v", stick, err)
	}
	return 512 * int64(binary.LittleEndian.Uint64(data[1024+128+32:]))
}

// outputs is the file system for outputs as the mtools name it: that of the second partition, or of a stick that has no partitions.
func (l *laptop) outputs() string {
	l.t.Helper()
	if filepath.Base(l.stick) != "stick.img" {
		return l.stick
	}
	return l.stick + "@@" + strconv.FormatInt(secondPartition(l.t, l.stick), 10)
}

// mtools runs one of them and returns what it says.
func mtools(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "MTOOLS_SKIP_CHECK=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v: %s", args, err, out)
	}
	return string(out)
}

// newStick makes a stick with a FAT on it, and files.
func (l *laptop) newStick(name string, kilobytes int, files map[string]string) {
	l.t.Helper()
	path := filepath.Join(l.folder, name+".img")
	mtools(l.t, "mformat", "-C", "-i", path, "-T", strconv.Itoa(2*kilobytes), "-v", strings.ToUpper(name), "::")
	for file, text := range files {
		l.put(path, file, text)
	}
}

// put writes a file to a FAT, as another machine does.
func (l *laptop) put(image, name, text string) {
	l.t.Helper()
	local := filepath.Join(l.folder, "file")
	if err := os.WriteFile(local, []byte(text), 0o644); err != nil {
		l.t.Fatal(err)
	}
	mtools(l.t, "mcopy", "-o", "-i", image, local, "::"+name)
}

// foreign makes a stick with a file system that is none of ours: text stands at an offset of it.
func (l *laptop) foreign(name, text string, at int) {
	l.t.Helper()
	data := make([]byte, 1<<20)
	copy(data[at:], text)
	if err := os.WriteFile(filepath.Join(l.folder, name+".img"), data, 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// take copies a folder from the partition for outputs, as another machine does, and returns where it is.
func (l *laptop) take(folder string) string {
	l.t.Helper()
	to, err := os.MkdirTemp(l.folder, "taken")
	if err != nil {
		l.t.Fatal(err)
	}
	mtools(l.t, "mcopy", "-s", "-n", "-i", l.outputs(), "::"+folder, to)
	return filepath.Join(to, folder)
}

// free is how many bytes are free on the partition for outputs.
func (l *laptop) free() int {
	l.t.Helper()
	var digits strings.Builder
	lines := strings.Split(strings.TrimSpace(mtools(l.t, "mdir", "-i", l.outputs(), "::")), "\n")
	for _, field := range strings.Fields(strings.TrimSuffix(strings.TrimSpace(lines[len(lines)-1]), "bytes free")) {
		digits.WriteString(field)
	}
	free, err := strconv.Atoi(digits.String())
	if err != nil {
		l.t.Fatal(err)
	}
	return free
}
