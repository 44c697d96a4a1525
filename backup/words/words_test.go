package words

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

// sheet returns a sheet, its 24 words, and its check line.
func sheet(t testing.TB) (p backup.Payload, s *backup.Sheet, words []string, check string) {
	p = backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	sheets, err := Codec{}.Encode(p, backuptest.Meta(), backup.Split{})
	if err != nil {
		t.Fatal(err)
	}
	s = sheets[0]
	last := len(s.Rows) - 1
	return p, s, regexp.MustCompile(`[a-z]+`).FindAllString(string(bytes.Join(s.Rows[:last], []byte(" "))), -1), string(s.Rows[last])
}

// numbered types words with their numbers, in the ways that people do.
func numbered(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if w != "" {
			fmt.Fprintf(&b, []string{"%d. %s\n", "  %02d) %s\n", "%d %s\n", "%d%s\n"}[i%4], i+1, w)
		}
	}
	return b.String()
}

func TestWaysToTypeWords(t *testing.T) {
	p, s, words, check := sheet(t)
	bare := strings.Fields(check)[1:]
	first4 := slices.Clone(words)
	for i, w := range first4 {
		first4[i] = w[:min(4, len(w))]
	}
	head := string(s.Text[:bytes.Index(s.Text, s.Rows[0])])
	shuffled := strings.Split(strings.TrimSpace(numbered(words)), "\n")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, text := range map[string]string{
		"one line":        strings.Join(words, " "),
		"a line each":     strings.Join(words, "\n"),
		"commas":          strings.Join(words, ", "),
		"capitals":        strings.ToUpper(strings.Join(words, " ")),
		"four letters":    strings.Join(first4, " "),
		"numbered":        numbered(words),
		"shuffled":        strings.Join(shuffled, "\n"),
		"twice":           numbered(words) + numbered(first4),
		"check first":     check + "\n" + numbered(words),
		"check twice":     check + "\n" + numbered(words) + "check: " + strings.Join(bare, ", "),
		"check, capitals": numbered(words) + strings.ToUpper(check),
		"a slip in it":    numbered(words) + "chcek " + strings.Join(bare, " "),
		"check, one line": strings.Join(words, " ") + check,
		"28 words":        strings.Join(words, " ") + " " + strings.Join(bare, " "),
		"28 lines":        strings.Join(words, "\n") + "\ncheck\n" + strings.Join(bare, "\n"),
		"with the head":   head + numbered(words),
		"fields alone":    "Document: " + strings.ToLower(s.DocumentID) + "\nalgorithm p384\n" + numbered(words),
		"prose between":   "24 words\nthe words of Ann:\n" + numbered(words) + "25 in all\n",
	} {
		r, err := Codec{}.Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !r.Secret.Equal(p.Secret) || !r.Sound() || r.DocumentID != s.DocumentID {
			t.Errorf("%s: %+v", name, r)
		}
		if got := backup.Sniff([]byte(text)); got != Name && name != "prose between" && !strings.Contains(name, "twice") {
			t.Errorf("%s: looks like %q", name, got)
		}
	}
}

// accidents changes words of the sheet: places from 1, the check line's from 25; "" takes a word away.
func accidents(words []string, check string, changes map[int]string) (changed, changedCheck string) {
	w, c := slices.Clone(words), strings.Fields(check)
	for at, word := range changes {
		if at <= len(w) {
			w[at-1] = word
		} else {
			c[at-len(w)] = word
		}
	}
	return numbered(w), strings.Join(c, " ") + "\n"
}

// What can't be put right is named, and where it can be found it is suggested.
func TestWhatARefusalSays(t *testing.T) {
	_, s, words, line := sheet(t)
	head := string(s.Text[:bytes.Index(s.Text, s.Rows[0])])
	change := func(changes map[int]string) string {
		w, _ := accidents(words, line, changes)
		return w
	}
	checked := func(changes map[int]string) string {
		w, c := accidents(words, line, changes)
		return w + c
	}
	for name, c := range map[string][3]string{ // text, message, hint
		"misspelt":              {change(map[int]string{2: words[1][:2] + "?" + words[1][3:]}), `page 1 word 2 \(not a word of the list\)$`, "word 2 may be .*" + words[1]},
		"no word":               {change(map[int]string{7: "xxxxxxxx"}), `page 1 word 7 \(not a word of the list\)$`, "^$"},
		"missing":               {change(map[int]string{9: ""}), `page 1 word 9 \(missing\)$`, "^$"},
		"two missing":           {strings.Join(strings.SplitN(numbered(words), "\n", 23)[:22], "\n"), `page 1 word 23 \(missing\), word 24 \(missing\)$`, "^$"},
		"two missing, head":     {head + change(map[int]string{3: "", 5: ""}), `page 1 word 3 \(missing\), word 5 \(missing\)$`, "^$"},
		"another word":          {change(map[int]string{3: "zebra"}), `page 1 \(one or more words are wrong or in another place;.*\); the check line or`, "^$"},
		"two wrong, head":       {head + change(map[int]string{3: "zebra", 11: "absurd"}), `page 1 \(two or more words are wrong`, "^$"},
		"two wrong, check":      {checked(map[int]string{3: "zebra", 11: "absurd"}), `page 1 word 3 \(probably another word\), word 11 \(probably another word\); the document's number`, "word 3 may be " + words[2] + ", by the check line; word 11 may be"},
		"three missing, check":  {checked(map[int]string{3: "", 11: "", 27: "?"}), `page 1 word 3 \(missing\), word 11 \(missing\), word 27 \(of the check line: not a word`, "word 3 may be " + words[2] + ", by the check line; word 11 may be"},
		"a wrong number, check": {strings.Replace(head, s.DocumentID, "QPZR-Y9X8", 1) + checked(map[int]string{3: "zebra"}), `page 1 word 3 \(probably another word\); the document's number does not prove it`, "word 3 may be " + words[2]},
		"four wrong, check":     {checked(map[int]string{3: "zebra", 11: "absurd", 12: "zoo", 13: "zoo"}), `page 1 \(three or more words are wrong`, "^$"},
		"four wrong, all":       {head + checked(map[int]string{3: "zebra", 11: "absurd", 12: "zoo", 13: "zoo"}), `page 1 \(three or more words are wrong`, "^$"},
		"five missing, all":     {head + checked(map[int]string{3: "", 4: "", 5: "", 6: "", 7: ""}), `page 1 word 3 \(missing\), .* word 7 \(missing\)$`, "^$"},
		"twice, differently":    {numbered(words) + "\n12 zebra\n", `page 1 word 12 \(there twice, with different words\)`, "zebra or " + words[11]},
		"25 words":              {numbered(words) + "\n25 zebra\n", `page 1 word 25 \(there are 24 words, not more\)`, "^$"},
		"23 words":              {strings.Join(words[1:], " "), `page 1 \(23 words, not 24\)$`, "^$"},
		"a torn check line":     {numbered(words) + "check zoo zebra", `page 1 word 25 \(the check line has 2 words, not 4\); the words have`, "^$"},
		"a number misread":      {strings.Replace(head, "Document ", "Dokument ", 1) + numbered(words), `page 1 \(the document's number in the head, .*leave the head out`, "^$"},
	} {
		_, err := Codec{}.Decode([]byte(c[0]))
		var d *backup.Damage
		if !errors.As(err, &d) || !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !regexp.MustCompile(c[1]).MatchString(err.Error()) {
			t.Errorf("%s: says %v", name, err)
		}
		if hints := strings.Join(d.Hints(), "; "); !regexp.MustCompile(c[2]).MatchString(hints) {
			t.Errorf("%s: hints %q, not %s", name, hints, c[2])
		}
		for _, w := range append(strings.Fields(line)[1:], words...) {
			if regexp.MustCompile(`\b`+w+`\b`).MatchString(err.Error()) && !strings.Contains("another check word list head document number place page two more type", w) {
				t.Errorf("%s: the message shows the word %s", name, w)
			}
		}
	}
}

// What is proven is put right, and every place is listed with what stood there.
func TestWhatIsPutRight(t *testing.T) {
	p, s, words, line := sheet(t)
	head := string(s.Text[:bytes.Index(s.Text, s.Rows[0])])
	check := strings.Fields(line)[1:]
	both, number, byLine := "; put right by the check line and the document's number", "; put right by the document's number", "; put right by the check line"
	for name, c := range map[string]struct {
		head, check bool
		changes     map[int]string
		want        string // page 1 line 5: was, is, why
	}{
		"one wrong, number":          {true, false, map[int]string{3: "zebra"}, "3 zebra " + words[2] + " another word" + number},
		"one missing, number":        {true, false, map[int]string{3: ""}, "3  " + words[2] + " missing" + number},
		"two swapped, number":        {true, false, map[int]string{5: words[17], 18: words[4]}, "5 " + words[17] + " " + words[4] + " swapped with another" + number + "|18 " + words[4] + " " + words[17] + " swapped with another" + number},
		"one wrong, check line":      {false, true, map[int]string{3: "zebra"}, "3 zebra " + words[2] + " another word" + byLine},
		"one wrong in it":            {false, true, map[int]string{26: "zebra"}, "26 zebra " + check[1] + " of the check line: another word" + byLine},
		"swapped, check line":        {false, true, map[int]string{4: words[4], 5: words[3]}, "4 " + words[4] + " " + words[3] + " swapped with another" + byLine + "|5 " + words[3] + " " + words[4] + " swapped with another" + byLine},
		"two missing, check line":    {false, true, map[int]string{1: "", 24: "v?ry"}, "1  " + words[0] + " missing" + byLine + "|24 v?ry " + words[23] + " not a word of the list" + byLine},
		"three wrong, both":          {true, true, map[int]string{3: "zebra", 4: "zoo", 28: "art"}, "3 zebra " + words[2] + " another word" + both + "|4 zoo " + words[3] + " another word" + both + "|28 art " + check[3] + " of the check line: another word" + both},
		"two of each, both":          {true, true, map[int]string{3: "zebra", 4: "zoo", 5: "", 6: ""}, "3 zebra " + words[2] + " another word" + both + "|4 zoo " + words[3] + " another word" + both + "|5  " + words[4] + " missing" + both + "|6  " + words[5] + " missing" + both},
		"four missing, both":         {true, true, map[int]string{1: "", 2: "", 3: "", 4: ""}, "1  " + words[0] + " missing" + both + "|2  " + words[1] + " missing" + both + "|3  " + words[2] + " missing" + both + "|4  " + words[3] + " missing" + both},
		"another check line, number": {true, true, map[int]string{25: "zoo", 26: "zoo", 27: "zoo", 28: "zoo"}, "25 zoo " + check[0] + " of the check line: another word" + number + "|26 zoo " + check[1] + " of the check line: another word" + number + "|27 zoo " + check[2] + " of the check line: another word" + number + "|28 zoo " + check[3] + " of the check line: another word" + number},
		"a torn check line, number":  {true, true, map[int]string{25: "", 26: "", 3: "zebra"}, "3 zebra " + words[2] + " another word" + number + "|25  " + strings.Join(check, " ") + " the check line has 2 words, not 4" + number},
	} {
		text, checkLine := accidents(words, line, c.changes)
		if c.check {
			text += checkLine
		}
		if c.head {
			text = head + text
		}
		r, err := Codec{}.Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, c := range r.Corrections {
			got = append(got, fmt.Sprintf("%d %s %s %s", c.Line, c.Was, c.Is, c.Why))
		}
		if !r.Secret.Equal(p.Secret) || strings.Join(got, "|") != c.want || r.Sound() {
			t.Errorf("%s:\n%s, not\n%s", name, strings.Join(got, "|"), c.want)
		}
	}
}

// A torn edge takes words of some rows, and leaves the others of them.
func TestTornEdges(t *testing.T) {
	p, s, words, _ := sheet(t)
	text := string(s.Text)
	for from, to := range map[string]string{
		"08 " + words[7]:                  "08",
		"06 " + words[5]:                  "06",
		"05 " + words[4]:                  words[4][2:],
		"  09 " + words[8] + " ":          "  09 ",
		"08 " + words[7] + "\n":           "\n",
		"05 " + words[4] + "     ":        "",
		"17 " + words[16] + "         18": "18",
	} {
		if !strings.Contains(text, from) {
			t.Fatalf("no %q", from)
		}
		r, err := Codec{}.Decode([]byte(strings.Replace(text, from, to, 1)))
		if err != nil || !r.Secret.Equal(p.Secret) || len(r.Corrections) != 1 {
			t.Errorf("%q for %q: %+v, %v", to, from, r, err)
		}
	}
}

// A number that was misread loses its word alone, and not the row: four rows may have one.
func TestMisreadNumbers(t *testing.T) {
	p, s, words, _ := sheet(t)
	text := string(s.Text)
	for _, at := range []int{2, 7, 12, 16} {
		from := fmt.Sprintf("%02d %s", at, words[at-1])
		if !strings.Contains(text, from) {
			t.Fatalf("no %q", from)
		}
		text = strings.Replace(text, from, fmt.Sprintf("%di %s", at/10, words[at-1]), 1)
	}
	r, err := Codec{}.Decode([]byte(text))
	if err != nil || !r.Secret.Equal(p.Secret) || len(r.Corrections) != 4 {
		t.Errorf("%+v, %v", r, err)
	}
}

// A whole check line proves the words; a number that does not agree is said to be wrong.
func TestCheckLineProves(t *testing.T) {
	p, s, words, line := sheet(t)
	for _, id := range []string{"QPZR-Y9X8", "QPZR-????"} {
		r, err := Codec{}.Decode([]byte("Document: " + id + "\n" + numbered(words) + line))
		if err != nil || !r.Secret.Equal(p.Secret) || len(r.Corrections) != 0 || len(r.HeaderDiffers) != 1 || r.DocumentID != s.DocumentID {
			t.Errorf("%s: %+v, %v", id, r, err)
		}
	}
	r, err := Codec{}.Decode([]byte(numbered(words)+"95 zebra\n"), []byte(line))
	if err != nil || !r.Secret.Equal(p.Secret) || len(r.Corrections) != 1 || r.Corrections[0].Was != "zebra" {
		t.Errorf("a word too many: %+v, %v", r, err)
	}
}

func TestHeaderDiffers(t *testing.T) {
	p, s, _, _ := sheet(t)
	for _, change := range [][3]string{
		{"seed (32", "sealed-key (32", "contents"},
		{"SHA256:", "SHA256:x", "fingerprint"},
		{"2026-11-21", "2026-21-11", "made"},
	} {
		r, err := Codec{}.Decode([]byte(strings.Replace(string(s.Text), change[0], change[1], 1)))
		if err != nil || !r.Secret.Equal(p.Secret) {
			t.Fatalf("%s: %v", change[2], err)
		}
		if !strings.Contains(strings.Join(r.HeaderDiffers, " "), change[2]) || r.Sound() {
			t.Errorf("%s: differs %q", change[2], r.HeaderDiffers)
		}
	}
}

var update = flag.Bool("update", false, "write the sheet in testdata/backup again")

// What was printed once stays readable.
func TestSheetsOfOld(t *testing.T) {
	p, s, _, _ := sheet(t)
	if *update {
		if err := os.WriteFile("../../testdata/backup/words-v2-seed.txt", s.Text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"words-v1-seed.txt", "words-v2-seed.txt"} {
		text, err := os.ReadFile("../../testdata/backup/" + name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Codec{}.Decode(text)
		if err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() || r.Meta != backuptest.Meta() {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
