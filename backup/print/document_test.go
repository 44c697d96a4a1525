package print

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	doc "sigtool/internal/document"
	"sigtool/internal/oracle"
)

// sampleDocument has each kind of block, long texts, hostile ones, and enough for several pages.
func sampleDocument() *doc.Document {
	d := &doc.Document{Title: "Root of the Example CA, Zürich 中", Mark: "REHEARSAL"}
	d.Add(
		doc.Block{Text: "First paragraph.\nSecond, with \x1b[2J and \u202e in it. " + strings.Repeat("many words ", 80)},
		doc.Block{Heading: "People", Table: &doc.Table{Head: []string{"name", "initials"}, Widths: []int{3, 1}, Rows: [][]string{{"Ada Example"}, {"Ben", "BE"}, nil}, Boxes: true, Tall: true}},
		doc.Block{Table: &doc.Table{Rows: [][]string{{"fingerprint", "SHA256:" + strings.Repeat("x", 200)}, {"long", strings.Repeat("line\n", 130)}}}},
		doc.Block{Heading: "Digest", Code: strings.Repeat("0123 4567\n", 90) + strings.Repeat("z", 300)},
		doc.Block{NewPage: true, Heading: strings.Repeat("A long heading ", 20)},
		doc.Block{NewPage: true, Heading: "Empty", Table: &doc.Table{Head: []string{"a", "b", "c"}}},
		doc.Block{NewPage: true},
	)
	for i := range 60 {
		d.Add(doc.Block{Heading: fmt.Sprintf("Step %d", i), Table: &doc.Table{Head: []string{"who", "what"}, Rows: [][]string{{"Ada", strings.Repeat("words ", i)}}, Boxes: true}})
	}
	return d
}

// Nothing leaves the field or runs into something else, and each page has the mark and its number.
func TestDocumentPages(t *testing.T) {
	t.Parallel()
	k := &desk{doc: sampleDocument()}
	if err := k.layOut(); err != nil {
		t.Fatal(err)
	}
	if len(k.pages) < 10 {
		t.Fatalf("%d pages", len(k.pages))
	}
	for n, p := range k.pages {
		var texts []string
		for i, a := range p.marks {
			ax0, ay0, ax1, ay1 := a.box()
			if ax0 < -0.01 || ay0 < -0.01 || ax1 > fieldW+0.3 || ay1 > fieldH+0.8 {
				t.Errorf("page %d: %q leaves the field: %.1f %.1f to %.1f %.1f", n+1, a.text, ax0, ay0, ax1, ay1)
			}
			if a.kind != text {
				continue
			}
			texts = append(texts, string(a.text))
			for _, b := range p.marks[i+1:] {
				bx0, by0, bx1, by1 := b.box()
				if b.kind == text && ax0+0.1 < bx1 && bx0+0.1 < ax1 && ay0+0.1 < by1 && by0+0.1 < ay1 {
					t.Errorf("page %d: %q and %q overlap", n+1, a.text, b.text)
				}
			}
		}
		all := strings.Join(texts, "\n")
		if !strings.Contains(all, "REHEARSAL") || !strings.Contains(all, fmt.Sprintf("page %d of %d", n+1, len(k.pages))) {
			t.Errorf("page %d has no mark or no number", n+1)
		}
		if len(texts) < 4 && n > 0 {
			t.Errorf("page %d is empty: %q", n+1, texts)
		}
	}
}

func TestDocumentIsTheSame(t *testing.T) {
	t.Parallel()
	for _, paper := range []Paper{A4, Letter} {
		one, err := Document(sampleDocument(), paper)
		two, again := Document(sampleDocument(), paper)
		if err != nil || again != nil || !bytes.Equal(one, two) {
			t.Errorf("%s: not the same bytes: %v, %v", paper, err, again)
		}
	}
	if _, err := Document(sampleDocument(), Roll58); err == nil {
		t.Error("a document on a roll")
	}
	huge := &doc.Document{Blocks: []doc.Block{{Code: strings.Repeat("x\n", 60*maxDocumentPages)}}}
	if _, err := Document(huge, A4); err == nil {
		t.Error("a document of more pages than there may be")
	}
}

func TestOthersReadTheDocument(t *testing.T) {
	t.Parallel()
	pdftotext := oracle.Need(t, "pdftotext")
	data, err := Document(sampleDocument(), A4)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(string(oracle.Run(t, pdftotext, "-layout", file, "-"))), " ")
	for _, want := range []string{"Root of the Example CA, Zürich U+4E2D", "First paragraph.", "Second, with", "Ben BE", "0123 4567", "Step 59"} {
		if !strings.Contains(got, want) {
			t.Errorf("not in the text: %s", want)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want string
	}{
		{"", ""}, {"one two three", "one two|three"}, {"abcdefghijkl", "abcdefgh|ijkl"}, {"ab abcdefghijkl c", "ab|abcdefgh|ijkl c"}, {"  a  b ", "a b"},
	} {
		if got := strings.Join(wrap(c.text, 8), "|"); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
