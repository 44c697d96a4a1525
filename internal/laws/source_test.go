package laws

import (
	"go/ast"
	"strings"
	"testing"
)

// effects are names that only cmd/sigtool may use: elsewhere time, randomness and output are passed in. Except for: packages whose
// work is the effect itself.
var effects = []struct {
	name   string
	except []string
}{
	{"os.Exit", nil},
	{"os.Stdin", []string{"internal/sandbox"}}, // to start itself again in an empty network namespace
	{"os.Stdout", []string{"internal/sandbox"}},
	{"os.Stderr", []string{"internal/sandbox"}},
	{"os.Args", []string{"internal/sandbox"}},
	{"os.Getenv", []string{"internal/sandbox", "internal/term"}}, // TERM
	{"time.Now", nil},
	{"time.Since", nil},
	{"log.Fatal", nil},
	{"log.Printf", nil},
	{"fmt.Print", nil},
	{"fmt.Println", nil},
	{"fmt.Printf", nil},
	{"rand.Reader", nil},
	{"rand.Read", []string{"keygen"}}, // what a self-test signs; it decides nothing
}

func TestEffects(t *testing.T) {
	for _, p := range packages(t) {
		if under(p.name(), "cmd") || forTests(p.name()) {
			continue
		}
		files, fset := parsed(t, p)
		for _, file := range files {
			ast.Inspect(file, func(node ast.Node) bool {
				sel, ok := node.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				base, ok := sel.X.(*ast.Ident)
				if !ok {
					return true
				}
				for _, effect := range effects {
					if base.Name+"."+sel.Sel.Name == effect.name && !containsFolder(effect.except, p.name()) {
						t.Errorf("%s: %s is for cmd/sigtool: have it passed in", fset.Position(sel.Pos()), effect.name)
					}
				}
				return true
			})
		}
	}
}

func containsFolder(folders []string, name string) bool {
	for _, folder := range folders {
		if under(name, folder) {
			return true
		}
	}
	return false
}

// TestPackageDoc: each package says in its first sentence what it promises.
func TestPackageDoc(t *testing.T) {
	for _, p := range packages(t) {
		files, _ := parsed(t, p)
		documented := 0
		for _, file := range files {
			if file.Doc != nil {
				documented++
				if text := file.Doc.Text(); !strings.HasPrefix(text, "Package ") && !strings.HasPrefix(text, "Command ") {
					t.Errorf("%s: the package comment begins %.30q", p.name(), text)
				}
			}
		}
		if documented != 1 {
			t.Errorf("%s: %d of its files have a package comment", p.name(), documented)
		}
	}
}

// TestFuzzed: a package that parses has a fuzz target.
func TestFuzzed(t *testing.T) {
	for _, folder := range []string{"backup/lines", "backup/words", "ceremony", "ceremony/host", "ceremony/live", "ceremony/live/disk", "ceremony/live/keymap", "ceremony/live/modules", "ceremony/live/newc", "ceremony/live/uki", "ceremony/script", "ceremony/transcript", "formats/apk", "formats/apk/axml", "formats/apk/idsig",
		"formats/apk/layout", "formats/apk/lineage", "formats/apk/sigblock", "formats/apk/stamp", "formats/fdroid", "formats/imx/ahab", "formats/imx/ahab/sigblk", "formats/imx/boot", "formats/imx/csf", "formats/imx/cst", "formats/imx/hab", "formats/imx/pki", "formats/imx/srk",
		"formats/kmod", "formats/mender", "formats/mender/untar", "formats/optee", "formats/raw", "formats/swupdate", "formats/swupdate/cpio",
		"formats/swupdate/swdesc", "formats/tezos", "internal/ber", "internal/ccm", "internal/cms", "internal/deflate", "internal/jarsig", "internal/keywrap",
		"internal/laxcert", "internal/media", "internal/mountinfo", "internal/pid1", "internal/tartree", "internal/zipdir", "keygen", "keygen/cert", "keygen/export", "keygen/tezos"} {
		if !hasFuzzTarget(t, folder) {
			t.Errorf("%s has no fuzz target", folder)
		}
	}
}
