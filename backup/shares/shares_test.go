package shares

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

func random(label string) *rand.ChaCha8 {
	return rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%32s", label))))
}

func sheets(t testing.TB, threshold int, groups ...backup.Group) (backup.Payload, []*backup.Sheet) {
	t.Helper()
	p := backuptest.Payload(backup.KindSeed, backup.SeedSize, "Kernel modules 2026")
	list, err := Codec{}.Encode(p, backuptest.Meta(), backup.Split{Groups: groups, Threshold: threshold, Rand: random("shares")})
	if err != nil {
		t.Fatal(err)
	}
	return p, list
}

func headText(s *backup.Sheet) string { return string(s.Text[:bytes.Index(s.Text, s.Rows[0])]) }

func wordsOf(s *backup.Sheet) []string {
	return regexp.MustCompile(`[a-z]+`).FindAllString(string(bytes.Join(s.Rows, []byte(" "))), -1)
}

// Every choice of nine sheets in three groups restores if two groups are whole, and says what it wants if not.
func TestGroups(t *testing.T) {
	t.Parallel()
	groups := []backup.Group{{Need: 2, Of: 3}, {Need: 1, Of: 1}, {Need: 3, Of: 5}}
	p, list := sheets(t, 2, groups...)
	for choice := 1; choice < 1<<len(list); choice++ {
		var texts [][]byte
		have := [3]int{}
		for i, s := range list {
			if choice>>i&1 == 1 {
				texts = append(texts, s.Text)
				have[s.Share.Group-1]++
			}
		}
		whole := 0
		for g, n := range have {
			if n >= groups[g].Need {
				whole++
			}
		}
		r, err := Codec{}.Decode(texts...)
		var few *backup.Incomplete
		switch {
		case whole >= 2 && (err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() || len(r.Shares) != len(texts) || r.DocumentID != list[0].Share.Set):
			t.Errorf("%v: %+v, %v", have, r, err)
		case whole < 2 && (!errors.As(err, &few) || len(few.Shares) != len(texts) || few.Payload.Label != p.Label):
			t.Errorf("%v: %v", have, err)
		}
		r.Destroy()
	}
	_, err := Codec{}.Decode(list[1].Text, list[3].Text)
	if want := "1 of 3 groups of set " + list[0].Share.Set + " are whole and 2 are needed; begun: 1 more share of group 1"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("says %v", err)
	}
}

var update = flag.Bool("update", false, "write testdata again")

// Sheets printed by the first version must stay readable.
func TestSheetsOfOld(t *testing.T) {
	const path = "testdata/shares-v1-2-of-3.txt"
	p, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	if *update {
		if err := os.WriteFile(path, slices.Concat(list[0].Text, list[2].Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Codec{}.Decode(text)
	if err != nil || !backuptest.Same(r.Payload, p) || !r.Sound() || r.Meta != backuptest.Meta() || len(r.Shares) != 2 || r.Shares[1].Of != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestHolders(t *testing.T) {
	p := backuptest.Payload(backup.KindSeed, backup.SeedSize, "holders")
	split := backup.Split{Groups: []backup.Group{{Need: 2, Of: 2}}, Holders: []string{"Ann", "Ben"}, Rand: random("holders")}
	list, err := Codec{}.Encode(p, backuptest.Meta(), split)
	if err != nil || !bytes.Contains(list[1].Text, []byte("Holder        Ben\n")) {
		t.Fatalf("%v\n%s", err, list[1].Text)
	}
	r, err := Codec{}.Decode(list[0].Text, list[1].Text)
	if err != nil || !r.Sound() || r.Meta.Holder != "" || r.Meta.Note != backuptest.Meta().Note {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestSplitsThatAreRefused(t *testing.T) {
	p := backuptest.Payload(backup.KindSeed, backup.SeedSize, "refused")
	for name, s := range map[string]backup.Split{
		"1 of 2 shares":      {Groups: []backup.Group{{Need: 1, Of: 2}}},
		"0 of 2 shares":      {Groups: []backup.Group{{Need: 0, Of: 2}}},
		"3 of 2 shares":      {Groups: []backup.Group{{Need: 3, Of: 2}}},
		"2 of 17 shares":     {Groups: []backup.Group{{Need: 2, Of: 17}}},
		"0 of 2 groups":      {Groups: []backup.Group{{Need: 2, Of: 2}, {Need: 2, Of: 2}}},
		"3 of 2 groups":      {Groups: []backup.Group{{Need: 2, Of: 2}, {Need: 2, Of: 2}}, Threshold: 3},
		"1 of 17 groups":     {Groups: make([]backup.Group, 17), Threshold: 1},
		"1 holders for 2":    {Groups: []backup.Group{{Need: 2, Of: 2}}, Holders: []string{"Ann"}},
		"randomness fails":   {Groups: []backup.Group{{Need: 2, Of: 2}}, Rand: strings.NewReader("some")},
		"holder has":         {Groups: []backup.Group{{Need: 2, Of: 2}}, Holders: []string{"Ann", "B\n"}},
		"made without a sou": {Groups: []backup.Group{{Need: 2, Of: 2}}, Rand: nil},
	} {
		if s.Rand == nil && !strings.HasPrefix(name, "made") {
			s.Rand = random(name)
		}
		if list, err := (Codec{}).Encode(p, backuptest.Meta(), s); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %d sheets, %v", name, len(list), err)
		}
	}
}

// What people type, or other tools print.
func TestWaysToTypeShares(t *testing.T) {
	p, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	a, b := wordsOf(list[0]), wordsOf(list[2])
	short := func(words []string) (s []string) {
		for _, w := range words {
			s = append(s, strings.ToUpper(w[:4]))
		}
		return s
	}
	numbered := func(words []string) string {
		var text strings.Builder
		for i, w := range words {
			fmt.Fprintf(&text, []string{"%d. %s\n", "%02d) %s ", "%d %s\n"}[i%3], i+1, w)
		}
		return text.String() + "\n"
	}
	rows := func(s *backup.Sheet) string { return string(bytes.Join(s.Rows, []byte("\n"))) }
	for name, texts := range map[string][]string{
		"one to a line":     {strings.Join(a, " ") + "\n" + strings.Join(b, " ")},
		"four letters":      {strings.Join(short(a), " ") + "\n\n" + strings.Join(short(b), " ")},
		"wrapped":           {strings.Join(a[:12], " ") + "\n" + strings.Join(a[12:], " ") + "\n" + strings.Join(b[:30], " ") + "\n" + strings.Join(b[30:], " ")},
		"a word to a line":  {strings.Join(a, "\n") + "\n" + strings.Join(b, "\n")},
		"numbered":          {numbered(a) + numbered(b)},
		"numbered, short":   {numbered(short(a)) + "\n# the second\n" + numbered(short(b))},
		"rows":              {rows(list[0]) + "\n" + rows(list[2])},
		"sheets in one":     {string(list[0].Text) + string(list[2].Text)},
		"twice":             {string(list[0].Text), string(list[2].Text), rows(list[2]) + "\n" + rows(list[0])},
		"a row twice":       {string(list[0].Text) + string(list[0].Rows[0]) + "\n" + string(list[0].Rows[4]), rows(list[2])},
		"fields":            {"Document " + list[0].DocumentID + "\n" + rows(list[0]) + "\nDocument " + list[2].DocumentID + "\n" + rows(list[2])},
		"the head behind":   {rows(list[0]) + "\nDocument: " + strings.ToLower(list[0].DocumentID) + "\n", numbered(b)},
		"mixed":             {strings.Join(a, " "), numbered(short(b))},
		"prose around them": {"This is the share of Ann:\n" + strings.Join(a, " "), "25 in all\n" + numbered(b) + "\nThe end.\n"},
	} {
		var data [][]byte
		for _, s := range texts {
			data = append(data, []byte(s))
		}
		r, err := Codec{}.Decode(data...)
		if err != nil || !r.Secret.Equal(p.Secret) || !r.Sound() || len(r.Shares) != 2 {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestHeadsThatDiffer(t *testing.T) {
	p, list := sheets(t, 0, backup.Group{Need: 2, Of: 3})
	for name, change := range map[string][2]string{
		"label":       {"Kernel modules 2026", "Kernel modules 2027"},
		"fingerprint": {"SHA256:", "SHA256:x"},
		"document":    {list[1].DocumentID, "QPZR-Y9X8"},
		"set":         {"Set           " + list[0].Share.Set, "Set           ABCD"},
		"share":       {"Share         2 of 3", "Share         1 of 3"},
	} {
		r, err := Codec{}.Decode(list[0].Text, []byte(strings.Replace(string(list[1].Text), change[0], change[1], 1)))
		if err != nil || !r.Secret.Equal(p.Secret) || r.Sound() || !strings.Contains(strings.ToLower(strings.Join(r.HeaderDiffers, " ")), name) || !strings.HasPrefix(r.HeaderDiffers[0], "page 2: the head") {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
