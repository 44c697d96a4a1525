package tezos

import (
	"encoding/hex"
	"fmt"
	"strings"

	"sigtool/formats"
)

// watermark is the byte that is signed before what it names, so that a signature for one kind of thing is none for another (module
// Signature of octez, and docs/user/key-management.rst there).
type watermark struct {
	name   string // "" for a byte that octez gives no name
	first  byte
	baking bool // two different ones at one level and round are punished
}

var watermarks = []watermark{
	{"operation", 0x03, false},
	{"block", 0x11, true},          // chain identifier, block header
	{"preattestation", 0x12, true}, // chain identifier, operation
	{"attestation", 0x13, true},    // chain identifier, operation
	{"legacy-block", 0x01, true},
	{"legacy-endorsement", 0x02, true},
	{"michelson", 0x05, false},
}

func watermarkNames() string {
	var names []string
	for _, w := range watermarks {
		names = append(names, w.name)
	}
	return strings.Join(names, ", ")
}

// String is "operation (0x03)", or "0x77" for a byte without a name.
func (w watermark) String() string {
	if w.name == "" {
		return fmt.Sprintf("0x%02x", w.first)
	}
	return fmt.Sprintf("%s (0x%02x)", w.name, w.first)
}

// parseWatermark reads a name or 0xNN; a byte that has a name is what it names, however it is given. Error: ErrOption.
func parseWatermark(options formats.Values) (watermark, error) {
	text := options.String(optionWatermark, "")
	if text == "" {
		return watermark{}, fmt.Errorf("%w: say what the file is with --watermark: %s, or 0xNN", formats.ErrOption, watermarkNames())
	}
	digits, isHex := strings.CutPrefix(text, "0x")
	first, err := hex.DecodeString(digits)
	isHex = isHex && err == nil && len(first) == 1
	for _, w := range watermarks {
		if w.name == text || isHex && w.first == first[0] {
			return w, nil
		}
	}
	if !isHex {
		return watermark{}, fmt.Errorf("%w: --watermark %q is none of %s, and no byte as 0xNN", formats.ErrOption, text, watermarkNames())
	}
	return watermark{first: first[0]}, nil
}
