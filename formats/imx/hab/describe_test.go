package hab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// described is what inspect would say of a file.
func described(t *testing.T, data []byte) string {
	t.Helper()
	lines, err := Format{}.Describe(context.Background(), patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&text, "%s: %s\n", l.Name, l.Value)
	}
	return text.String()
}

// A file is drawn from its first byte on: what stands where, what is signed, the commands and what they point at.
func TestDescribe(t *testing.T) {
	w := newWorld(t, true)
	items := append(w.usual(), item{command: []byte{0xb2, 0, 8, 0x1d, 0, 0, 0, 2}})
	items[4] = authenticate(2, w.img, [2]uint32{base, 0x100}, [2]uint32{0x10000000, 24})
	text := described(t, built(t, bare(), items))
	for _, line := range []string{
		"stage: boot image at 0x0, 0x3400 bytes loaded to 0x177ff000",
		"IVT: 0x177ff400  at 0x0             0x20  signed",
		"boot data: 0x177ff420  at 0x20             0xc  signed",
		"DCD: 0x177ff42c  at 0x2c            0x10  signed",
		"entry: 0x177ff800  at 0x400            0x4  NOT SIGNED",
		"signed: 0x177ff400  at 0x0            0x100",
		"signed: 0x10000000  not in the file: 0x18 bytes",
		"HAB 4.5, 0x58 bytes of commands, room for 0x2000",
		"+0x004: Install SRK        key 0 of the SRK table",
		"Install CSFK",
		"Authenticate CSF",
		"Authenticate Data  key 2",
		"Unlock             CAAM RNG",
		"SRK 0: rsa2048 CA ",
		"<- this one\nSRK 1: rsa3072 CA ",
		"fuses: ",
		"CN=CSF1, serial 43534631, by CN=SRK1",
		"1970-01-01 00:00:01 UTC",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// What is not signed yet is drawn too, with where the CSF would go.
func TestDescribeUnsigned(t *testing.T) {
	image := bare()
	if text := described(t, image); !strings.Contains(text, "CSF: 0x17800400  at 0x1000                none: the vector table says") ||
		!strings.Contains(text, "to sign: 0x177ff400  at 0x0           0x1000") {
		t.Errorf("%s", text)
	}
	put32(24, 0)(image)
	put32(36, 0x400+csfAt)(image)
	if text := described(t, image); !strings.Contains(text, "CSF: 0x17800400  at 0x1000                none: sign would put it there") {
		t.Errorf("%s", text)
	}
	if _, err := (Format{}).Describe(context.Background(), patch.Bytes(bytes.Repeat([]byte{0}, 9000))); !errors.Is(err, formats.ErrFormat) {
		t.Error(err)
	}
}

// Names that others chose are shown in part.
func TestDescribeLong(t *testing.T) {
	w := newWorld(t, true)
	w.csf = issueCert(t, "p384", strings.Repeat("long", 1000), false, w.srk)
	for line := range strings.Lines(described(t, built(t, bare(), w.usual()))) {
		if len(line) > 500 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

// FuzzVerify: nothing that a file says makes verifying, or drawing it, panic; and without its keys nothing passes for pinned.
func FuzzVerify(f *testing.F) {
	w, fast := newWorld(f, true), newWorld(f, false)
	f.Add(built(f, bare(), w.usual()))
	f.Add(built(f, bare(), fast.fast()))
	for _, name := range []string{"inside-v1.bin", "outside-v2.bin", "u-boot-ivt.img", "small.imx"} {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := judged(data, optionHash, bytes.Repeat([]byte{1}, 32))
		if err == nil || slices.ContainsFunc(found, func(s formats.Signature) bool { return s.Pinned }) {
			t.Error("accepted under fuses that nothing hashes to")
		}
		judged(data)
		Format{}.Describe(context.Background(), patch.Bytes(data))
	})
}
