package kmod

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"sigtool/formats"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// tools are the programs that must unpack what we pack, and how they say that a file is whole.
var tools = map[string][]string{
	".gz":  {"gzip", "-t"},
	".xz":  {"xz", "-t"},
	".zst": {"zstd", "-q", "-t"},
}

// Unpacked, a compressed module that we signed is byte for byte what sign-file makes of the unpacked one; the tools find it whole.
func TestCompressed(t *testing.T) {
	want := read(t, samples+"signed-rsa2048-sha256.ko")
	req := request(t, "rsa2048", "sha256")
	for extension, tool := range tools {
		path := filepath.Join(t.TempDir(), "x.ko"+extension)
		os.WriteFile(path, sign(t, read(t, samples+"sample.ko"+extension), req), 0o600)
		program := oracle.Need(t, tool[0])
		oracle.Run(t, program, append(tool[1:], path)...)
		if got := oracle.Run(t, program, "-d", "-c", path); !bytes.Equal(got, want) {
			t.Errorf("%s: unpacked, it is not what sign-file makes", extension)
		}
		if err := verifyBytes(read(t, samples+"signed-rsa2048-sha256.ko"+extension), formats.Keys{Certs: req.Chain}); err != nil {
			t.Errorf("%s: packed by the tool: %v", extension, err)
		}
	}
}

// A kernel unpacks xz with CRC32 alone and without filters, and zstd within the window of 8 MiB.
func TestKernelParameters(t *testing.T) {
	big := bytes.Repeat(read(t, samples+"sample.ko"), 2000)
	packed, err := xzPack(big)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "big.xz")
	os.WriteFile(path, packed, 0o600)
	list := string(oracle.Run(t, oracle.Need(t, "xz"), "-lvv", path))
	if !strings.Contains(list, "CRC32") || !strings.Contains(list, "--lzma2=dict=1MiB") {
		t.Errorf("xz says:\n%s", list)
	}
	if packed, err = zstdPack(big); err != nil {
		t.Fatal(err)
	}
	var h zstd.Header
	if err := h.Decode(packed); err != nil || !h.HasCheckSum || !h.HasFCS || h.SingleSegment || h.WindowSize > 8<<20 {
		t.Errorf("zstd frame: %v %+v", err, h)
	}
	for _, c := range codecs {
		packed, err := c.pack(big)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.unpack(packed); err != nil || !bytes.Equal(got, big) {
			t.Errorf("%s: %d bytes, %v", c.name, len(got), err)
		}
	}
}

// A changed byte of a compressed file is refused, or does not change the module that a kernel unpacks and checks.
func TestCompressedDamage(t *testing.T) {
	keys := formats.Keys{Certs: request(t, "rsa2048", "sha256").Chain}
	want := read(t, samples+"signed-rsa2048-sha256.ko")
	for extension := range tools {
		packed := read(t, samples+"signed-rsa2048-sha256.ko"+extension)
		c := findCodec(bytes.NewReader(packed), int64(len(packed)))
		for i := range packed {
			bit := byte(1) << (i % 8)
			packed[i] ^= bit
			if err := verifyBytes(packed, keys); err == nil {
				if got, err := c.unpack(packed); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: byte %d changed, and nobody noticed", extension, i)
				}
			}
			packed[i] ^= bit
			if err := verifyBytes(packed[:i], keys); err == nil {
				t.Errorf("%s: cut to %d bytes, and nobody noticed", extension, i)
			}
		}
	}
}

// One stream and nothing else: what a kernel would pass over, or unpack as well, is refused.
func TestOneStream(t *testing.T) {
	for extension := range tools {
		packed := read(t, samples+"signed-rsa2048-sha256.ko"+extension)
		for what, data := range map[string][]byte{
			"twice": bytes.Repeat(packed, 2), "a byte behind": append(bytes.Clone(packed), 'x'), "zeros behind": append(bytes.Clone(packed), 0, 0, 0, 0),
		} {
			if err := verifyBytes(data, formats.Keys{}); !errors.Is(err, formats.ErrFormat) {
				t.Errorf("%s, %s: %v", extension, what, err)
			}
		}
	}
}

// A bomb is refused before it fills the memory.
func TestBombs(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 256 MiB take seconds to pack and unpack")
	}
	zeros := make([]byte, 1<<20)
	many := maxModule>>20 + 1
	var gz, x bytes.Buffer
	g, _ := gzip.NewWriterLevel(&gz, gzip.BestSpeed)
	w, err := xz.WriterConfig{DictCap: 1 << 16}.NewWriter(&x)
	if err != nil {
		t.Fatal(err)
	}
	for range many {
		g.Write(zeros)
	}
	g.Close()
	w.Write(zeros)
	w.Close()
	// The same block again and again; the index is never reached.
	block := x.Bytes()[xzHeaderSize:]
	_, size, _ := xzBlock(block)
	used, _, _ := chunks(block[size:], maxModule)
	block = block[:size+(used+3)&^3+8]
	xzBomb := append(bytes.Clone(x.Bytes()[:xzHeaderSize]), bytes.Repeat(block, many)...)
	// Blocks of one byte repeated.
	zs := []byte("\x28\xb5\x2f\xfd\x00\x38")
	for range many * 8 {
		zs = append(zs, byte(maxBlock<<3&0xff|1<<1), byte(maxBlock<<3>>8&0xff), byte(maxBlock<<3>>16), 0)
	}
	zs = append(zs, 1, 0, 0)
	for name, bomb := range map[string][]byte{"gzip": gz.Bytes(), "xz": xzBomb, "zstd": zs} {
		if _, err := (Format{}).Verify(t.Context(), patch.Bytes(bomb), formats.Keys{}); !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: %d bytes: %v", name, len(bomb), err)
		} else {
			t.Logf("%s: %v", name, err)
		}
	}
}

// An xz file that asks for a large dictionary, or has filters that we lack, is refused by name, and so is one that asks for much memory otherwise.
func TestUnsupportedCompression(t *testing.T) {
	xzTool, zstdTool := oracle.Need(t, "xz"), oracle.Need(t, "zstd")
	ko := samples + "sample.ko"
	for want, command := range map[string][]string{
		"dictionary is larger than 64 MiB": {xzTool, "-c", "--lzma2=dict=128MiB", ko},
		"filters other than LZMA2":         {xzTool, "-c", "--x86", "--lzma2=preset=6", ko},
		"window is larger than 128 MiB":    {"sh", "-c", fmt.Sprintf("cat %s | %s -q -c --ultra --long=31", ko, zstdTool)},
	} {
		out, err := exec.Command(command[0], command[1:]...).Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := verifyBytes(out, formats.Keys{}); !errors.Is(err, formats.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", command, err)
		}
	}
	if !(Format{}).Sniff(patch.Bytes(read(t, samples+"sample.ko.zst"))) {
		t.Error("a small module packed by zstd is not known")
	}
}
