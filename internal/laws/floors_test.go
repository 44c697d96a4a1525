package laws

import (
	"slices"
	"strings"
	"testing"
)

// floors says how high a package stands; the first row that fits counts. Lower never sees upper, and neighbours on a floor see each
// other only where `neighbours` lets them.
var floors = []struct {
	folder string
	floor  int
}{
	{"cmd/sigtool", 4},
	{"formats/all", 3}, {"backup/all", 3}, {"ceremony/tui", 3}, {"ceremony/plain", 3}, {"ceremony/script", 3}, {"ceremony/host", 3}, {"ceremony/live", 3},
	{"ceremony/transcript", 1},
	{"ceremony", 2}, {"verify", 2}, {"keygen/cert", 2}, {"keygen/export", 2}, {"backup/print", 2}, {"backup/scan", 2},
	{"formats/", 2},
	{"formats", 1}, {"backup", 1}, {"keygen", 1},
	{"man", 0}, {"internal", 0},
}

// neighbours are the imports on one floor that the architecture has.
var neighbours = [][2]string{
	{"backup/lines", "backup"}, {"backup/words", "backup"}, {"backup/codex32", "backup"}, {"backup/shares", "backup"},
	{"backup/chunk", "backup"},
	{"ceremony/transcript", "keygen"},
	{"ceremony", "keygen/cert"}, {"ceremony", "keygen/export"}, {"keygen", "keygen/tezos"},
}

func floorOf(name string) (int, bool) {
	for _, row := range floors {
		if under(name, strings.TrimSuffix(row.folder, "/")) && (!strings.HasSuffix(row.folder, "/") || strings.HasPrefix(name, row.folder)) {
			return row.floor, true
		}
	}
	return 0, false
}

func TestFloors(t *testing.T) {
	for _, p := range packages(t) {
		if forTests(p.name()) {
			continue
		}
		mine, known := floorOf(p.name())
		if !known {
			t.Errorf("%s stands on no floor: give it one here", p.name())
		}
		for _, path := range p.Imports {
			theirs, ours := strings.CutPrefix(path, "sigtool/")
			if !ours {
				continue
			}
			floor, _ := floorOf(theirs)
			switch {
			case forTests(theirs):
				t.Errorf("%s imports %s, which is for tests", p.name(), theirs)
			case floor > mine:
				t.Errorf("%s (floor %d) imports %s (floor %d)", p.name(), mine, theirs, floor)
			case floor == mine && mine > 0 && !ownPart(p.name(), theirs) && !slices.Contains(neighbours, [2]string{p.name(), theirs}):
				t.Errorf("%s imports its neighbour %s", p.name(), theirs)
			}
		}
	}
}

// ownPart tells whether a package is a part of the same format, or of the live image: formats/apk has parts that stand in folders below it.
func ownPart(mine, theirs string) bool {
	parts := strings.Split(mine, "/")
	return parts[0] == "formats" && len(parts) > 1 && under(theirs, "formats/"+parts[1]) || under(mine, "ceremony/live") && under(theirs, "ceremony/live")
}

// bans are imports that a folder must not have, however high it stands. Except for: the folders that may.
var bans = []struct {
	in, imports string
	except      []string
}{
	{"", "net", nil}, // the binary opens no socket, and the kernel holds it to that
	{"", "net/http", nil},
	{"", "net/url", nil},
	{"", "plugin", nil},
	{"", "math/rand", nil},
	{"", "math/rand/v2", nil},
	{"", "github.com/urfave", []string{"cmd/sigtool"}},
	{"", "github.com/charmbracelet", []string{"ceremony/tui"}},
	{"", "charm.land", []string{"ceremony/tui"}},
	{"", "os/exec", []string{"internal/sandbox"}},
	{"formats", "os", nil},
	{"formats", "sigtool/internal/fileio", nil},
	{"ceremony", "sigtool/formats", nil},
	{"ceremony", "os", nil},
	{"backup", "sigtool/keygen", nil},
	{"backup", "os", nil},
	{"keygen", "os", nil},
	{"verify", "os", nil},
}

func TestBannedImports(t *testing.T) {
	for _, p := range packages(t) {
		if forTests(p.name()) {
			continue
		}
		for _, ban := range bans {
			if ban.in != "" && !under(p.name(), ban.in) || slices.ContainsFunc(ban.except, func(f string) bool { return under(p.name(), f) }) {
				continue
			}
			for _, path := range p.Imports {
				exact := !strings.Contains(ban.imports, "/") || strings.HasPrefix(ban.imports, "net") || strings.HasPrefix(ban.imports, "math")
				if path == ban.imports || !exact && under(path, ban.imports) {
					t.Errorf("%s imports %s", p.name(), path)
				}
			}
		}
	}
}

// TestInternal: what everything stands on needs little.
func TestInternal(t *testing.T) {
	for _, p := range packages(t) {
		if !under(p.name(), "internal") || forTests(p.name()) {
			continue
		}
		for _, path := range p.Imports {
			standard := !strings.Contains(strings.Split(path, "/")[0], ".") && !strings.HasPrefix(path, "sigtool")
			x := under(path, "golang.org/x/crypto") || under(path, "golang.org/x/sys") || under(path, "golang.org/x/term")
			if !standard && !x && !strings.HasPrefix(path, "sigtool/internal/") {
				t.Errorf("%s imports %s", p.name(), path)
			}
		}
	}
}
