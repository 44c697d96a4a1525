package man

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"sigtool/internal/oracle"
)

// TestLint has mandoc look at every page, which is to have nothing at all to say.
func TestLint(t *testing.T) {
	mandoc := oracle.Need(t, "mandoc")
	folder := t.TempDir()
	for _, name := range Names() { // all first, for mandoc looks for the pages that SEE ALSO names
		page, err := Roff(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+"."+section(t, page)), page, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range Names() {
		page, _ := Roff(name)
		lint := exec.Command(mandoc, "-T", "lint", name+"."+section(t, page))
		lint.Dir = folder
		if said, err := lint.CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
}

// title is the first line that names a page: ".TH SIGTOOL-LIVE 7 2026-11-22 sigtool".
var title = regexp.MustCompile(`(?m)^\.TH [A-Z-]+ ([1-8]) `)

// section is the section of the manual that a page belongs to.
func section(t *testing.T, roff []byte) string {
	t.Helper()
	found := title.FindSubmatch(roff)
	if found == nil {
		t.Fatalf("no title, or no section in it: %.80s", roff)
	}
	return string(found[1])
}

// reference is a page that another names: sigtool-live(7).
var reference = regexp.MustCompile(`\b(sigtool(?:-[a-z]+)?)\(([1-8])\)`)

// TestReferences: a page that another one names is there, and in the section that is said.
func TestReferences(t *testing.T) {
	for _, name := range Names() {
		text, err := Text(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range reference.FindAllSubmatch(text, -1) {
			page, err := Roff(string(found[1]))
			if err != nil {
				t.Errorf("%s names %s: %v", name, found[0], err)
			} else if is := section(t, page); is != string(found[2]) {
				t.Errorf("%s names %s, which is in section %s", name, found[0], is)
			}
		}
	}
}

// TestText holds the text to a terminal: 80 columns, no marks left over, every section there.
func TestText(t *testing.T) {
	for _, name := range Names() {
		page, err := Text(name)
		if err != nil {
			t.Fatal(err)
		}
		for number, line := range strings.Split(string(page), "\n") {
			if utf8.RuneCountInString(line) > 80 {
				t.Errorf("%s, line %d: %d columns", name, number+1, utf8.RuneCountInString(line))
			}
			if strings.Contains(line, "**") || strings.Contains(line, "`") || strings.HasPrefix(line, "%") {
				t.Errorf("%s, line %d: a mark is left over: %s", name, number+1, line)
			}
		}
		for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "EXIT STATUS", "SEE ALSO"} {
			if !bytes.Contains(page, []byte("\n"+section+"\n")) && !bytes.HasPrefix(page, []byte(section+"\n")) {
				t.Errorf("%s: there is no section %s", name, section)
			}
		}
	}
}

// TestSame finds what the two renderings disagree on: a mark that one of them took for text.
func TestSame(t *testing.T) {
	mandoc := oracle.Need(t, "mandoc")
	words := func(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
	for _, name := range Names() {
		text, _ := Text(name)
		roff, _ := Roff(name)
		show := exec.Command(mandoc, "-T", "utf8", "-O", "width=200")
		show.Stdin = bytes.NewReader(roff)
		shown, err := show.Output()
		if err != nil {
			t.Fatal(err)
		}
		shown = unstruck(shown)
		_, body, _ := strings.Cut(strings.ReplaceAll(words(shown), "•", "-"), " NAME ")
		want := strings.TrimPrefix(words(text), "NAME ")
		if !strings.HasPrefix(body, want) {
			t.Errorf("%s: text and roff differ:\n%s", name, difference(want, body))
		}
	}
}

// unstruck takes away what makes letters bold on a printer: the letter, a backspace, and the letter again.
func unstruck(in []byte) []byte {
	var out []byte
	for _, b := range in {
		if b == '\b' {
			out = out[:len(out)-1]
			continue
		}
		out = append(out, b)
	}
	return out
}

func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-40)
	return a[from:min(len(a), i+60)] + "\n" + b[from:min(len(b), i+60)]
}

func TestUnknown(t *testing.T) {
	for _, render := range []func(string) ([]byte, error){Text, Roff} {
		if _, err := render("sigtool-nothing"); err == nil {
			t.Error("a page that is not there was rendered")
		}
	}
}
