package laws

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const root = "../.."

// pkg is what `go list -json` says of a package of the module.
type pkg struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// name is the import path inside the module: "formats/kmod".
func (p pkg) name() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, "sigtool"), "/")
}

var listed = sync.OnceValues(func() ([]pkg, error) {
	list := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "./...")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return nil, err
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
})

// packages lists the module's packages.
func packages(t *testing.T) []pkg {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// under tells whether a name is the folder or stands in it.
func under(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// forTests tells the packages that only tests import, or that are run by hand: what a user runs has none of them in it.
func forTests(name string) bool {
	return strings.HasSuffix(name, "test") || under(name, "internal/oracle") || under(name, "internal/laws") || under(name, "hack")
}

// parsed parses a package's files that are no tests.
func parsed(t *testing.T, p pkg) (files []*ast.File, fset *token.FileSet) {
	t.Helper()
	fset = token.NewFileSet()
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files, fset
}

// tracked lists the files under version control, or all files where there is no git.
func tracked(t *testing.T) []string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	if out, err := list.Output(); err == nil {
		names := strings.FieldsFunc(string(out), func(c rune) bool { return c == 0 })
		return slices.DeleteFunc(names, func(name string) bool { // removed, and not committed yet
			_, err := os.Lstat(filepath.Join(root, name))
			return err != nil
		})
	}
	var names []string
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		if entry.IsDir() && (name == "build" || name == "dist" || name == ".git") {
			return filepath.SkipDir
		}
		if entry.Type().IsRegular() {
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
