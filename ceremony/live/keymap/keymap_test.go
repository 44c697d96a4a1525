package keymap

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
)

func TestNames(t *testing.T) {
	names := Names()
	if !slices.IsSorted(names) || !slices.Contains(names, "us") || !slices.Contains(names, "de-nodeadkeys") || slices.Contains(names, "us-nodeadkeys") {
		t.Errorf("names: %q", names)
	}
	for _, name := range names {
		if m, ok := Named(name); !ok || m.Name != name {
			t.Errorf("%s: %v", name, ok)
		}
	}
	for _, name := range []string{"", "-nodeadkeys", "us-nodeadkeys", "DE", "de,", "#"} {
		if _, ok := Named(name); ok {
			t.Errorf("there is a layout %q", name)
		}
	}
}

// TestASCII: whatever the layout, every character of ASCII can be typed, if need be by a dead key and a space.
func TestASCII(t *testing.T) {
	for _, name := range Names() {
		m, _ := Named(name)
		have := map[rune]bool{}
		for _, table := range m.Tables[:3] {
			for _, symbol := range table {
				r := typed(symbol)
				if i := strings.IndexRune(accents, r); i >= 0 {
					r = map[rune]rune{'ˋ': '`', '´': '\'', 'ˆ': '^', '˜': '~', '¨': '"'}[r]
				}
				have[r] = true
			}
		}
		for r := ' '; r < 0x7f; r++ {
			if !have[r] {
				t.Errorf("%s: nothing types %c", name, r)
			}
		}
	}
}

// TestControl: Control with a letter is the letter of the layout, Alt is Escape before it, and Caps Lock makes it a capital.
func TestControl(t *testing.T) {
	for _, name := range Names() {
		m, _ := Named(name)
		found := 0
		for _, code := range ours() {
			r := typed(m.Tables[0][code])
			if r < 'a' || r > 'z' {
				continue
			}
			found++
			for held, want := range map[int]uint16{0: kindLetter | uint16(r), withShift: kindLetter | uint16(unicode.ToUpper(r)), withControl: uint16(r) & 0x1f,
				withShift | withControl: uint16(r) & 0x1f, withAlt: kindMeta | uint16(r), withControl | withAlt: kindMeta | uint16(r)&0x1f} {
				if got := m.Tables[held][code]; got != want {
					t.Errorf("%s: %c with %d is 0x%04x, not 0x%04x", name, r, held, got, want)
				}
			}
		}
		if found != 26 {
			t.Errorf("%s has %d letters", name, found)
		}
	}
}

// TestSymbols: what a few keys mean, written out.
func TestSymbols(t *testing.T) {
	for _, want := range []struct {
		name       string
		held, code int
		symbol     uint16
	}{
		{"de", 0, 21, 0x0b7a},                      // z, where others have y
		{"de", withAltGr, 18, 0x20ac ^ 0xf000},     // €
		{"de", 0, 41, 0x0402},                      // ^, dead
		{"de-nodeadkeys", 0, 41, '^'},              //
		{"de", 0, 12, 0x00df},                      // ß, of which Caps Lock makes no question mark
		{"de", withControl, 9, 0x1b},               // [ is on 8: Escape
		{"de", 0, 83, 0x030f},                      // the keypad's comma
		{"fr", withShift, 3, '2'},                  //
		{"pl", withAltGr, 30, 0x0105 ^ 0xf000},     // ą
		{"pl", withAltGr | 1, 30, 0x0104 ^ 0xf000}, // Ą
		{"br", 0, 89, '/'},                         //
		{"jp", withShift, 124, '|'},                //
		{"us", withControl, space, 0},              //
		{"us", withControl | withAlt, 111, 0x116},  // Delete does not restart the machine
		{"us", withAlt, 60, 0x101},                 // and F2 does not leave this console
	} {
		m, _ := Named(want.name)
		if got := m.Tables[want.held][want.code]; got != want.symbol {
			t.Errorf("%s: key %d with %d is 0x%04x, not 0x%04x", want.name, want.code, want.held, got, want.symbol)
		}
	}
}

// TestModifiers: in every table a held key can be let go again.
func TestModifiers(t *testing.T) {
	for _, name := range Names() {
		m, _ := Named(name)
		for held, table := range m.Tables {
			for code, want := range map[int]uint16{29: 0x0702, 42: 0x0700, 54: 0x0700, 56: 0x0703, 97: 0x0702, 100: 0x0701, 28: enter, 14: 0x7f} {
				if table != nil && table[code] != want {
					t.Errorf("%s: key %d of table %d is 0x%04x", name, code, held, table[code])
				}
			}
		}
	}
}

func TestBinary(t *testing.T) {
	for _, name := range Names() {
		m, _ := Named(name)
		data := m.Binary()
		read, err := Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(read.Binary(), data) || len(data) != 7+256+8*256 {
			t.Errorf("%s is not what it was", name)
		}
	}
}

// TestLoadkeys: what loadkeys writes is read, and written again byte for byte; refused are maps of other scripts, and one that leaves Return
// to another map.
func TestLoadkeys(t *testing.T) {
	loadkeys := oracle.Need(t, "loadkeys")
	files, _ := filepath.Glob("/usr/share/keymaps/i386/*/*.kmap.gz")
	if len(files) < 100 {
		oracle.Missing(t, "console-data")
	}
	read := 0
	for _, file := range files {
		data, err := exec.Command(loadkeys, "-b", file).Output()
		if err != nil || len(data) == 0 {
			continue // a part of others
		}
		m, err := Parse(data)
		if err == nil {
			read++
			if !bytes.Equal(m.Binary(), data) {
				t.Errorf("%s is not what it was", file)
			}
		} else if !strings.Contains(err.Error(), "types") && !strings.Contains(err.Error(), "no Return") {
			t.Errorf("%s: %v", file, err)
		}
	}
	if read < 100 {
		t.Errorf("only %d of %d are read", read, len(files))
	}
}

func TestRefused(t *testing.T) {
	us, _ := Named("us")
	good := us.Binary()
	change := func(at int, value byte) []byte {
		data := bytes.Clone(good)
		data[at] = value
		return data
	}
	table := flagsEnd
	for _, c := range []struct {
		name string
		data []byte
		text string
	}{
		{"empty", nil, "does not begin as one"},
		{"text", []byte("keymaps 0-127\nkeycode 1 = Escape\n" + strings.Repeat(" ", 300)), "does not begin as one"},
		{"short", good[:flagsEnd-1], "does not begin as one"},
		{"cut", good[:len(good)-1], "ends before table 12"},
		{"longer", append(bytes.Clone(good), 0), "1 bytes follow"},
		{"flag", change(7+200, 2), "flag of table 200 is 2"},
		{"one table more", change(7+200, 1), "ends before table 200"},
		{"no table", append([]byte(magic), make([]byte, 256)...), "no key of it types 'a'"},
		{"kind", change(table+2*5+1, 15), "symbol 0x0f34 on key 5"},
		{"dead key", change(table+2*5+1, 4), "symbol 0x0434"},
		{"private use", binary.LittleEndian.AppendUint16(bytes.Clone(good[:len(good)-2]), 0x0fff), "0x0fff on key 127"},
		{"no z", bytes.ReplaceAll(good, []byte{'z', 0x0b}, []byte{'y', 0x0b}), "types 'z'"},
		{"no Return", bytes.ReplaceAll(good, []byte{0, 1, 2, 2, 7}, []byte{0, 2, 2, 2, 7}), "no Return"},
	} {
		_, err := Parse(c.data)
		if err == nil || !strings.Contains(err.Error(), c.text) || issue.ID(err) != "not-a-keymap" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"us", "de", "pl"} {
		m, _ := Named(name)
		f.Add(m.Binary())
	}
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			return
		}
		if !bytes.Equal(m.Binary(), data) {
			t.Error("another file says the same")
		}
	})
}

// TestManual: sigtool-live(7) names each layout.
func TestManual(t *testing.T) {
	page, err := os.ReadFile("../../../man/sigtool-live.md")
	if err != nil {
		t.Fatal(err)
	}
	base := slices.DeleteFunc(Names(), func(name string) bool { return strings.HasSuffix(name, nodeadkeys) })
	if list := "Names: " + strings.Join(base, ", ") + "."; !strings.Contains(strings.Join(strings.Fields(string(page)), " "), list) {
		t.Errorf("the page does not say %q", list)
	}
}
