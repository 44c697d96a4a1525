package mountinfo

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for line, want := range map[string]Mount{
		`31 1 8:2 / /outputs rw,nosuid shared:1 - vfat /dev/sda2 rw,codepage=437`:       {"31", "1", "/outputs", "vfat", "/dev/sda2", "rw,codepage=437"},
		`32 1 8:17 / /in\040puts\134x ro master:1 propagate_from:2 - vfat /dev/sdb1 ro`: {"32", "1", `/in puts\x`, "vfat", "/dev/sdb1", "ro"},
		`21 1 0:19 / /proc rw - proc proc rw`:                                           {"21", "1", "/proc", "proc", "proc", "rw"},
		`33 1 0:9 / /short`:                                                             {},
		`33 1 0:9 / /short rw - vfat /dev/sda2`:                                         {},
		`33 1 0:9 / - vfat /dev/sda2 rw`:                                                {},
		``:                                                                              {},
	} {
		if got, ok := Parse(strings.Fields(line)); got != want || ok != (want != Mount{}) {
			t.Errorf("%q: %+v, %v", line, got, ok)
		}
	}
}

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{`a\040`: "a ", `\04`: `\04`, `\999`: `\999`, `\400`: `\400`, `\\134`: `\\`, `a\011b\012`: "a\tb\n", "": ""} {
		if got := Unescape(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// FuzzParse: a line that is taken has its fields from the line, and none is longer there.
func FuzzParse(f *testing.F) {
	f.Add(`31 1 8:2 / /out\040puts rw,nosuid shared:1 - vfat /dev/sda2 rw`)
	f.Add(`1 1 1 / /\0 rw - - /dev/x rw`)
	f.Fuzz(func(t *testing.T, line string) {
		m, ok := Parse(strings.Fields(line))
		if !ok && m != (Mount{}) || ok && (len(m.Point) > len(line) || !strings.Contains(line, m.Source) || !strings.Contains(line, m.Kind)) {
			t.Errorf("%+v, %v", m, ok)
		}
	})
}
