package disk

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// saved writes an image into a folder of its own.
func saved(t *testing.T, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// opened reads an image that another tool has changed.
func opened(t *testing.T, name string) (*Disk, error) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return read(data)
}

// TestSgdisk: gdisk finds nothing wrong with the partition table.
func TestSgdisk(t *testing.T) {
	tool := oracle.Need(t, "sgdisk")
	name := saved(t, build(t, sample()))
	if out := oracle.Run(t, tool, "-v", name); !strings.Contains(string(out), "No problems found") {
		t.Errorf("%s", out)
	}
	for number, want := range []string{"C12A7328-F81F-11D2-BA4B-00A0C93EC93B|flags: 8000000000000000|'SIGTOOL'", "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7|flags: 0000000000000000|'OUTPUTS'"} {
		out := string(oracle.Run(t, tool, "-i", strconv.Itoa(number+1), name))
		for _, piece := range strings.Split(want, "|") {
			if !strings.Contains(out, piece) {
				t.Errorf("no %s in %s", piece, out)
			}
		}
	}
}

// TestSfdisk: util-linux reads what was written, with the GUIDs as the layout has them.
func TestSfdisk(t *testing.T) {
	tool := oracle.Need(t, "sfdisk")
	image := build(t, sample())
	name := saved(t, image)
	if out := string(oracle.Run(t, tool, "--verify", name)); !strings.Contains(out, "No errors detected") {
		t.Error(out)
	}
	var got struct {
		Table struct {
			Label, Unit string
			Partitions  []struct {
				Start, Size       int
				Type, Name, Attrs string
			}
		} `json:"partitiontable"`
	}
	if err := json.Unmarshal(oracle.Run(t, tool, "-J", name), &got); err != nil {
		t.Fatal(err)
	}
	d, err := read(image)
	if err != nil {
		t.Fatal(err)
	}
	parts := got.Table.Partitions
	if got.Table.Label != "gpt" || len(parts) != 2 || parts[0].Start != espStart || parts[0].Size != d.esp || parts[0].Attrs != "GUID:63" ||
		parts[1].Start != espStart+d.esp || parts[1].Size != d.data() || parts[1].Name != Label {
		t.Errorf("%+v", got)
	}
}

// TestFsck: both file systems are sound, and have as many bits as fsck.fat takes them to have.
func TestFsck(t *testing.T) {
	tool := oracle.Need(t, "fsck.fat")
	for _, files := range [][]File{{}, sample(), {{"BIG", program(18_000_000)}}, {{"BIG", make([]byte, 40_000_000)}}} {
		image := build(t, files)
		d, err := read(image)
		if err != nil {
			t.Fatal(err)
		}
		data := (espStart + d.esp) * sector
		for want, part := range map[string][]byte{"2 FATs, 16 bit entries": image[espStart*sector : data], "2 FATs, 12 bit entries": image[data : data+d.data()*sector]} {
			if out := string(oracle.Run(t, tool, "-n", "-v", saved(t, part))); !strings.Contains(out, want) || strings.Contains(out, "differ") || strings.Contains(out, "Leaving") {
				t.Error(out)
			}
		}
	}
}

// TestMtools: mtools reads the files, and an EFI system partition that it wrote a signed program to is read with that program in it.
func TestMtools(t *testing.T) {
	mcopy, mdir := oracle.Need(t, "mcopy"), oracle.Need(t, "mdir")
	image := build(t, sample())
	name := saved(t, image)
	at := name + "@@" + strconv.Itoa(espStart*sector)
	for _, file := range sample() {
		if got := oracle.Run(t, mcopy, "-n", "-i", at, "::/"+file.Path, "-"); !bytes.Equal(got, file.Data) {
			t.Errorf("%s: %d bytes", file.Path, len(got))
		}
	}
	if out := oracle.Run(t, mdir, "-b", "-/", "-i", at, "::"); !strings.Contains(string(out), "::/EFI/BOOT/BOOTX64.EFI") {
		t.Errorf("%s", out)
	}
	signed := append(program(300_001), program(slack)...)
	oracle.Run(t, mcopy, "-o", "-i", at, saved(t, signed), "::/EFI/BOOT/BOOTX64.EFI")
	d, err := opened(t, name)
	if err != nil {
		t.Fatal(err)
	}
	if want := []File{sample()[0], {"EFI/BOOT/BOOTX64.EFI", signed}}; !same(d.Files, want) || d.Exact || d.Used || !d.BuiltFrom(sample()) {
		t.Errorf("exact %v, used %v, built from the same %v", d.Exact, d.Used, d.BuiltFrom(sample()))
	}
}

// TestMtoolsElse: what else mtools does to an image.
func TestMtoolsElse(t *testing.T) {
	mcopy, mmd, mlabel, mdel := oracle.Need(t, "mcopy"), oracle.Need(t, "mmd"), oracle.Need(t, "mlabel"), oracle.Need(t, "mdel")
	image := build(t, sample())
	made, err := read(image)
	if err != nil {
		t.Fatal(err)
	}
	efi, outputs := "@@"+strconv.Itoa(espStart*sector), "@@"+strconv.Itoa((espStart+made.esp)*sector)
	some := saved(t, []byte("x"))
	for _, c := range []struct {
		tool  string
		where string
		last  []string
		check func(*Disk, error) bool
	}{
		{mmd, efi, []string{"::/MORE"}, func(d *Disk, err error) bool {
			return err == nil && !d.Exact && d.Files[len(d.Files)-1].Path == "MORE/"
		}},
		{mcopy, efi, []string{some, "::/EFI/MORE.TXT"}, func(d *Disk, err error) bool {
			return err == nil && !d.Exact && d.Files[len(d.Files)-1].Path == "EFI/MORE.TXT"
		}},
		{mdel, efi, []string{"::/CONTENTS.TXT"}, func(d *Disk, err error) bool { return err == nil && !d.Exact && len(d.Files) == 1 }},
		{mcopy, efi, []string{some, "::/A long name.html"}, func(_ *Disk, err error) bool { return err != nil && strings.Contains(err.Error(), "long one") }},
		{mlabel, efi, []string{"::ELSE"}, func(_ *Disk, err error) bool { return err != nil }},
		{mcopy, outputs, []string{some, "::/A long name.html"}, func(d *Disk, err error) bool { return err == nil && d.Exact && d.Used }},
	} {
		name := saved(t, image)
		args := append([]string{"-i", name + c.where}, c.last...)
		oracle.Run(t, c.tool, args...)
		if d, err := opened(t, name); !c.check(d, err) {
			t.Errorf("%s: %+v, %v", c.tool, d, err)
		}
	}
}
