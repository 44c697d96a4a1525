package cst

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

const container = `[Header]
  Target = AHAB
  Version = 1.0
[Install SRK]
  File = "table.bin"
  Source = "srk3.pem"
  Source index = 2
  Source set = OEM
  Revocations = 0x9
[Install Certificate]
  File = "sgk.pem"
  Permissions = 0x1
[Authenticate Data]
  File = "flash.bin"
  Offsets = 0x400 0x490
`

// A text for AHAB says what a container is signed with; the sections may stand in any order.
func TestContainer(t *testing.T) {
	want := Container{Table: "table.bin", SRK: "srk3.pem", Index: 2, Revocations: 9, File: "flash.bin", Header: 0x400, Block: 0x490, Certificate: "sgk.pem", Permissions: 1}
	for _, text := range []string{container, change(container, "  Version = 1.0\n", ""), change(container, "0x400 0x490", "1024.1168")} {
		s, err := Parse([]byte(text))
		if err != nil || s.Target != AHAB || s.Container != want {
			t.Errorf("%+v, %v", s, err)
		}
	}
	s, err := Parse([]byte(change(container, "1.0", "2.0")))
	if err != nil || s.Container.Version != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := Parse([]byte("[Header]\nTarget=HAB\nVersion=4.0\n")); issue.ID(err) != "csf-order" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestContainerSlips(t *testing.T) {
	for _, slip := range []struct{ text, id string }{
		{change(container, "1.0", "3.0"), "csf-value"},
		{change(container, "1.0", "1.0\nEngine = CAAM"), "csf-argument"},
		{change(container, "1.0", "1.0\nMode = HSM"), "csf-unsupported"},
		{change(container, "1.0", "1.0\nMode = OEM"), "csf-value"},
		{change(container, "index = 2", "index = 4"), "csf-value"},
		{change(container, "0x9", "0x10"), "csf-value"},
		{change(container, "OEM", "HAB"), "csf-value"},
		{change(container, "OEM", "NXP"), "csf-unsupported"},
		{change(container, "  Source set = OEM\n", ""), "csf-argument"},
		{change(container, "  Revocations = 0x9\n", ""), "csf-argument"},
		{change(container, "  Source = \"srk3.pem\"\n", ""), "csf-argument"},
		{change(container, "0x1\n", "0x100\n"), "csf-value"},
		{change(container, "0x1\n", "0x1\nSignature = \"x\"\n"), "csf-unsupported"},
		{change(container, "0x1\n", "0x1\nUUID = 1\n"), "csf-argument"},
		{change(container, "0x490", "0x400"), "csf-value"},
		{change(container, "0x400 0x490", "0x400"), "csf-value"},
		{change(container, "  Offsets = 0x400 0x490\n", ""), "csf-argument"},
		{change(container, "  File = \"flash.bin\"\n", ""), "csf-argument"},
		{container + "Blocks = 0 0 1 \"x\"\n", "csf-argument"},
		{container + "[Authenticate Data]\nFile = \"x\"\nOffsets = 0 1\n", "csf-order"},
		{container + "[NOP]\n", "csf-section"},
		{container + "[Authenticate CSF]\n", "csf-section"},
		{container + "[Decrypt Data]\n", "csf-encrypted"},
		{"[Header]\nTarget = AHAB\n", "csf-order"},
	} {
		if _, err := Parse([]byte(slip.text)); issue.ID(err) != slip.id || !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%v, and not %s, of:\n%s", err, slip.id, slip.text)
		}
	}
}

// The offsets of a text have to be those of the file.
func TestContainerCheck(t *testing.T) {
	image := make([]byte, 0x800)
	copy(image[0x400:], []byte{0, 0x90, 0, 0x87})
	binary.LittleEndian.PutUint16(image[0x40c:], 0x90)
	c := Container{Header: 0x400, Block: 0x490}
	if err := c.Check(patch.Bytes(image)); err != nil {
		t.Error(err)
	}
	for _, wrong := range []Container{{Header: 0, Block: 0x490}, {Header: 0x400, Block: 0x491}, {Header: 0x7f8, Block: 0x888}, {Header: 0xffffffff, Block: 0}, {Version: 2, Header: 0x400, Block: 0x490}} {
		if err := wrong.Check(patch.Bytes(image)); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	if err := c.Check(patch.Bytes(nil)); !errors.Is(err, formats.ErrFormat) {
		t.Error(err)
	}
}

// The samples for AHAB.
func TestContainerSamples(t *testing.T) {
	folder := filepath.Join(filepath.Dir(samples(t)), "ahab")
	for _, name := range []string{"ahab_p256.csf", "ahab_p384.csf"} {
		s, err := Parse(read(t, filepath.Join(folder, name)))
		if err != nil || s.Target != AHAB {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := s.Container.Check(patch.Bytes(read(t, filepath.Join(folder, "unsigned.bin")))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
