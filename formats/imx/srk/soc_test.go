package srk

import (
	"crypto"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// closing are the fuses that close a device, as the guides name them; the others close by a command (ahab_close) and not by a fuse.
var closing = map[string]Fuse{"imx53": {0, 4}, "imx6": {0, 6}, "imx7d": {1, 3}, "imx7ulp": {29, 6}, "imx8m": {1, 3}}

// Each family has a fuse for each word of its hash, none twice, and none that closes a device.
func TestFamilies(t *testing.T) {
	for _, s := range SoCs() {
		if found, ok := SoCOf(s.Name); !ok || found.Title != s.Title {
			t.Errorf("%s is not found", s.Name)
		}
		if len(s.Fuses)*s.Bits != s.Hash.Size()*8 || (s.Kind == HAB && s.Hash != crypto.SHA256) {
			t.Errorf("%s has %d fuse words of %d bits for %s", s.Name, len(s.Fuses), s.Bits, s.Hash)
		}
		for i, f := range s.Fuses {
			if slices.Contains(s.Fuses[:i], f) || f == closing[s.Name] {
				t.Errorf("%s: %s", s.Name, f)
			}
		}
		text, err := s.FuseText(make([]byte, s.Hash.Size()))
		if err != nil || strings.Count(text, "\n") != len(s.Fuses) || strings.Contains(text, "close") {
			t.Errorf("%s: %q, %v", s.Name, text, err)
		}
		_, err = s.FuseText(make([]byte, s.Hash.Size()-1))
		refused(t, s.Name, err, "srk-hash")
	}
	if _, ok := SoCOf("imx10"); ok {
		t.Error("a family that is not there")
	}
}

// The commands are those of U-Boot's guide, for the hash of that guide; and for i.MX53, whose words have eight bits, of its first byte in a
// bank of its own.
func TestFuseText(t *testing.T) {
	hash := []byte{0x52, 0x37, 0x59, 0x20, 0x62, 0x69, 0xCE, 0x6A, 0x6C, 0xD0, 0xE0, 0x26, 0x61, 0x06, 0x60, 0xFC,
		0x8F, 0xE8, 0x40, 0x12, 0x44, 0xF1, 0x09, 0x12, 0x17, 0x81, 0x1C, 0x83, 0x4D, 0xFD, 0x90, 0x11}
	words := []string{"0x20593752", "0x6ACE6962", "0x26E0D06C", "0xFC600661", "0x1240E88F", "0x1209F144", "0x831C8117", "0x1190FD4D"}
	for name, places := range map[string][]string{
		"imx6":   {"3 0", "3 1", "3 2", "3 3", "3 4", "3 5", "3 6", "3 7"},
		"imx8m":  {"6 0", "6 1", "6 2", "6 3", "7 0", "7 1", "7 2", "7 3"},
		"imx93":  {"16 0", "16 1", "16 2", "16 3", "16 4", "16 5", "16 6", "16 7"},
		"imx95a": {"16 0", "16 1", "16 2", "16 3", "16 4", "16 5", "16 6", "16 7"},
	} {
		want := ""
		for i, place := range places {
			want += "fuse prog " + place + " " + words[i] + "\n"
		}
		soc, _ := SoCOf(name)
		if text, err := soc.FuseText(hash); err != nil || text != want {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	soc, _ := SoCOf("imx53")
	text, err := soc.FuseText(hash)
	if err != nil || !strings.HasPrefix(text, "fuse prog 1 1 0x52\nfuse prog 3 1 0x37\n") || !strings.HasSuffix(text, "\nfuse prog 3 31 0x11\n") {
		t.Errorf("imx53: %v\n%s", err, text)
	}
	table, _ := Parse(sample(t, "hab-p521.table"))
	if err := soc.Reads(table); err != nil {
		t.Error(err)
	}
	soc, _ = SoCOf("imx93")
	refused(t, "a table of HABv4 for i.MX 93", soc.Reads(table), "srk-soc")
}

// printedBy is what U-Boot's fuse read prints of words: four a line, from the first that was asked for on (cmd/fuse.c).
func printedBy(soc SoC, words []uint32) (text string) {
	first := 0
	for i, f := range soc.Fuses {
		if i == 0 || f.Bank != soc.Fuses[i-1].Bank {
			first = i
			text += fmt.Sprintf("=> fuse read %d %d 8\nReading bank %d:\n\nWord 0x%.8x:", f.Bank, f.Word, f.Bank, f.Word)
		} else if (i-first)%4 == 0 {
			text += fmt.Sprintf("\nWord 0x%.8x:", f.Word)
		}
		text += fmt.Sprintf(" %.8x", words[i])
		if i == len(soc.Fuses)-1 || soc.Fuses[i+1].Bank != f.Bank {
			text += "\n"
		}
	}
	return text + "=> "
}

// What fuses hold is read in each form, for each family, and is what was burnt.
func TestReadBack(t *testing.T) {
	for _, soc := range append(SoCs(), Plain(crypto.SHA256), Plain(crypto.SHA512)) {
		hash := make([]byte, soc.Hash.Size())
		for i := range hash {
			hash[i] = byte(i*7 + 1)
		}
		words, err := soc.Words(hash)
		if err != nil {
			t.Fatal(err)
		}
		var list, named string
		for i, w := range words {
			list += fmt.Sprintf("0x%X ", w)
			named += fmt.Sprintf("SRK HASH[%d] = 0x%08X\n", i, w)
		}
		uboot := printedBy(soc, words)
		if soc.Name == "" {
			uboot = strings.ReplaceAll(uboot, "bank -1", "bank 3")
		}
		for what, text := range map[string]string{
			"U-Boot": uboot, "U-Boot over a terminal": strings.ReplaceAll(uboot, "\n", "\r\n"), "sense": strings.ReplaceAll(uboot, "Reading", "Sensing"),
			"a log in color": "\x1b[1mU-Boot\x1b[0m 2025.01, 25 °C\n" + uboot,
			"words":          list, "srktool's report": named, "hexadecimal": fmt.Sprintf("%x\n", hash),
			"bytes": string(hash), "format 0": string(Fuses8(hash)),
		} {
			have, err := ReadBack([]byte(text), soc)
			if err != nil {
				t.Errorf("%s, %s: %v\n%s", soc.Name, what, err, text)
				continue
			}
			if b, err := soc.Compare(hash, have); err != nil || len(b.Differ) != 0 || b.Blank() || b.Swapped() || b.Lost() != nil {
				t.Errorf("%s, %s: %+v, %v", soc.Name, what, b, err)
			}
		}
	}
}

// What can't be told is refused, and what differs is told word by word.
func TestReadBackDiffers(t *testing.T) {
	soc, _ := SoCOf("imx6")
	hash := make([]byte, 32)
	for i := range hash {
		hash[i] = byte(i + 1)
	}
	words, _ := soc.Words(hash)
	text := printedBy(soc, words)
	for _, v := range []string{"", "\x00\x01", string(hash[:31]), "0x1 0x2", "0x1FFFFFFFF", "no words", strings.Repeat("0 ", 9), strings.Repeat(" ", MaxReadBack+1),
		strings.Replace(text, "bank 3", "bank 4", 1), strings.Replace(text, "bank 3", "bank three", 1), strings.Replace(text, "Reading", "Read", 1),
		strings.Replace(text, "04030201", "ERROR", 1), strings.Replace(text, "Word 0x00000004", "Word 0x0000000400", 1), text[:70]} {
		_, err := ReadBack([]byte(v), soc)
		refused(t, fmt.Sprintf("%.40q", v), err, "srk-readback")
	}
	_, err := ReadBack([]byte(printedBy(SoC{Fuses: row(3, 0, 4)}, words)), Plain(crypto.SHA256))
	refused(t, "four words", err, "srk-readback")
	_, err = soc.Compare(hash, words[:7])
	refused(t, "seven words", err, "srk-readback")
	_, err = soc.Compare(hash[:31], words)
	refused(t, "31 bytes", err, "srk-hash")

	have := slices.Clone(words)
	have[2], have[5] = have[2]&^1, have[5]|0x80
	b, err := soc.Compare(hash, have)
	if err != nil || !slices.Equal(b.Differ, []int{2, 5}) || !slices.Equal(b.Lost(), []int{5}) || b.Blank() || b.Swapped() {
		t.Errorf("%+v, %v", b, err)
	}
	once, _ := SoCOf("imx93")
	if b, _ := once.Compare(hash, have); !slices.Equal(b.Lost(), []int{2, 5}) {
		t.Errorf("words that can be burnt once: %+v", b)
	}
	if b, _ := soc.Compare(hash, make([]uint32, 8)); !b.Blank() || b.Lost() != nil || len(b.Differ) != 8 {
		t.Errorf("blank: %+v", b)
	}
	swapped := []uint32{0x01020304, 0x05060708, 0x090A0B0C, 0x0D0E0F10, 0x11121314, 0x15161718, 0x191A1B1C, 0x1D1E1F20}
	if b, _ := soc.Compare(hash, swapped); !b.Swapped() {
		t.Error("words in big-endian order are not seen")
	}
}
