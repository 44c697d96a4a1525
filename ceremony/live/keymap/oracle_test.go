package keymap

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// typed is what a key means: a character, an accent that waits for a letter (those of accents), or 0 for none.
func typed(symbol uint16) rune {
	switch kind, value := symbol&^0xff, rune(symbol&0xff); {
	case kind == kindLatin || kind == kindLetter:
		if value < ' ' || value == 0x7f {
			return 0
		}
		return value
	case kind == kindDead && int(value) < len([]rune(accents)):
		return []rune(accents)[value]
	case symbol >= 0x1000:
		return rune(symbol ^ unicodeXor)
	}
	return 0
}

// ours are the keys that layouts change.
func ours() []int {
	codes := []int{space}
	for _, row := range rows {
		codes = append(codes, row...)
	}
	return codes
}

// places says where an oracle's map has its ASCII characters, and the dead keys of their accents: "Shift+4 $".
func places(tables [256][]uint16) map[string]bool {
	found := map[string]bool{}
	for held, name := range []string{"", "Shift+", "AltGr+"} {
		if tables[held] == nil {
			continue
		}
		for _, code := range ours() {
			r := typed(tables[held][code])
			if r > ' ' && r < 0x7f || strings.ContainsRune(accents, r) && r != 0 {
				found[fmt.Sprintf("%s%d %c", name, code, r)] = true
			}
		}
	}
	return found
}

// compare names the places that only one of two maps has. What AltGr does not change is left out: some maps have it on AltGr, too, others not.
func compare(mine, theirs [256][]uint16) (differences []string) {
	a, b := places(mine), places(theirs)
	for _, side := range []struct {
		sign      string
		has, lack map[string]bool
	}{{"+", a, b}, {"-", b, a}} {
		for place := range side.has {
			if !side.lack[place] && !side.has[strings.Replace(place, "AltGr+", "", 1)] || !side.lack[place] && !strings.Contains(place, "AltGr+") {
				differences = append(differences, side.sign+place)
			}
		}
	}
	return differences
}

// TestConsoleData: every ASCII character is on the same key with the same modifiers as in the keymaps of Debian's package console-data.
func TestConsoleData(t *testing.T) {
	loadkeys := oracle.Need(t, "loadkeys")
	for name, c := range consoleData {
		binary, err := exec.Command(loadkeys, "-b", c.theirs).Output()
		if err != nil {
			oracle.Missing(t, "console-data's keymap "+c.theirs)
		}
		theirs, err := Parse(binary)
		if err != nil {
			t.Fatalf("%s: %v", c.theirs, err)
		}
		judge(t, name, c, theirs.Tables)
	}
}

// TestX: the same with the layouts of the X Window System, which most people have at home. ckbcomp, of Debian's package console-setup, makes
// keymaps of them.
func TestX(t *testing.T) {
	ckbcomp := oracle.Need(t, "ckbcomp")
	for name, c := range x {
		args := []string{"-layout", c.theirs}
		if layout, variant, ok := strings.Cut(c.theirs, "/"); ok {
			args = []string{"-layout", layout, "-variant", variant}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each takes 0.1 s of a core
			text, err := exec.Command(ckbcomp, args...).Output()
			if err != nil {
				t.Fatalf("ckbcomp %s: %v", c.theirs, err)
			}
			judge(t, name, c, ckbcompTables(t, string(text)))
		})
	}
}

// judge wants the differences that a comparison names, and no other.
func judge(t *testing.T, name string, c comparison, theirs [256][]uint16) {
	t.Helper()
	mine, ok := Named(name)
	if !ok {
		t.Fatalf("%s: no such layout", name)
	}
	expected := map[string]bool{}
	for _, reason := range c.but {
		for place := range strings.SplitSeq(reason.places, ", ") {
			expected[place] = true
		}
	}
	for _, difference := range compare(mine.Tables, theirs) {
		if c.base && strings.HasPrefix(difference, "+AltGr+") {
			continue
		}
		if !expected[difference] {
			t.Errorf("%s, against %s: %s", name, c.theirs, difference)
		}
		delete(expected, difference)
	}
	for place := range expected {
		t.Errorf("%s, against %s: %s is no difference", name, c.theirs, place)
	}
}

// ckbcompTables reads what ckbcomp writes: "keycode 16 = +U+0071 +U+0051 …", a column for each set of modifiers.
func ckbcompTables(t *testing.T, text string) (tables [256][]uint16) {
	t.Helper()
	for held := range 4 {
		tables[held] = make([]uint16, 256)
	}
	dead := map[string]rune{"grave": 'ˋ', "acute": '´', "circumflex": 'ˆ', "tilde": '˜', "diaeresis": '¨', "cedilla": '¸'}
	for line := range strings.Lines(text) {
		key, symbols, ok := strings.Cut(strings.TrimPrefix(line, "keycode "), " = ")
		code, err := strconv.Atoi(key)
		if !ok || err != nil || code >= len(tables[0]) {
			continue
		}
		for held, symbol := range strings.Fields(symbols) {
			if held >= 4 {
				break
			}
			if digits, ok := strings.CutPrefix(strings.TrimPrefix(symbol, "+"), "U+"); ok {
				r, err := strconv.ParseUint(digits, 16, 16)
				if err != nil {
					t.Fatal(err)
				}
				tables[held][code] = character(rune(r), false)
			} else if accent := dead[strings.TrimPrefix(symbol, "dead_")]; accent != 0 {
				tables[held][code] = character(accent, false)
			}
		}
	}
	return tables
}
