package kmod

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
)

// A section that is not in the file, or larger than any, is refused before memory is asked for; long and broken text is cut.
func TestHostileModinfo(t *testing.T) {
	good := makeELF(true, binary.LittleEndian, 1, ".modinfo")
	at := len(good) - 64 // the section's header
	for what, row := range map[string]struct{ offset, size uint64 }{
		"behind the file": {uint64(len(good)) + 1, 0},
		"too long":        {0, uint64(len(good)) + 1},
		"overflow":        {1 << 63, 1 << 63},
	} {
		data := append([]byte{}, good...)
		binary.LittleEndian.PutUint64(data[at+24:], row.offset)
		binary.LittleEndian.PutUint64(data[at+32:], row.size)
		if got, err := (Format{}).Describe(t.Context(), patch.Bytes(data)); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	data := append([]byte{}, good...)
	fields := "\x00license=\xffGPL\x00name=" + strings.Repeat("x", 5000) + "\x00version="
	binary.LittleEndian.PutUint64(data[at+24:], uint64(len(data)))
	binary.LittleEndian.PutUint64(data[at+32:], uint64(len(fields)))
	got, err := Format{}.Describe(t.Context(), patch.Bytes(append(data, fields...)))
	if err != nil || len(got) != 2 || got[0].Name != "name" || len(got[0].Value) > maxField+3 || got[1].Value != "?GPL" {
		t.Errorf("%v, %v", got, err)
	}
	big := append(append([]byte{}, good...), make([]byte, maxModinfo+1)...)
	binary.LittleEndian.PutUint64(big[at+24:], uint64(len(good)))
	binary.LittleEndian.PutUint64(big[at+32:], maxModinfo+1)
	if _, err := (Format{}).Describe(t.Context(), patch.Bytes(big)); !errors.Is(err, formats.ErrFormat) {
		t.Errorf("5 MiB: %v", err)
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add(makeELF(false, binary.BigEndian, 1, ".modinfo"))
	for _, name := range []string{"sample.ko", "sample.ko.gz", "sample.ko.xz", "sample.ko.zst", "signed-rsa2048-sha256.ko"} {
		f.Add(formatstest.Read(f, "kmod/"+name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		Format{}.Describe(t.Context(), patch.Bytes(data))
		result, err := Format{}.Strip(t.Context(), patch.Bytes(data))
		if err != nil {
			return
		}
		if _, err := (Format{}).Strip(t.Context(), patch.Bytes(apply(t, data, result))); !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("stripped, it is not unsigned: %v", err)
		}
	})
}
