package laws

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// ownID is an error's name that is ours. Those of the formats are in sigtool-formats(1).
var ownID = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// TestIDs: scripts tell errors by their ids, so each that a ceremony, a live stick or an export has of its own is in the manual.
func TestIDs(t *testing.T) {
	page := string(read(t, "man/sigtool.md"))
	seen := 0
	for _, p := range packages(t) {
		if !under(p.name(), "ceremony") && !under(p.name(), "keygen/export") || forTests(p.name()) {
			continue
		}
		files, _ := parsed(t, p)
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				selector, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || selector.Sel.Name != "New" && selector.Sel.Name != "refuse" {
					return true
				}
				literal, ok := call.Args[0].(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				id, err := strconv.Unquote(literal.Value)
				if err != nil || !ownID.MatchString(id) || selector.Sel.Name == "New" && len(call.Args) < 3 { // errors.New has one argument
					return true
				}
				if seen++; !strings.Contains(page, "`"+id+"`") {
					t.Errorf("%s: the error %s is not in man/sigtool.md", p.name(), id)
				}
				return true
			})
		}
	}
	if seen < 50 {
		t.Errorf("only %d ids were found", seen)
	}
}
