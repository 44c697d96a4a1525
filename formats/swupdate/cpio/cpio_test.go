package cpio

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// gnu runs GNU cpio in a folder.
func gnu(t *testing.T, folder string, input []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(oracle.Need(t, "cpio"), args...)
	cmd.Dir, cmd.Stdin = folder, bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(args, err)
	}
	return out
}

func read(t *testing.T, file []byte) *Archive {
	t.Helper()
	a, err := Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// checkData holds an archive's members to what they should be.
func checkData(t *testing.T, file []byte, crc bool, data map[string]string) *Archive {
	t.Helper()
	a := read(t, file)
	if !Sniff(file) || len(a.Members) != len(data) {
		t.Fatalf("%d members", len(a.Members))
	}
	for _, m := range a.Members {
		_, hash, err := m.Sums(context.Background(), bytes.NewReader(file))
		if err != nil || hash != sha256.Sum256([]byte(data[m.Name])) || m.CRC != crc {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
	return a
}

// What GNU cpio packs is read; members that are made anew are unpacked by it, and the archive still fills whole blocks.
func TestGNU(t *testing.T) {
	data := map[string]string{"sw-description": "software = {}", "a": "", "bcd": "x", "long.img": strings.Repeat("\xff\x01 sixteen bytes", 50000)}
	folder := t.TempDir()
	for name, text := range data {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"newc", "crc"} {
		file := gnu(t, folder, []byte("sw-description\na\nbcd\nlong.img\n"), "-o", "--quiet", "-H", kind)
		a := checkData(t, file, kind == "crc", data)
		first := a.Members[0]
		if same, err := patch.NewView(patch.Bytes(file), []patch.Edit{a.Replace(first, []byte(data[first.Name]))}); err != nil || !bytes.Equal(all(t, same), file) {
			t.Errorf("%s: a member that stays as it is comes out otherwise (%v)", kind, err)
		}
		edits := []patch.Edit{a.Replace(first, []byte("software = { }; # longer")), a.InsertAfter(first, "sw-description.sig", bytes.Repeat([]byte{0xfe}, 257))}
		grown := int64(len(edits[0].Insert)) - edits[0].Remove + int64(len(edits[1].Insert))
		view, err := patch.NewView(patch.Bytes(file), append(edits, a.Tail(grown)...))
		if err != nil {
			t.Fatal(err)
		}
		signed := all(t, view)
		now := map[string]string{"sw-description": "software = { }; # longer", "sw-description.sig": strings.Repeat("\xfe", 257), "a": "", "bcd": "x", "long.img": data["long.img"]}
		b := checkData(t, signed, kind == "crc", now)
		if len(signed)%512 != 0 || len(signed)-int(b.End) >= 512 || b.Members[1].Name != "sw-description.sig" {
			t.Errorf("%s: %d bytes, the archive ends at %d", kind, len(signed), b.End)
		}
		out := t.TempDir()
		gnu(t, out, signed, "-i", "--quiet", "--only-verify-crc")
		gnu(t, out, signed, "-i", "--quiet")
		for name, text := range now {
			if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(got) != text {
				t.Errorf("%s: cpio unpacks %s otherwise (%v)", kind, name, err)
			}
		}
	}
}

func all(t *testing.T, src patch.Source) []byte {
	t.Helper()
	b := make([]byte, src.Size())
	if err := patch.ReadFull(src, b, 0); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAdd(t *testing.T) {
	b := bytes.Repeat([]byte{0xff, 0xfe, 0, 7, 0x80, 0xff, 0xff, 0xff, 0xff}, 3000)
	for _, n := range []int{0, 1, 7, 8, 1023, 1024, 1025, 8191, len(b)} {
		want := uint32(0xfffffff0)
		for _, c := range b[:n] {
			want += uint32(c)
		}
		if got := Add(0xfffffff0, b[:n]); got != want {
			t.Errorf("%d bytes: %08x, want %08x", n, got, want)
		}
	}
}

func TestInode(t *testing.T) {
	a := &Archive{Members: []Member{{Name: "a", Inode: 1, Mode: 0o100644}, {Name: "b", Inode: 2, Mode: 0o100644}}}
	for like, want := range map[int]uint32{0: 3, 1: 3} {
		edit := a.InsertAfter(a.Members[like], "c", nil)
		m := Member{}
		if _, err := m.readHeader(edit.Insert); err != nil || m.Inode != want || m.Links != 1 {
			t.Errorf("%+v, %v", m, err)
		}
	}
}

func TestSums(t *testing.T) {
	file := archive(part{name: "a", data: "xyz"})
	m := read(t, file).Members[0]
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := m.Sums(ctx, bytes.NewReader(file)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	file[m.Data]++
	if _, _, err := m.Sums(context.Background(), bytes.NewReader(file)); issue.ID(err) != "bad-checksum" || !errors.Is(err, formats.ErrFormat) {
		t.Error(err)
	}
}

func BenchmarkAdd(b *testing.B) {
	data := make([]byte, chunk)
	b.SetBytes(chunk)
	for b.Loop() {
		Add(0, data)
	}
}
