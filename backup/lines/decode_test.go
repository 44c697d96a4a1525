package lines

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/fivebit"
	"sigtool/internal/secret"
)

// forge gives line i, from 1, other data and a check that fits.
func forge(s *backup.Sheet, i int) []byte {
	id, _ := backup.ParseID(s.DocumentID)
	values := fivebit.Append(make([]byte, 0, lineChars), backuptest.Bytes(lineBytes, string(s.Rows[i-1])))[:lineChars]
	seal(i, len(s.Rows), id, values)
	return row(i, len(s.Rows), values)
}

// A line whose own check fits can still be wrong: the digest finds it among all the others, and finds two.
func TestForgedLines(t *testing.T) {
	p := backuptest.Payload(backup.KindKey, 239, "forged")
	s := mustEncode(t, p)
	n := len(s.Rows)
	for _, bad := range [][]int{{1}, {n - 2}, {n - 1}, {n}, {1, 2}, {3, n - 2}, {4, n - 1}, {5, n}, {n - 1, n}, {-6, 7}, {-(n - 1), 2}, {-n, 3}, {1, 2, 3}, {-1, 2, 3}} {
		rows := slices.Clone(s.Rows)
		for _, i := range bad {
			if i < 0 {
				rows[-i-1] = nil // lost, not forged
			} else {
				rows[i-1] = forge(s, i)
			}
		}
		r, err := Codec{}.Decode(bytes.Join(rows, []byte("\n")))
		if len(bad) > 2 {
			var d *backup.Damage
			if !errors.As(err, &d) || len(d.Faults) == 0 {
				t.Errorf("lines %v forged: %+v, %v", bad, r, err)
			}
			continue
		}
		if err != nil || !backuptest.Same(r.Payload, p) {
			t.Errorf("lines %v forged: %v", bad, err)
			continue
		}
		for _, i := range bad {
			if !slices.ContainsFunc(r.Corrections, func(c backup.Correction) bool { return c.Line == max(i, -i) }) {
				t.Errorf("lines %v forged, listed are %+v", bad, r.Corrections)
			}
		}
	}
}

// Two readings of a line that both fit contradict each other: the line counts as lost, and the digest says which was right.
func TestTwoReadingsThatFit(t *testing.T) {
	p := backuptest.Payload(backup.KindKey, 239, "forged")
	s := mustEncode(t, p)
	r, err := Codec{}.Decode(append(forge(s, 5), s.Text...))
	if err != nil || !backuptest.Same(r.Payload, p) || len(r.Corrections) == 0 || r.Corrections[0].Line != 5 {
		t.Errorf("%+v, %v", r, err)
	}
	three := slices.Concat(forge(s, 5), []byte("\n"), forge(s, 6), []byte("\n"), forge(s, 7), []byte("\n"), s.Text)
	if r, err := (Codec{}).Decode(three); !errors.Is(err, backup.ErrDamaged) || !strings.Contains(err.Error(), "line 6 (there twice") {
		t.Errorf("%+v, %v", r, err)
	}
}

// The longest secret fits, and the longest search for two forged lines ends soon.
func TestLongest(t *testing.T) {
	p := backuptest.Payload(backup.KindData, maxSecret, strings.Repeat("é", 32))
	p.Algorithm, p.Derivation, p.Fingerprint = strings.Repeat("a", 32), strings.Repeat("d", 32), backup.FingerprintOf(make([]byte, 32))
	s := mustEncode(t, p)
	if len(s.Rows) != 217 {
		t.Errorf("%d lines", len(s.Rows))
	}
	rows := slices.Clone(s.Rows)
	rows[213], rows[214] = forge(s, 214), forge(s, 215)
	start := time.Now()
	r, err := Codec{}.Decode(bytes.Join(rows, []byte("\n")))
	if err != nil || !backuptest.Same(r.Payload, p) {
		t.Fatalf("%v", err)
	}
	t.Logf("two forged lines of %d found in %v", len(rows), time.Since(start).Round(time.Millisecond))
	p.Secret = secret.From(make([]byte, maxSecret+1))
	if _, err := (Codec{}).Encode(p, backup.Meta{}, backup.Split{}); err == nil {
		t.Error("a secret beyond the limit was encoded")
	}
}

// The printed head may say other than the lines, which alone are believed.
func TestHeaderDiffers(t *testing.T) {
	p := backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	s := mustEncode(t, p)
	for _, change := range [][3]string{
		{"2026\nAlgorithm", "2025\nAlgorithm", "label"},
		{"p384", "p256", "algorithm"},
		{"seed (32", "key (32", "contents"},
		{"/v1\n", "/v2\n", "derivation"},
		{"SHA256:", "SHA256:x", "fingerprint"},
		{"2026-11-21", "2026-11-22", "made"},
		{s.DocumentID + " (", "QQQQ-QQQQ (", "document"},
		{"Lines         ", "Lines         1", "lines"},
		{"=\nSIGTOOL", "=\n*** REHEARSAL ***\nSIGTOOL", "REHEARSAL"},
	} {
		text := strings.Replace(string(s.Text), change[0], change[1], 1)
		if text == string(s.Text) {
			t.Fatalf("the sheet has no %q", change[0])
		}
		r, err := Codec{}.Decode([]byte(text))
		if err != nil || !backuptest.Same(r.Payload, p) {
			t.Fatalf("%s: %v", change[2], err)
		}
		if len(r.HeaderDiffers) != 1 || !strings.Contains(r.HeaderDiffers[0], change[2]) || len(r.Corrections) != 0 || r.Sound() {
			t.Errorf("%s: differs %q, corrections %v", change[2], r.HeaderDiffers, r.Corrections)
		}
	}
	m := backuptest.Meta()
	m.Rehearsal = true
	sheets, _ := Codec{}.Encode(p, m, backup.Split{})
	r, err := Codec{}.Decode(bytes.ReplaceAll(sheets[0].Text, []byte("*** REHEARSAL"), []byte("*** ")))
	if err != nil || !r.Meta.Rehearsal || len(r.HeaderDiffers) != 1 {
		t.Errorf("a rehearsal whose head hides it: %+v, %v", r, err)
	}
}

var update = flag.Bool("update", false, "write the sheets in testdata/backup again")

// Sheets printed by earlier versions must stay readable: what is in testdata is never changed, only added to.
func TestSheetsOfOld(t *testing.T) {
	for name, p := range map[string]backup.Payload{
		"lines-v1-sealed-key": realKey(backup.KindSealedKey, "p256", "../../testdata/backup/p256-sealed.pem"),
		"lines-v1-key":        realKey(backup.KindKey, "rsa2048", "../../testdata/keys/rsa2048.pem"),
		"lines-v1-pages":      fivePages(),
		"lines-v1-seed":       backuptest.Payload(backup.KindSeed, 32, "Firmware 2026"),
		"lines-v1-passphrase": {Kind: backup.KindPassphrase, Label: "Kernel modules 2026", Secret: secret.From([]byte("wxyz-ABCD-1234"))},
		"lines-v1-data":       backuptest.Payload(backup.KindData, 100, "a file"),
	} {
		path := filepath.Join("../../testdata/backup", name+".txt")
		s := mustEncode(t, p)
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
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if !bytes.Contains(text, bytes.Join(s.Rows[:5], []byte("\n"))) {
			t.Errorf("%s: the same payload makes other lines today", name)
		}
	}
}
