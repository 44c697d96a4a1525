package codex32

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/secret"
)

func chance(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func encode(t testing.TB, p backup.Payload, split backup.Split) []*backup.Sheet {
	t.Helper()
	sheets, err := Codec{}.Encode(p, backuptest.Meta(), split)
	if err != nil {
		t.Fatal(err)
	}
	return sheets
}

func single(t testing.TB) (p backup.Payload, head, text string) {
	p = backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	s := encode(t, p, backup.Split{})[0]
	return p, string(s.Text[:bytes.Index(s.Text, s.Rows[0])]), stringOf(s)
}

// stringOf is the string of a sheet in one piece.
func stringOf(s *backup.Sheet) string {
	var b strings.Builder
	for _, row := range s.Rows {
		b.WriteString(strings.ReplaceAll(string(row[3:]), " ", ""))
	}
	return b.String()
}

// rowsOf types a string of 74 characters or another number in three rows.
func rowsOf(text string) string {
	return "1/3 " + string(grouped([]byte(text[:28]))) + "\n2/3 " + string(grouped([]byte(text[28:56]))) + "\n3/3 " + string(grouped([]byte(text[56:]))) + "\n"
}

func TestWaysToTypeAString(t *testing.T) {
	p, head, text := single(t)
	rows := rowsOf(text)
	lines := strings.SplitAfter(rows, "\n")
	for name, typed := range map[string]string{
		"in one piece":          text,
		"small letters":         strings.ToLower(text),
		"both":                  strings.ToLower(text[:30]) + text[30:],
		"groups in one line":    string(grouped([]byte(text))),
		"dashes":                strings.ReplaceAll(string(grouped([]byte(text))), " ", "-"),
		"two lines":             text[:40] + "\n" + text[40:],
		"three lines":           text[:28] + "\n" + text[28:56] + "\n" + text[56:],
		"rows":                  rows,
		"rows, no total":        strings.ReplaceAll(rows, "/3", ""),
		"rows with dots":        strings.ReplaceAll(rows, "/3 ", ". "),
		"rows in another order": lines[2] + lines[0] + lines[1],
		"typed twice":           rows + rows,
		"no spaces":             strings.ReplaceAll(strings.ReplaceAll(rows, "/3 ", "/3_"), " ", ""),
		"with the head":         head + rows,
		"head in one piece":     head + text,
		"document alone":        "document GT2VTKP3\n" + rows,
		"document behind":       rows + "Document: GT2V-TKP3\n",
	} {
		typed = strings.ReplaceAll(typed, "_", " ")
		r, err := Codec{}.Decode([]byte(typed))
		if err != nil || !r.Secret.Equal(p.Secret) || !r.Sound() {
			t.Errorf("%s: %+v, %v\n%s", name, r, err, typed)
		}
	}
}

// What is corrected is right, and shown where it stands.
func TestWhatIsCorrected(t *testing.T) {
	p, head, text := single(t)
	change := func(text string, at int, to string) string { return text[:at] + to + text[at+len(to):] }
	swap := strings.Replace(rowsOf(text), text[32:36]+" "+text[36:40], text[36:40]+" "+text[32:36], 1)
	for name, c := range map[string]struct {
		typed, where string
		headed       bool // needs the head
	}{
		"one wrong":             {rowsOf(change(text, 33, other(text[33]))), "page 1 line 2 group 2", false},
		"four wrong":            {rowsOf(change(change(text, 20, other(text[20])+other(text[21])), 60, other(text[60])+other(text[61]))), "page 1 line 1 group 6", false},
		"two groups unreadable": {rowsOf(change(text, 40, "????????")), "page 1 line 2 group 4", false},
		"look-alike":            {rowsOf(strings.Replace(text, "0", "O", 1)), "page 1 line 1 group 1", false},
		"the 1 is an I":         {"MSI" + text[3:], "page 1 line 1 group 1", false},
		"the beginning misread": {"M5" + text[2:], "page 1 line 1 group 1", false},
		"its row misread":       {strings.Replace(rowsOf(text), "1/3 MS1", "N87", 1), "page 1 line 1 group 1", false},
		"its number misread":    {strings.Replace(rowsOf(text), "1/3 MS1", "l/3 M51", 1), "page 1 line 1 group 1", false},
		"half of it smudged":    {strings.Replace(rowsOf(text), "1/3 MS1", "??1", 1), "page 1 line 1 group 1", false},
		"no numbers, misread":   {"W5I" + text[3:28] + "\n" + text[28:56] + "\n" + text[56:], "page 1 line 1 group 1", false},
		"a group missing":       {strings.Replace(rowsOf(text), text[32:36]+" ", "", 1), "page 1 line 2", false},
		"a character missing":   {strings.Replace(rowsOf(text), text[32:36], text[32:35], 1), "page 1 line 2", false},
		"missing in one piece":  {text[:50] + text[51:], "page 1 line 1", false},
		"one too many":          {text[:50] + "Q" + text[50:], "page 1 line 1", false},
		"groups swapped":        {swap, "page 1 line 2", false},
		"a corner torn off":     {strings.TrimSpace(rowsOf(text))[:len(rowsOf(text))-9], "page 1 line 3", false},
		"13 unreadable":         {rowsOf(change(text, 40, "?????????????")), "page 1 line 2 group 4", true},
		"a number lost":         {strings.Replace(rowsOf(text), "2/3", "?/3", 1), "", false},
		"another row":           {rowsOf(text) + "2/3 " + string(grouped([]byte(text[30:56]+"QQ"))) + "\n", "page 1 line 2", true},
	} {
		for _, h := range []string{"", head} {
			r, err := Codec{}.Decode([]byte(h + c.typed))
			if c.headed && h == "" {
				if err == nil {
					t.Errorf("%s: taken without a proof", name)
				}
				continue
			}
			if err != nil || !r.Secret.Equal(p.Secret) {
				t.Errorf("%s: %v\n%s", name, err, c.typed)
				continue
			}
			if c.where == "" != (len(r.Corrections) == 0) || c.where != "" && r.Corrections[0].Place() != c.where || r.Sound() != (c.where == "") {
				t.Errorf("%s: corrections %+v", name, r.Corrections)
			}
			for _, fix := range r.Corrections {
				if fix.Why == "" || fix.Is == "" || strings.Contains(fix.Why, fix.Is) {
					t.Errorf("%s: %+v", name, fix)
				}
			}
		}
	}
}

// other is a character that c is not.
func other(c byte) string { return string(backup.Alphabet[(symbolOf(c)+7)%32]) }

func TestWhatARefusalSays(t *testing.T) {
	_, head, text := single(t)
	_, _, another := func() (any, any, string) {
		return nil, nil, stringOf(encode(t, backuptest.Payload(backup.KindSeed, 32, "another"), backup.Split{})[0])
	}()
	wrong := []byte(text)
	for i := 10; i < 60; i += 10 {
		wrong[i] = other(wrong[i])[0]
	}
	rows := strings.SplitAfter(rowsOf(text), "\n")
	for name, c := range map[string][2]string{
		"five wrong":        {rowsOf(string(wrong)), `page 1 \(more characters are wrong than`},
		"five wrong, head":  {head + rowsOf(string(wrong)), `page 1 \(more characters are wrong than`},
		"a row missing":     {rows[0] + rows[2], `page 1 line 2 \(missing\)$`},
		"half a row":        {rows[0] + rows[1][:18] + "\n" + rows[2], `page 1 line 2 \(12 characters, not 28\)`},
		"another's head":    {head + rowsOf(another), `page 1 \(the string is sound, and not the one that the head's document number names`},
		"half in one piece": {text[:40], `page 1 \(40 characters, not 74\)`},
		"a row of another":  {rows[0] + rows[1] + rowsOf(another)[strings.LastIndex(rowsOf(another), "3/3"):], `page 1 \(more characters`},
		"two that differ":   {rowsOf(text) + "\n" + rowsOf(another), `share`},
	} {
		_, err := Codec{}.Decode([]byte(c[0]))
		if !errors.Is(err, backup.ErrDamaged) || !regexp.MustCompile(c[1]).MatchString(err.Error()) {
			t.Errorf("%s: says %v", name, err)
			continue
		}
		for i := 8; i < 72; i += 4 { // the second group is the name of the set
			if strings.Contains(err.Error(), text[i:i+4]) {
				t.Errorf("%s: the message shows %s", name, text[i:i+4])
			}
		}
	}
	for _, short := range []string{"ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw", "ms13casha320zyxwvutsrqpnmlkjhgfedca2a8d0zehn8a0t"} {
		if _, err := (Codec{}).Decode([]byte(short)); err == nil || !strings.Contains(err.Error(), "of 16 bytes") {
			t.Errorf("a seed of 16 bytes: %v", err)
		}
	}
}

// BIP-93's vector 4, and all that other tools may choose in it.
func TestStringsOfOtherTools(t *testing.T) {
	r, err := Codec{}.Decode([]byte("ms10leetsllhdmn9m42vcsamx24zrxgs3qrl7ahwvhw4fnzrhve25gvezzyq0pgjxpzx0ysaam"))
	if err != nil || r.Secret.Bytes()[0] != 0xff || r.Algorithm != "" || !r.Sound() {
		t.Errorf("%+v, %v", r, err)
	}
	seed := secret.From(bytes.Clone(r.Secret.Bytes()))
	s := encode(t, backup.Payload{Kind: backup.KindSeed, Secret: seed}, backup.Split{})[0]
	if got := stringOf(s); !strings.HasPrefix(got, "MS10SEEDSLLHDMN9M42VCSAMX24ZRXGS3QRL7AHWVHW4FNZRHVE25GVEZZYQ") {
		t.Errorf("written as %s", got)
	}
}

// A single string is named by the first 20 bits of the fingerprint. 00443 begins with the five-bit numbers 0, 1, 2 and 3.
func TestIdentifier(t *testing.T) {
	digest := append([]byte{0x00, 0x44, 0x32, 0x14, 0xc7}, make([]byte, 27)...)
	for fingerprint, want := range map[string]string{backup.FingerprintOf(digest): "QPZR", "": "SEED", "SHA256:x": "SEED"} {
		if got := identify(fingerprint); got != want {
			t.Errorf("%q names a string %s, not %s", fingerprint, got, want)
		}
	}
}

var trials = flag.Int("damage", 2000, "so many damaged sheets, with the head and without")

// Without a head too, what comes back is the secret.
func TestDamageWithoutAHead(t *testing.T) {
	t.Parallel()
	p, head, _ := single(t)
	rows := encode(t, p, backup.Split{})[0].Rows
	foreign := encode(t, backuptest.Payload(backup.KindSeed, 32, "another"), backup.Split{})[0]
	theirs := secret.From(backuptest.Bytes(32, "another"))
	for name, h := range map[string]string{"with the head": head, "without": ""} {
		rng := rand.New(rand.NewPCG(5, 6))
		back, located := 0, 0
		for range *trials {
			text := h + string(bytes.Join(backuptest.Hurt(rng, rows, foreign.Rows, 1+rng.IntN(4)), []byte("\n")))
			r, err := Codec{}.Decode([]byte(text))
			if err == nil {
				if !r.Secret.Equal(p.Secret) && (h != "" || !r.Secret.Equal(theirs)) { // without a head all the other sheet's rows are the other sheet
					t.Fatalf("ANOTHER SECRET came from\n%s", text)
				}
				back++
				r.Destroy()
			}
			var d *backup.Damage
			if errors.As(err, &d) && d.Faults[0].Line > 0 {
				located++
			}
		}
		t.Logf("%s: of %d, %d restored, %d refused with the place, %d refused without", name, *trials, back, located, *trials-back-located)
	}
}
