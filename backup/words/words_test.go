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

func sheet(t testing.TB) (p backup.Payload, s *backup.Sheet, words []string) {
	p = backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	s, err := Codec{}.Encode(p, backuptest.Meta())
	if err != nil {
		t.Fatal(err)
	}
	return p, s, regexp.MustCompile(`[a-z]+`).FindAllString(string(bytes.Join(s.Rows, []byte(" "))), -1)
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
	p, s, words := sheet(t)
	first4 := slices.Clone(words)
	for i, w := range first4 {
		first4[i] = w[:min(4, len(w))]
	}
	head := string(s.Text[:bytes.Index(s.Text, s.Rows[0])])
	shuffled := strings.Split(strings.TrimSpace(numbered(words)), "\n")
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, text := range map[string]string{
		"one line":      strings.Join(words, " "),
		"a line each":   strings.Join(words, "\n"),
		"commas":        strings.Join(words, ", "),
		"capitals":      strings.ToUpper(strings.Join(words, " ")),
		"four letters":  strings.Join(first4, " "),
		"numbered":      numbered(words),
		"shuffled":      strings.Join(shuffled, "\n"),
		"twice":         numbered(words) + numbered(first4),
		"with the head": head + numbered(words),
		"fields alone":  "Document: " + strings.ToLower(s.DocumentID) + "\nalgorithm p384\n" + numbered(words),
		"prose between": "24 words\nthe words of Ann:\n" + numbered(words) + "25 in all\n",
	} {
		r, err := Codec{}.Decode([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !r.Secret.Equal(p.Secret) || !r.Sound() || r.DocumentID != s.DocumentID {
			t.Errorf("%s: %+v", name, r)
		}
		if got := backup.Sniff([]byte(text)); got != Name && name != "prose between" && name != "twice" {
			t.Errorf("%s: looks like %q", name, got)
		}
	}
}

// Nothing is put right; what is wrong is named, and where it can be found it is suggested.
func TestWhatARefusalSays(t *testing.T) {
	_, s, words := sheet(t)
	head := string(s.Text[:bytes.Index(s.Text, s.Rows[0])])
	change := func(at int, word string) string {
		w := slices.Clone(words)
		w[at-1] = word
		return numbered(w)
	}
	swap := slices.Clone(words)
	swap[4], swap[17] = swap[17], swap[4]
	another := "zebra"
	for name, c := range map[string][3]string{ // text, message, hint
		"misspelt":           {change(2, words[1][:2]+"?"+words[1][3:]), `page 1 word 2 \(not a word of the list\)$`, "word 2 may be .*" + words[1]},
		"no word":            {change(7, "xxxxxxxx"), `page 1 word 7 \(not a word of the list\)$`, "^$"},
		"no word, the head":  {head + change(7, "xxxxxxxx"), `page 1 word 7 \(not a word of the list\)$`, "word 7 may be " + words[6] + ", by the document's number"},
		"missing":            {change(9, ""), `page 1 word 9 \(missing\)$`, "^$"},
		"missing, the head":  {head + change(9, ""), `page 1 word 9 \(missing\)$`, "word 9 may be " + words[8] + ", by"},
		"two missing":        {strings.Join(strings.SplitN(numbered(words), "\n", 23)[:22], "\n"), `page 1 word 23 \(missing\), word 24 \(missing\)$`, "^$"},
		"another word":       {change(3, another), `page 1 word \(one or more is wrong or in another place;.*\); the document's number`, "^$"},
		"another, the head":  {head + change(3, another), `page 1 word 3 \(probably another word\)`, "word 3 may be " + words[2] + ", by"},
		"swapped, the head":  {head + numbered(swap), `page 1 word 5 \(probably swapped with another\), word 18 \(probably swapped with another\)`, "word 5 may be " + words[4]},
		"two wrong, head":    {head + strings.Replace(change(3, another), words[10], "absurd", 1), `page 1 word \(two or more are wrong`, "^$"},
		"twice, differently": {numbered(words) + "\n12 zebra\n", `page 1 word 12 \(there twice, with different words\)`, "zebra or " + words[11]},
		"25 words":           {numbered(words) + "\n25 zebra\n", `page 1 word 25 \(there are 24 words, not more\)`, "^$"},
		"23 words":           {strings.Join(words[1:], " "), `page 1 word \(23 words, not 24\)$`, "^$"},
		"a number misread":   {strings.Replace(head, "Document ", "Dokument ", 1) + numbered(words), `page 1 word \(the document's number in the head, .*leave the head out`, "^$"},
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
		for _, w := range words {
			if regexp.MustCompile(`\b`+w+`\b`).MatchString(err.Error()) && !strings.Contains("another word list head document number place page two more", w) {
				t.Errorf("%s: the message shows the word %s", name, w)
			}
		}
	}
}

func TestHeaderDiffers(t *testing.T) {
	p, s, _ := sheet(t)
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

// The sheet printed by the first version must stay readable.
func TestSheetOfOld(t *testing.T) {
	const path = "../../testdata/backup/words-v1-seed.txt"
	p, s, _ := sheet(t)
	if *update {
		if err := os.WriteFile(path, s.Text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Codec{}.Decode(text)
	if err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() || r.Meta != backuptest.Meta() {
		t.Errorf("%+v, %v", r, err)
	}
}
