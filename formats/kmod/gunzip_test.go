package kmod

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// A DEFLATE block without distance codes can't say a distance (RFC 1951 §3.2.7). An unpacker that takes the codes of the block before, as a library did,
// sees another module than a kernel, which refuses the file: what was signed would not be what is loaded.
func TestNoDistanceCodes(t *testing.T) {
	// Two blocks: "abab" by its letters, then a match of 3 bytes, 2 back. The second block has four distance codes of 2 bits, or none.
	first := "0ce30190244992244946" + strings.Repeat("44", 126) + "64661211191a191afd6b"
	for name, row := range map[string]struct{ second, want string }{
		"with distance codes": {"180f80244992244932" + strings.Repeat("22", 127) + "339388e8bfff00", "abababa"},
		"without":             {"000f80244992244932" + strings.Repeat("22", 127) + "3313fefb0f", ""},
	} {
		file, err := hex.DecodeString("1f8b0800000000000003" + first + row.second + "f7ae87e4" + "07000000") // head, blocks, CRC-32, size
		if err != nil {
			t.Fatal(err)
		}
		got, err := gunzip(file)
		if (err == nil) != (row.want != "") || err == nil && string(got) != row.want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// kmod's own tools read what we pack: what a module says, and who signed it. Debian's are built without gzip.
func TestModinfoPacked(t *testing.T) {
	modinfo := oracle.Need(t, "modinfo")
	for _, ending := range []string{".ko.xz", ".ko.zst"} {
		path := filepath.Join(t.TempDir(), "sample"+ending)
		os.WriteFile(path, sign(t, read(t, samples+"sample"+ending), request(t, "rsa2048", "sha256")), 0o600)
		for field, want := range map[string]string{"signer": "sigtool test rsa2048", "license": "Dual MIT/GPL"} {
			if got := strings.TrimSpace(string(oracle.Run(t, modinfo, "-F", field, path))); got != want {
				t.Errorf("%s: %s: %q, want %q", ending, field, got, want)
			}
		}
	}
}
