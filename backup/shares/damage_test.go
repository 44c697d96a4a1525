package shares

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/slip39"
)

// Any three wrong words are noticed: no three columns of the code add up to nothing, which is all that would hide them.
func TestEveryThreeWrongWordsAreNoticed(t *testing.T) {
	t.Parallel()
	for choice, ok := []int{0, 1, 2}, true; ok; ok = next(choice, count) {
		var rows []change
		for _, place := range choice {
			for bit := range wordBits {
				if c := reduce(rows, change{sum: effects()[place][bit]}); c.sum != 0 {
					rows = append(rows, c)
				}
			}
		}
		if len(rows) != sumBits {
			t.Fatalf("words %v hide each other", choice)
		}
	}
}

func sentence(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if w != "" {
			b.WriteString(strings.Repeat("0", max(0, 1-i/9)) + itoa(i+1) + " " + w + "\n")
		}
	}
	return b.String()
}

func itoa(n int) string {
	return string(bytes.TrimLeft([]byte{byte('0' + n/10), byte('0' + n%10)}, "0"))
}

// With the document's number what is lost is found again, and said.
func TestRepairs(t *testing.T) {
	t.Parallel()
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	s, rng := list[0], rand.New(rand.NewPCG(1, 2))
	words := wordsOf(s)
	other := func(w string) string {
		for {
			if o := slip39.English.Words()[rng.IntN(1024)]; o != w {
				return o
			}
		}
	}
	for range 40 {
		at := rng.Perm(count)
		for name, c := range map[string]struct{ lost, wrong, swapped int }{
			"1 lost": {lost: 1}, "2 lost": {lost: 2}, "3 lost": {lost: 3}, "1 wrong": {wrong: 1}, "2 wrong": {wrong: 2}, "2 swapped": {swapped: 2},
			"1 lost, 1 wrong": {lost: 1, wrong: 1}, "2 lost, 1 wrong": {lost: 2, wrong: 1}, "1 lost, 2 wrong": {lost: 1, wrong: 2}, "1 lost, 2 swapped": {lost: 1, swapped: 2},
			"4 lost": {lost: 4}, "3 wrong": {wrong: 3}, "2 lost, 2 wrong": {lost: 2, wrong: 2},
		} {
			hurt := slices.Clone(words)
			for i := range c.lost {
				hurt[at[i]] = []string{"", "xxxx", "???"}[rng.IntN(3)]
			}
			for i := c.lost; i < c.lost+c.wrong; i++ {
				hurt[at[i]] = other(hurt[at[i]])
			}
			if i := c.lost; c.swapped > 0 {
				hurt[at[i]], hurt[at[i+1]] = hurt[at[i+1]], hurt[at[i]]
			}
			changed := 0
			for i := range hurt {
				if hurt[i] != words[i] {
					changed++
				}
			}
			_, err := Codec{}.Decode([]byte(headText(s) + sentence(hurt)))
			var few *backup.Incomplete
			var d *backup.Damage
			if refused := c.lost+c.wrong > 3 || c.wrong > 2; refused {
				if !errors.As(err, &d) {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if !errors.As(err, &few) || few.Shares[0].DocumentID != s.DocumentID || len(few.Corrections) != changed {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for _, c := range few.Corrections {
				if c.Is != words[c.Line-1] || c.Page != 1 || c.Why == "" {
					t.Errorf("%s: %+v", name, c)
				}
			}
		}
	}
}

// A row of another share is noticed, and found again.
func TestForeignRow(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	for i := range list[0].Rows {
		rows := slices.Clone(list[0].Rows)
		rows[i] = list[1].Rows[i]
		_, err := Codec{}.Decode([]byte(headText(list[0]) + string(bytes.Join(rows, []byte("\n")))))
		var few *backup.Incomplete
		if !errors.As(err, &few) || few.Shares[0].DocumentID != list[0].DocumentID {
			t.Errorf("row %d: %v", i+1, err)
		}
	}
}

// A number that was misread loses its word alone; as 1 it does not begin the next share.
func TestMisreadNumbers(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	s := list[0]
	for at, misread := range map[int]string{21: "i1", 22: "1", 24: "1x", 31: "l1", 33: "1", 7: "0?"} {
		from := fmt.Sprintf("  %02d ", at)
		text := strings.Replace(string(s.Text), from, "  "+misread+" ", 1)
		_, err := Codec{}.Decode([]byte(text))
		var few *backup.Incomplete
		if text == string(s.Text) || !errors.As(err, &few) || len(few.Shares) != 1 || few.Shares[0].DocumentID != s.DocumentID {
			t.Errorf("%s for %d: %v", misread, at, err)
		}
	}
}

// A letter wrong in every word is no loss, with the document's number.
func TestSlipsInEveryWord(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	words := wordsOf(list[1])
	for i, w := range words {
		if i%4 != 3 {
			words[i] = w[:2] + "?" + w[3:]
		}
	}
	_, err := Codec{}.Decode([]byte(headText(list[1]) + sentence(words)))
	var few *backup.Incomplete
	if !errors.As(err, &few) || few.Shares[0].DocumentID != list[1].DocumentID || len(few.Corrections) != 25 {
		t.Errorf("%v", err)
	}
}

// Without the number nothing is put right, and what can be said is.
func TestWhatARefusalSays(t *testing.T) {
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	words, second := wordsOf(list[0]), wordsOf(list[1])
	change := func(at int, word string) string {
		w := slices.Clone(words)
		w[at-1] = word
		return sentence(w)
	}
	swapped := slices.Clone(words)
	swapped[9], swapped[20] = swapped[20], swapped[9]
	for name, c := range map[string][3]string{ // text, message, hint
		"another word": {change(7, "academic"), `page 1 word 7 \(probably another word, by the checksum\); the checksum alone`, "^word 7 may be " + words[6] + "$"},
		"missing":      {change(7, ""), `page 1 word 7 \(missing\)$`, "word 7 may be " + words[6] + ", by the checksum"},
		"misspelt":     {change(7, words[6][:3]+"?"), `page 1 word 7 \(not a word of the list\)$`, "word 7 may be " + words[6]},
		"swapped":      {sentence(swapped), `page 1 \(two or more words are wrong or in another place`, "^$"},
		"twice":        {sentence(words) + "7 academic\n", `page 1 word 7 \(there twice, with different words\)$`, words[6]},
		"three lost":   {sentence(words[:30]), `word 31 \(missing\), word 32 \(missing\), word 33 \(missing\)$`, "^$"},
		"a word short": {strings.Join(words[1:], " "), `page 1 \(32 words, not 33\)$`, "^$"},
		"of two, one":  {sentence(second) + change(7, "academic"), `page 2 word 7 \(.*; a page is one of the 2 shares given, in order; 1 of them sound$`, words[6]},
	} {
		_, err := Codec{}.Decode([]byte(c[0]))
		var d *backup.Damage
		if !errors.As(err, &d) || !errors.Is(err, backup.ErrDamaged) || !regexp.MustCompile(c[1]).MatchString(err.Error()) {
			t.Errorf("%s: says %v", name, err)
			continue
		}
		if hints := strings.Join(d.Hints(), "; "); !regexp.MustCompile(c[2]).MatchString(hints) {
			t.Errorf("%s: hints %q, not %s", name, hints, c[2])
		}
		if strings.Contains(err.Error(), words[6]) {
			t.Errorf("%s: the message shows a word: %v", name, err)
		}
	}
}

// forge changes the value of a share and makes it sound again.
func forge(t *testing.T, s *backup.Sheet) []byte {
	t.Helper()
	share, err := unpack(indices(t, strings.Join(wordsOf(s), " ")))
	if err != nil {
		t.Fatal(err)
	}
	share.value[3] ^= 0x55
	var words []string
	for _, i := range share.pack() {
		words = append(words, slip39.English.Words()[i])
	}
	return []byte(strings.Join(words, " "))
}

// A forged share is sound by itself. It is noticed, and named where there are more shares than are needed.
func TestForgedShares(t *testing.T) {
	_, a := sheets(t, 0, backup.Group{Need: 2, Of: 4})
	_, b := sheets(t, 2, backup.Group{Need: 2, Of: 2}, backup.Group{Need: 1, Of: 1}, backup.Group{Need: 1, Of: 1})
	for name, c := range map[string]struct {
		texts [][]byte
		pages []int
	}{
		"one of two":         {[][]byte{a[0].Text, forge(t, a[1])}, []int{1, 2}},
		"one of three":       {[][]byte{a[0].Text, forge(t, a[1]), a[2].Text}, []int{2}},
		"the first":          {[][]byte{forge(t, a[3]), a[1].Text, a[2].Text, a[0].Text}, []int{1}},
		"two of four":        {[][]byte{forge(t, a[3]), a[1].Text, a[2].Text, forge(t, a[0])}, []int{1, 4}},
		"the same twice":     {[][]byte{a[0].Text, forge(t, a[0])}, []int{1, 2}},
		"a group of one":     {[][]byte{b[0].Text, b[1].Text, forge(t, b[2])}, []int{1, 2, 3}},
		"one group too many": {[][]byte{b[0].Text, b[1].Text, forge(t, b[2]), b[3].Text}, []int{3}},
	} {
		r, err := Codec{}.Decode(c.texts...)
		var d *backup.Damage
		if !errors.As(err, &d) {
			t.Errorf("%s: %+v, %v", name, r, err)
			continue
		}
		var pages []int
		for _, f := range d.Faults {
			pages = append(pages, f.Page)
		}
		if !slices.Equal(pages, c.pages) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Few of the trials that make damage runs, and -run Million can.
var trials = flag.Int("trials", 2500, "hurt shares to try; a million takes some minutes")

// One share of two, hurt in the ways of paper and people: it comes back as it was, or is refused. go test -run Million -trials 1000000
func TestMillion(t *testing.T) {
	t.Parallel()
	_, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	s, foreign := list[0], list[1].Rows
	head := []byte(headText(s))
	rng := rand.New(rand.NewPCG(5, 6))
	whole, mended, located, refused := 0, 0, 0, 0
	for range *trials {
		rows := backuptest.Hurt(rng, s.Rows, foreign, 1+rng.IntN(4))
		_, err := Codec{}.Decode(slices.Concat(head, bytes.Join(rows, []byte("\n"))))
		var few *backup.Incomplete
		var d *backup.Damage
		switch {
		case errors.As(err, &few):
			if few.Shares[0].DocumentID != s.DocumentID {
				t.Fatalf("ANOTHER SHARE came from:\n%s", bytes.Join(rows, []byte("\n")))
			}
			if whole++; len(few.Corrections) > 0 {
				mended++
			}
		case errors.As(err, &d) && d.Faults[0].Line > 0:
			located++
		default:
			refused++
		}
	}
	t.Logf("of %d hurt shares %d came back (%d of them mended), %d were refused with the place, %d without", *trials, whole, mended, located, refused)
}
