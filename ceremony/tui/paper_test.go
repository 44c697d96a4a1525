package tui

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/shares"
	"sigtool/ceremony"
)

const up = "\x1b[A"

// text is the sheet as its rows were typed.
func text(rows ...string) string { return strings.Join(rows, "\n") + "\n" }

// paper opens the prompt for a sheet, and its cover.
func paper(t *testing.T) (*desk, []string) {
	t.Helper()
	d := newDesk(t, 80, 24)
	d.ask(script()[8])
	d.shows("ONLY Carol Example may look")
	d.press("\r")
	d.shows("The lines of sheet.txt: line 01", "ONLY Carol Example", "\n >\n")
	return d, sheetRows()
}

// typedText is what the answer holds, in whatever layout.
func typedText(t *testing.T, d *desk, rows []string, from string) {
	t.Helper()
	got, err := d.answered()
	if err != nil {
		t.Fatal(err)
	}
	text, is := strings.CutSuffix(strings.TrimPrefix(got, "["), "]"+from)
	if !is || strings.Join(strings.Fields(text), "") != strings.Join(strings.Fields(strings.Join(rows, "\n")), "") {
		t.Errorf("the answer is %q, want\n%s", got, strings.Join(rows, "\n"))
	}
}

func TestPaperTyped(t *testing.T) {
	d, rows := paper(t)
	for i, row := range rows {
		d.press(row)
		d.check()
		d.press("\r")
		if i+1 < len(rows) {
			d.shows(row[:5])
		}
	}
	typedText(t, d, rows, ceremony.FromTyping)
	d.hides(rows[0][:5])
}

// A slip is marked, and can be put right, or insisted on; a row that was left by going back is still there.
func TestPaperSlips(t *testing.T) {
	d, rows := paper(t)
	d.press(rows[0] + "\r" + rows[1] + "\r")
	d.press(rows[2][:12] + "!")
	d.shows("> "+rows[2][:12]+"!\n", strings.Repeat(" ", 1+2+12)+"^\n")
	wrong := strings.Replace(rows[2], rows[2][7:11], "QQQQ", 1)
	d.press("\x15" + wrong + "\r")
	d.shows("This does not check: ", "Look at the paper again.", "line 03", "> "+wrong[:12], "^")
	d.press("\x15" + rows[2] + "\r")
	d.hides("does not check")
	d.shows("line 04")
	d.press(rows[3][:20] + up)
	d.shows("line 03", "> "+rows[2][:20])
	d.press("\r")
	d.shows("> "+rows[3][:20]+"\n", "line 04")
	d.press("\x1504" + wrong[2:] + "\r")
	d.shows("does not check")
	d.press("\r")
	d.shows("line 05", "04/08  QQQQ")
	d.press("\r")
	d.shows("Leave this line out? Enter once more does.")
	d.press("\r")
	d.shows("line 06")
	d.press("\x04")
	got, err := d.answered()
	if err != nil || !strings.Contains(got, "QQQQ") || !strings.HasSuffix(got, ceremony.FromTyping) {
		t.Errorf("%q, %v", got, err)
	}
}

// A sheet that does not bring the key back is still there, to be put right row by row.
func TestPaperAgain(t *testing.T) {
	d, rows := paper(t)
	for _, row := range rows {
		d.press(row + "\r")
	}
	if _, err := d.answered(); err != nil {
		t.Fatal(err)
	}
	p := script()[8]
	p.Again, p.Refused = true, "it is the sheet of another key"
	d.ask(p)
	d.shows("NOT TAKEN: it is the sheet of another key.", "All is typed. Enter hands it in, Up goes back", rows[7][:5])
	d.check()
	d.press(up + up)
	d.shows("> "+rows[6][:5], "line 07")
	d.press("\r\r")
	typedText(t, d, rows, ceremony.FromTyping)
	d.ask(script()[0])
	if d.m.sheet != nil {
		t.Error("the sheet is kept after the next prompt")
	}
	d.ask(p)
	d.press("\r")
	d.shows("NOT TAKEN", "line 01") // nothing is left of it
}

func TestPaperNothingTyped(t *testing.T) {
	d, rows := paper(t)
	d.press("\x04")
	d.open()
	d.shows("Nothing was typed yet.")
	d.press(rows[0] + "\r\x04")
	typedText(t, d, rows[:1], ceremony.FromTyping)
}

// Pasted rows are taken up to the first wrong one, and are not said to be typed.
func TestPaperPasted(t *testing.T) {
	d, rows := paper(t)
	wrong := strings.Replace(rows[2], rows[2][7:11], "QQQQ", 1)
	d.press("\x1b[200~" + text(rows[0], "", rows[1], wrong, rows[3]) + "\x1b[201~")
	d.shows("line 03", "This does not check: ", "> "+wrong[:12], "Some of this was pasted")
	d.press("\x15\x1b[200~" + text(rows[2:]...) + "\x1b[201~")
	typedText(t, d, rows, ceremony.FromFile)
}

func TestPaperFile(t *testing.T) {
	d, rows := paper(t)
	d.files["scan.txt"] = text(rows...)
	d.press("@nowhere.txt\r")
	d.shows("Not read: nowhere.txt: file does not exist.", "> @nowhere.txt")
	d.press("\x15@scan.txt\r")
	typedText(t, d, rows, ceremony.FromFile)
	d, _ = paper(t)
	_, read := d.m.Update(typed{bytes: []byte("@photo.jpg\r")})
	d.pass(2)
	d.shows("Reading photo.jpg: 2 s")
	d.press("\r")
	d.press("\x03give up\r")
	if _, err := d.answered(); !errors.Is(err, ceremony.ErrGivenUp) {
		t.Error(err)
	}
	d.files["photo.jpg"] = "too late"
	d.send(read())
}

// Where the answer is hidden, nothing of a row is shown, nor how long it is; what is wrong is said at its end.
func TestPaperHidden(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(script()[9])
	d.shows("Nothing is shown while you type", "word 01 of 24")
	d.press("aban")
	one := d.screen()
	d.press("don")
	if one != d.screen() || !strings.Contains(one, "typing ...") {
		t.Errorf("%s\n%s", one, d.screen())
	}
	d.press("\r")
	d.shows("word 02 of 24", "What was typed so far is not shown.")
	d.press("zzzz\r")
	d.shows("This does not check: ")
	d.hides("zzzz", "abandon", "Perhaps")
	d.press("\x12") // its typist wants to see it
	d.shows("> zzzz\n")
	d.hides("abandon")
	d.check()
	d.press("\x12")
	d.hides("zzzz")
	d.press("\x12")
	d.pass(60)
	d.hides("zzzz")
	d.press("\x12")
	d.shows("zzzz")
	d.press("\x15abi\tx\r")
	d.shows("does not check")
	d.shows("> abilityx\n", "Perhaps: ability.")
	d.press("\x12\x7f")
	d.hides("ability")
	d.press("\r")
	d.shows("word 03 of 24")
	d.hides("ability")
	d.check()
	d.press("\x04")
	got, err := d.answered()
	if err != nil || strings.Join(strings.Fields(got), " ") != "[01 abandon 02 ability ]typed from the paper" && !strings.Contains(got, "abandon") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPaperUnknownCode(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Paper, Code: "runes"})
	if _, err := d.answered(); err == nil || !strings.Contains(err.Error(), `no paper code "runes"`) {
		t.Error(err)
	}
}

// A prompt is for one share, whatever the entry would take after it.
func TestPaperOneShare(t *testing.T) {
	sheets, err := shares.Codec{}.Encode(backuptest.Payload(backup.KindSeed, backup.SeedSize, "typed"), backuptest.Meta(),
		backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Paper, Hidden: true, Code: "shares", Ask: "The rows of share 2 of 3"})
	d.shows("The rows of share 2 of 3: word 01 of 33")
	for _, row := range sheets[1].Rows {
		d.open()
		for _, word := range strings.FieldsFunc(string(row), func(r rune) bool { return r < 'a' }) {
			d.press(word + "\r")
		}
	}
	got, err := d.answered()
	if err != nil || len(strings.Fields(got)) < 2*33 {
		t.Errorf("%q, %v", got, err)
	}
}
