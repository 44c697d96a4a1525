package live_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/disk"
	"sigtool/ceremony/live/newc"
	"sigtool/ceremony/live/uki"
	"sigtool/internal/issue"
)

// forged is an image that is put together by hand, of the sections and files of a real one that were changed.
type forged struct {
	sections []uki.Section
	contents []byte
	more     []disk.File
}

func (f *forged) section(name string) *uki.Section {
	return &f.sections[slices.IndexFunc(f.sections, func(s uki.Section) bool { return s.Name == name })]
}

// forge changes an image and builds it again, with the right sums everywhere that sums are.
func forge(t *testing.T, image []byte, change func(*forged)) []byte {
	t.Helper()
	found, err := disk.Read(bytes.NewReader(image), int64(len(image)))
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string) *disk.File {
		return &found.Files[slices.IndexFunc(found.Files, func(f disk.File) bool { return strings.HasSuffix(f.Path, name) })]
	}
	boot, contents := file("BOOTX64.EFI"), file("CONTENTS.TXT")
	inside, err := uki.Read(boot.Data)
	if err != nil {
		t.Fatal(err)
	}
	f := &forged{sections: slices.Clone(inside.Sections), contents: contents.Data}
	change(f)
	made, err := uki.Build(inside.Stub, f.sections)
	if err != nil {
		t.Fatal(err)
	}
	again, err := disk.Build(append([]disk.File{{Path: boot.Path, Data: made}, {Path: contents.Path, Data: f.contents}}, f.more...))
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// packed is a frame of an archive, as good as any.
func packed(t *testing.T, archive []byte, level zstd.EncoderLevel) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true), zstd.WithWindowSize(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(archive, nil)
}

func archive(t *testing.T, files ...newc.File) []byte {
	t.Helper()
	data, err := newc.Write(files)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func unpacked(t *testing.T, f *forged) []byte {
	t.Helper()
	r, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	data, err := r.DecodeAll(f.section(".initrd").Data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestForged: whoever builds an image by hand, and well, gets nothing past that Build would not put there.
func TestForged(t *testing.T) {
	_, image, _ := whole(t)
	join := func(a, b []byte) []byte { return append(slices.Clone(a), b...) }
	extra := newc.File{Path: "init", Mode: 0o555, Data: []byte("#!/bin/sh\n")}
	for name, c := range map[string]struct {
		id     string
		change func(*forged)
	}{
		"nothing":        {"", func(*forged) {}},
		"command line":   {"live-section-differs", func(f *forged) { f.section(".cmdline").Data = []byte(live.CommandLine + " rdinit=/bin/sh") }},
		"release":        {"live-section-differs", func(f *forged) { f.section(".uname").Data = []byte("6.1.0-98-amd64") }},
		"name":           {"live-section-differs", func(f *forged) { f.section(".osrel").Data = []byte("ID=debian\n") }},
		"one section":    {"live-section-extra", func(f *forged) { f.sections = append(f.sections, uki.Section{Name: ".dtb", Data: []byte("tree")}) }},
		"order":          {"live-section-extra", func(f *forged) { f.sections[0], f.sections[1] = f.sections[1], f.sections[0] }},
		"no initrd":      {"live-section-extra", func(f *forged) { f.sections = f.sections[:4] }},
		"contents":       {"live-contents-differ", func(f *forged) { f.contents = join(f.contents, []byte("# more\n")) }},
		"file":           {"live-extra-file", func(f *forged) { f.more = []disk.File{{Path: "EFI/BOOT/SHELL.EFI", Data: []byte("MZ")}} }},
		"loader's entry": {"live-extra-file", func(f *forged) { f.more = []disk.File{{Path: "LOADER/CREDS.CPI", Data: []byte("07")}} }},
		"second frame": {"live-behind-initrd", func(f *forged) {
			s := f.section(".initrd")
			s.Data = join(s.Data, packed(t, archive(t, extra), zstd.SpeedDefault))
		}},
		"bare archive": {"live-behind-initrd", func(f *forged) { s := f.section(".initrd"); s.Data = join(s.Data, archive(t, extra)) }},
		"zeros":        {"live-behind-initrd", func(f *forged) { s := f.section(".initrd"); s.Data = join(s.Data, make([]byte, 4)) }},
		"skippable frame": {"live-initrd-damaged", func(f *forged) {
			s := f.section(".initrd")
			s.Data = join([]byte("\x50\x2a\x4d\x18\x01\x00\x00\x00x"), s.Data)
		}},
		"packed worse": {"live-packed-otherwise", func(f *forged) { f.section(".initrd").Data = packed(t, unpacked(t, f), zstd.SpeedFastest) }},
		"not packed":   {"live-initrd-damaged", func(f *forged) { f.section(".initrd").Data = unpacked(t, f) }},
		"second archive": {"", func(f *forged) {
			f.section(".initrd").Data = packed(t, join(unpacked(t, f), archive(t, extra)), zstd.SpeedBestCompression)
		}},
		"one more file": {"live-extra-file", func(f *forged) {
			found, err := newc.Read(unpacked(t, f))
			if err != nil {
				t.Fatal(err)
			}
			f.section(".initrd").Data = packed(t, archive(t, append(found, newc.File{Path: "note", Mode: 0o444})...), zstd.SpeedBestCompression)
		}},
		"set-uid": {"live-archive-differs", func(f *forged) {
			found, err := newc.Read(unpacked(t, f))
			if err != nil {
				t.Fatal(err)
			}
			found[0].Mode = 0o777
			f.section(".initrd").Data = packed(t, archive(t, found...), zstd.SpeedBestCompression)
		}},
		"a network": {"module-refused", func(f *forged) {
			found, err := newc.Read(unpacked(t, f))
			if err != nil {
				t.Fatal(err)
			}
			last := &found[len(found)-1]
			last.Path, last.Data = "modules/02-quiet.ko", module("quiet", "alloc_netdev_mqs").Data
			f.section(".initrd").Data = packed(t, archive(t, found...), zstd.SpeedBestCompression)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			forged := forge(t, image, c.change)
			_, err := live.TakeApart(bytes.NewReader(forged), int64(len(forged)))
			switch {
			case name == "nothing":
				if err != nil {
					t.Error(err)
				}
			case !errors.Is(err, live.ErrUnaccounted):
				t.Errorf("not refused: %v", err)
			case c.id != "" && issue.ID(err) != c.id:
				t.Error(err)
			}
		})
	}
}

// TestFlippedBytes: of all bytes, a sample, there is none that may be another, but in the partition for outputs.
func TestFlippedBytes(t *testing.T) {
	_, image, list := whole(t)
	sample := []int{0, 440, 446, 510, 512, 520, 568, 1024, 1056, 1152, 17407, 17408, 32767, 32768, 32768 + 11, len(image) - 1, len(image) - 512, len(image) - 33*512}
	for at := 100; at < len(image); at += len(image)/70 + 1 {
		sample = append(sample, at)
	}
	for at := 32768; at < 32768+160<<10; at += 4999 { // the tables of FAT, folders, and the files
		sample = append(sample, at)
	}
	outputs := len(image) - (33+4096)*512
	for _, at := range sample {
		image[at] ^= 0x10
		c, err := live.TakeApart(bytes.NewReader(image), int64(len(image)))
		inside := at >= outputs && at < len(image)-33*512
		if inside && (err != nil || !c.Used || !slices.Equal(c.List, list)) || !inside && err == nil {
			t.Errorf("byte %d: %v", at, err)
		}
		image[at] ^= 0x10
	}
}
