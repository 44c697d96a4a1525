package codex32

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

func split(t testing.TB, label string, seed byte, need, of int) []*backup.Sheet {
	p := backuptest.Payload(backup.KindSeed, 32, label)
	return encode(t, p, backup.Split{Groups: []backup.Group{{Need: need, Of: of}}, Rand: chance(seed)})
}

// forge changes the payload of a share and makes its checksum fit.
func forge(t testing.TB, text string) string {
	w := mustParse(t, text)
	w[20] ^= 1
	short.seal(w)
	return string(w.text())
}

func TestForgedAndMixedShares(t *testing.T) {
	a := split(t, "a", 1, 2, 5)
	b := split(t, "a", 2, 2, 3)
	three := split(t, "a", 1, 3, 5)
	head := func(s *backup.Sheet) string {
		all := string(s.Text)
		all = all[:strings.Index(all, "1/3  ")]
		return regexp.MustCompile(`(?m)^Document .*\n`).ReplaceAllString(all, "")
	}
	forged := forge(t, stringOf(a[1]))
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"two sets":                {[]string{stringOf(a[0]), stringOf(b[1])}, `page 1 share 1 \(of set \w{4}, any 2 restore\), page 2 share 2 \(of set \w{4}, any 2 restore\); shares of different sets`},
		"two thresholds":          {[]string{stringOf(a[0]), stringOf(three[1])}, `any 2 restore.*any 3 restore`},
		"a share and a secret":    {[]string{stringOf(a[0]), stringOf(encode(t, backuptest.Payload(backup.KindSeed, 32, "a"), backup.Split{})[0])}, `the secret`},
		"forged, head":            {[]string{head(a[0]) + stringOf(a[0]), forged}, `the shares do not belong together`},
		"forged, one to spare":    {[]string{stringOf(a[0]), forged, stringOf(a[2])}, `the shares do not belong together`},
		"forged, spare and check": {[]string{head(a[0]) + stringOf(a[0]), forged, stringOf(a[2])}, `page 2 share 2 \(does not agree with the others`},
		"forged, two to spare":    {[]string{stringOf(a[0]), forged, stringOf(a[2]), stringOf(a[3])}, `page 2 share 2 \(does not agree with the others.*without it the others restore`},
		"one share, two texts":    {[]string{stringOf(a[0]), forge(t, stringOf(a[0])), stringOf(a[2])}, `page 2 share 1 \(there twice`},
		"heads of two secrets":    {[]string{head(a[0]) + stringOf(a[0]), stringOf(a[1]), head(split(t, "z", 3, 2, 3)[0]) + stringOf(a[2])}, `do not belong together`},
	} {
		var texts [][]byte
		for _, text := range c.texts {
			texts = append(texts, []byte(text))
		}
		r, err := Codec{}.Decode(texts...)
		if !errors.Is(err, backup.ErrDamaged) || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// A share beyond repair is left out where the others are enough and something proves what they make. One that is sound and does not
// fit never is.
func TestAShareBeyondRepair(t *testing.T) {
	p, a, other := backuptest.Payload(backup.KindSeed, 32, "a"), split(t, "a", 1, 2, 5), split(t, "a", 2, 2, 5)
	torn := func(s *backup.Sheet) string { return strings.Replace(string(s.Text), string(s.Rows[1]), "", 1) }
	smudged := func(s *backup.Sheet) string {
		return strings.Replace(string(s.Text), string(s.Rows[1][5:]), strings.Repeat("???? ", 7), 1)
	}
	check := regexp.MustCompile(`(?m)^Check +[A-Z0-9]{4}`)
	single := encode(t, p, backup.Split{})[0]
	for name, c := range map[string]struct {
		texts []string
		left  string // out; empty where all is refused
	}{
		"a row lost":                     {[]string{string(a[0].Text), string(a[1].Text), torn(a[2])}, `page 3 line 2 \(missing\)$`},
		"unreadable, and first":          {[]string{smudged(a[2]), string(a[1].Text), string(a[0].Text)}, `page 1 \(more characters are wrong`},
		"two of them":                    {[]string{torn(a[3]), string(a[1].Text), torn(a[2]), string(a[0].Text)}, `page 1 line 2 \(missing\), page 3 line 2 \(missing\)$`},
		"no heads, one to spare":         {[]string{stringOf(a[0]), stringOf(a[1]), torn(a[2]), stringOf(a[3])}, `page 3 line 2`},
		"no heads, nothing proves":       {[]string{stringOf(a[0]), stringOf(a[1]), torn(a[2])}, ""},
		"too few":                        {[]string{string(a[0].Text), torn(a[2])}, ""},
		"the check is of another":        {[]string{check.ReplaceAllString(string(a[0].Text), "Check  QPZR"), string(a[1].Text), torn(a[2])}, ""},
		"a forged one too":               {[]string{string(a[0].Text), string(a[1].Text), forge(t, stringOf(a[3])), torn(a[2])}, ""},
		"forged, one to spare":           {[]string{stringOf(a[0]), stringOf(a[1]), forge(t, stringOf(a[3])), torn(a[2])}, ""},
		"one of another set too":         {[]string{string(a[0].Text), string(a[1].Text), string(other[3].Text), torn(a[2])}, ""},
		"a sound one below a false head": {[]string{string(a[0].Text), string(a[1].Text), strings.Replace(string(a[2].Text), a[2].DocumentID, "QPZR-Y9X8", 1)}, ""},
		"a whole secret and a torn one":  {[]string{string(single.Text), torn(single)}, ""},
	} {
		var texts [][]byte
		for _, text := range c.texts {
			texts = append(texts, []byte(text))
		}
		r, err := Codec{}.Decode(texts...)
		switch {
		case c.left == "":
			if !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s: %+v, %v", name, r, err)
			}
		case err != nil || !r.Secret.Equal(p.Secret) || r.Sound() || len(r.LeftOut) != 1 || !regexp.MustCompile("^left out, .*: "+c.left).MatchString(r.LeftOut[0]):
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

func TestEveryThreshold(t *testing.T) {
	for need := 2; need <= 9; need++ {
		of := need + 2
		if need == 4 {
			of = maxShares
		}
		sheets := split(t, "many", byte(need), need, of)
		var all strings.Builder
		for i := of - 1; i >= of-need; i-- {
			all.WriteString(strings.ToLower(stringOf(sheets[i])) + "\n")
		}
		r, err := Codec{}.Decode([]byte(all.String()))
		if err != nil || !r.Secret.Equal(backuptest.Payload(backup.KindSeed, 32, "many").Secret) || len(r.Shares) != need || r.DocumentID != r.Shares[0].Set {
			t.Errorf("%d of %d: %+v, %v", need, of, r, err)
		}
	}
	for _, g := range []backup.Group{{Need: 1, Of: 3}, {Need: 10, Of: 12}, {Need: 3, Of: 2}, {Need: 2, Of: 32}, {}, {Need: -1, Of: -1}} {
		if _, err := (Codec{}).Encode(backuptest.Payload(backup.KindSeed, 32, "x"), backup.Meta{}, backup.Split{Groups: []backup.Group{g}, Rand: chance(1)}); err == nil {
			t.Errorf("%+v was made", g)
		}
	}
}

func TestHolders(t *testing.T) {
	p, spread := backuptest.Payload(backup.KindSeed, 32, "x"), []backup.Group{{Need: 2, Of: 3}}
	for _, holders := range [][]string{{"Ann", "Bob"}, {"Ann", "Bob", "Cy", "Di"}, {"Ann", "Bob", "C\ny"}} {
		if _, err := (Codec{}).Encode(p, backup.Meta{}, backup.Split{Groups: spread, Holders: holders, Rand: chance(1)}); err == nil {
			t.Errorf("3 sheets for %q were made", holders)
		}
	}
	for _, split := range []backup.Split{{Holders: []string{"Ann"}}, {Groups: spread, Holders: []string{"Ann", "Bob", "Cy"}, Rand: chance(1)}} {
		for i, s := range encode(t, p, split) {
			if holder := backup.ReadHead(s.Text).People().Holder; holder != split.Holders[i] {
				t.Errorf("the sheet of %s is of %q", split.Holders[i], holder)
			}
		}
	}
}

func TestTooFewShares(t *testing.T) {
	sheets := split(t, "few", 9, 3, 5)
	_, err := Codec{}.Decode(sheets[4].Text)
	var few *backup.Incomplete
	if !errors.As(err, &few) || few.Shares[0].Index != 5 || few.Shares[0].Of != 5 || few.Shares[0].Need != 3 || few.Want != "2 more shares of set "+few.Shares[0].Set {
		t.Fatalf("%+v, %v", few, err)
	}
	if few.Payload.Label != "few" || few.Payload.Secret != nil || len(few.HeaderDiffers) > 0 || few.Shares[0].DocumentID != sheets[4].DocumentID {
		t.Errorf("%+v", few)
	}
	// A share that was corrected says so, and one text can hold several.
	text := stringOf(sheets[0])
	_, err = Codec{}.Decode([]byte(rowsOf(text[:30]+other(text[30])+text[31:]) + "\n" + stringOf(sheets[1])))
	if !errors.As(err, &few) || len(few.Shares) != 2 || len(few.Corrections) != 1 || few.Want != "1 more share of set "+few.Shares[0].Set {
		t.Errorf("%+v, %v", few, err)
	}
}

// Below the document's number of one share, others that have none are strings of their own: read, or named.
func TestSharesBelowOneNumber(t *testing.T) {
	p, a := backuptest.Payload(backup.KindSeed, 32, "a"), split(t, "a", 1, 2, 5)
	foreign, three := split(t, "a", 2, 2, 5), split(t, "a", 1, 3, 5)
	rows := func(s *backup.Sheet) string { return rowsOf(stringOf(s)) }
	number := func(s *backup.Sheet) string { return "Document " + s.DocumentID + "\n" }
	lines := func(s *backup.Sheet, from, to int) string {
		return strings.Join(strings.SplitAfter(rows(s), "\n")[from:to], "")
	}
	hurt, slip := []byte(stringOf(a[1])), []byte(stringOf(a[1]))
	for i := 10; i < 70; i += 10 {
		hurt[i] = other(hurt[i])[0]
	}
	slip[30] = other(slip[30])[0]
	for name, c := range map[string]struct {
		text, says string // says is empty where the secret comes back
	}{
		"no number":            {number(a[0]) + rows(a[0]) + "\n" + rows(a[1]), ""},
		"a torn number":        {number(a[0]) + rows(a[0]) + "\nDocument " + a[1].DocumentID[:6] + "\n" + rows(a[1]), ""},
		"the number is behind": {rows(a[0]) + "\n" + rows(a[1]) + "\n" + number(a[0]), ""},
		"of the second":        {number(a[1]) + rows(a[0]) + "\n" + rows(a[1]), ""},
		"without row numbers":  {number(a[0]) + rows(a[0]) + "\n" + strings.ReplaceAll(string(grouped([]byte(stringOf(a[1])))), "-", " "), ""},
		"in one piece each":    {number(a[0]) + stringOf(a[0]) + "\n" + stringOf(a[1]), ""},
		"a number each":        {number(a[0]) + rows(a[0]) + number(a[1]) + rowsOf(string(slip)), ""},
		"numbers behind":       {rows(a[0]) + number(a[0]) + rows(a[1]) + number(a[1]), ""},
		"a slip":               {number(a[0]) + rows(a[0]) + "\n" + rowsOf(string(slip)), ""},
		"the first twice":      {number(a[0]) + lines(a[0], 0, 2) + rows(a[0]) + "\n" + rows(a[1]), ""},
		"a row twice":          {number(a[0]) + rows(a[0]) + lines(a[1], 1, 2) + "\n" + rows(a[1]), ""},
		"too few":              {number(three[0]) + rows(three[0]) + "\n" + rows(three[1]), `1 more share of set`},
		"torn":                 {number(a[0]) + rows(a[0]) + "\n" + lines(a[1], 0, 2), `page 2 line 3 \(missing\)`},
		"its beginning torn":   {number(a[0]) + rows(a[0]) + "\n" + lines(a[1], 1, 3), `page 2 line 1 \(missing\)`},
		"the first torn":       {number(a[0]) + lines(a[0], 0, 2) + "\n" + rows(a[1]), `page 1 line 3 \(missing\)`},
		"hurt":                 {number(a[0]) + rows(a[0]) + "\n" + rowsOf(string(hurt)), `page 2 \(more characters are wrong`},
		"of another set":       {number(a[0]) + rows(a[0]) + "\n" + rows(foreign[0]), `shares of different sets`},
		"far too many":         {number(a[0]) + strings.Repeat(rows(a[0])+rows(a[1]), 40), `too many`},
		"forged":               {number(a[0]) + rows(a[0]) + "\n" + rowsOf(forge(t, stringOf(a[1]))) + rows(a[2]), `do not belong together`},
	} {
		r, err := Codec{}.Decode([]byte(c.text))
		switch {
		case c.says == "" && (err != nil || !r.Secret.Equal(p.Secret) || len(r.Shares) != 2):
			t.Errorf("%s: %+v, %v", name, r, err)
		case c.says != "" && (err == nil || !regexp.MustCompile(c.says).MatchString(err.Error())):
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	var few *backup.Incomplete
	_, err := Codec{}.Decode([]byte(number(three[0]) + rows(three[0]) + "\n" + rows(three[1])))
	if !errors.As(err, &few) || len(few.Shares) != 2 || few.Shares[1].Index != 2 {
		t.Errorf("too few: %+v, %v", few, err)
	}
}
