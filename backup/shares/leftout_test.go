package shares

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
)

// spoil changes so many words of a sheet that nothing puts them right.
func spoil(s *backup.Sheet) []byte {
	words := wordsOf(s)
	for i := range 6 {
		words[4*i+4] = "xxxxx"
	}
	return []byte(headText(s) + sentence(words))
}

// A share that can't be put right is left out where the others are enough, and that is said without a word of it.
func TestAShareTooMuchIsLeftOut(t *testing.T) {
	p, a := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	_, b := sheets(t, 2, backup.Group{Need: 2, Of: 3}, backup.Group{Need: 1, Of: 1}, backup.Group{Need: 3, Of: 5})
	swapped := wordsOf(a[1])
	swapped[9], swapped[20], swapped[30] = swapped[20], swapped[30], swapped[9]
	for name, c := range map[string]struct {
		texts [][]byte
		says  string
	}{
		"the first":   {[][]byte{spoil(a[0]), a[1].Text, a[2].Text}, "page 1 word 5 (not a word of the list), word 9 "},
		"the second":  {[][]byte{a[2].Text, spoil(a[1]), a[0].Text}, "page 2 word 5 (not a word of the list), word 9 "},
		"in one text": {[][]byte{slices.Concat(a[2].Text, a[0].Text, spoil(a[1]))}, "page 3 word 5 (not a word of the list), word 9 "},
		"no place":    {[][]byte{a[0].Text, a[2].Text, []byte(strings.Join(swapped, " "))}, "two or more words are wrong or in another place"},
		"of a group":  {[][]byte{b[3].Text, b[0].Text, spoil(b[5]), b[1].Text}, "page 3 word 5 "},
		"given twice": {[][]byte{a[0].Text, a[2].Text, spoil(a[2])}, "page 3 word 5 "},
	} {
		r, err := Codec{}.Decode(c.texts...)
		if err != nil || !r.Secret.Equal(p.Secret) || r.Sound() || len(r.LeftOut) != 1 {
			t.Errorf("%s: %+v, %v", name, r, err)
			continue
		}
		said := r.LeftOut[0]
		if !strings.HasPrefix(said, "a share was left out") || !strings.Contains(said, c.says) {
			t.Errorf("%s: says %q", name, said)
		}
		for _, word := range append(wordsOf(a[1]), wordsOf(b[5])...) {
			if strings.Contains(said, word) {
				t.Errorf("%s: %q shows the word %s", name, said, word)
			}
		}
	}
}

// What is left does not become right by that: too few shares, forged ones and those of two sets are refused as ever.
func TestNothingElseIsLeftOut(t *testing.T) {
	_, a := sheets(t, 0, backup.Group{Need: 2, Of: 4})
	_, b := sheets(t, 1, backup.Group{Need: 2, Of: 3}, backup.Group{Need: 2, Of: 3})
	for name, c := range map[string]struct {
		texts [][]byte
		unit  string
		pages []int
	}{
		"too few":       {[][]byte{a[0].Text, spoil(a[1])}, "word", []int{2, 2, 2, 2, 2, 2}},
		"none":          {[][]byte{spoil(a[1])}, "word", []int{1, 1, 1, 1, 1, 1}},
		"forged":        {[][]byte{spoil(a[0]), a[1].Text, forge(t, a[2])}, "share", []int{2, 3}},
		"one forged":    {[][]byte{a[0].Text, a[1].Text, forge(t, a[2]), spoil(a[3])}, "share", []int{3}},
		"of two sets":   {[][]byte{a[0].Text, spoil(a[1]), b[0].Text, a[2].Text}, "share", []int{1, 3, 4}},
		"of another":    {[][]byte{a[0].Text, b[0].Text, b[1].Text}, "share", []int{1, 2, 3}},
		"of two groups": {[][]byte{b[0].Text, spoil(b[1]), b[3].Text}, "word", []int{2, 2, 2, 2, 2, 2}},
	} {
		r, err := Codec{}.Decode(c.texts...)
		var d *backup.Damage
		if !errors.As(err, &d) || d.Unit != c.unit {
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
