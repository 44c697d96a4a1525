package tui

import (
	"strings"
	"testing"

	"sigtool/ceremony"
)

// Keys that were pressed before a page with a secret could be seen do not take it away, nor do they open it.
func TestPageIsSeen(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Initials, Ask: "Initials", Who: ben})
	d.rush("BE\r\r\r")
	d.gives("BE")
	d.ask(script()[7])
	d.rush("\r\r")
	d.hides("stoneware", "Enter: nobody else")
	d.shows("turns away")
	d.pass(1)
	d.shows("Enter: nobody else can see it")
	d.rush("\r\r\r")
	d.open()
	d.shows("stoneware")
	d.hides("Enter: it is on my paper")
	d.pass(1)
	d.open()
	d.shows("stoneware", "Enter: it is on my paper")
	d.rush("\r")
	d.gives("")
}

// No answer is taken before the end of what is to be read was on the screen, whatever was typed.
func TestTextIsRead(t *testing.T) {
	for _, kind := range []ceremony.AnswerKind{ceremony.Line, ceremony.Initials, ceremony.Confirm, ceremony.TypeBack} {
		d := newDesk(t, 80, 24)
		p := script()[3]
		p.Kind = kind
		d.ask(p)
		d.hides("video")
		d.press("BE\r")
		for range 3 {
			d.open()
			d.shows("> BE")
			if strings.Contains(d.screen(), "video") {
				break
			}
			d.press("\r")
		}
		d.shows("video")
		d.press("\x1b[5~\r") // it was seen
		d.gives("BE")
		p.Again, p.Refused = true, "there is no such person"
		d.ask(p)
		d.press("AE\r")
		d.gives("AE")
	}
	d := newDesk(t, 80, 24)
	p := script()[3]
	p.Kind, p.Only, p.Hidden = ceremony.Copy, "Carol Example", true
	p.Look = func() string { return passphrase }
	d.ask(p)
	for range 4 {
		d.hides("stoneware")
		if strings.Contains(d.screen(), "video") {
			break
		}
		d.press("\r")
	}
	d.shows("video")
	d.press("\r")
	d.shows("stoneware")
}

// A file can be named at the beginning of any row, and when all are typed.
func TestPaperFileAtAnyRow(t *testing.T) {
	for _, typed := range []int{1, 3, 8} {
		d, rows := paper(t)
		d.files["scan.txt"] = text(rows...)
		for _, row := range rows[:typed] {
			d.press(row + "\r")
		}
		if typed == len(rows) {
			typedText(t, d, rows, ceremony.FromTyping)
			p := script()[8]
			p.Again, p.Refused = true, "it is the sheet of another key"
			d.ask(p)
		}
		d.press("@scan.txt")
		d.shows("> @scan.txt\n")
		d.press("\r")
		typedText(t, d, rows, ceremony.FromFile)
	}
	d := newDesk(t, 80, 24)
	d.ask(script()[9])
	d.press("abandon\r@nowhere.txt\r")
	d.shows("> @nowhere.txt", "Not read: nowhere.txt")
	d.press("\x15ability\r")
	d.shows("word 03 of 24")
}

// A hidden row that was not taken is not added to: what is typed takes its place, or Enter insists on it.
func TestHiddenRowIsReplaced(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(script()[9])
	d.hides("Ctrl-U")
	d.press("zzzz\r")
	d.shows("This does not check: ", "takes the place of the", "Ctrl-U: erase the line")
	d.press("abandon\r")
	d.shows("word 02 of 24")
	d.hides("Ctrl-U")
	d.press("zzzz\r\r") // the paper is like that
	d.shows("word 03 of 24")
	d.press("zbil\r\x12x\r") // it is seen, and edited
	d.shows("> zbilx", "does not check")
	d.press("\x12abli\r")
	d.shows("does not check")
	d.press("ability\r")
	d.shows("word 04 of 24")
	d.press("\x04")
	got, err := d.answered()
	if want := "[01 abandon 02 zzzz 03 ability ]typed from the paper"; err != nil || strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		t.Errorf("%q, %v", got, err)
	}
}

// A refused passphrase is gone: what is typed next is all of the next answer.
func TestHiddenLineIsCleared(t *testing.T) {
	d := newDesk(t, 80, 24)
	p := ceremony.Prompt{Kind: ceremony.Secret, Hidden: true, Ask: "Passphrase", Who: ben}
	d.ask(p)
	d.hides("Ctrl-U")
	d.press("wrong")
	d.shows("Ctrl-U: erase it")
	d.press("\r")
	d.gives("[wrong]")
	p.Again, p.Refused = true, "the passphrase does not open it"
	d.ask(p)
	d.shows("(nothing is shown while you type)")
	d.press("right\r")
	d.gives("[right]")
}
