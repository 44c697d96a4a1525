package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"sigtool/ceremony"
)

// looked is a prompt that counts how often its secret was looked at.
func looked(p ceremony.Prompt, count *int) ceremony.Prompt {
	p.Look = func() string {
		*count++
		return passphrase
	}
	return p
}

// A secret comes behind the cover, goes with Enter, and comes again where nothing was typed.
func TestTypeBackHidden(t *testing.T) {
	count := 0
	d := newDesk(t, 80, 24)
	p := looked(script()[6], &count)
	d.ask(p)
	d.shows(carol+":", "ONLY Carol Example may look at the screen.", "Everybody else turns away now.", "The passphrase of nine words is shown next.")
	d.hides("stoneware")
	d.press("x \x1b[6~\x1b[200~\r\x1b[201~")
	d.hides("stoneware")
	d.press("\r")
	d.shows("ONLY Carol Example", "    1 upstate", "stoneware")
	d.press("x")
	d.shows("stoneware")
	d.press("\r")
	d.hides("stoneware", "upstate")
	d.shows("Type the passphrase (Enter alone shows it again):", "ONLY Carol Example", "(nothing is shown while you type)")
	d.press("\r")
	d.shows("Everybody else turns away")
	d.press("\r")
	d.shows("stoneware")
	d.press("\r")
	d.press("upsta")
	one := d.screen()
	d.press("te grudge")
	if d.screen() != one || strings.Contains(one, "upsta") {
		t.Errorf("the screen tells what is typed, or how much:\n%s\n%s", one, d.screen())
	}
	d.press("\r")
	d.gives("[upstate grudge]")
	d.hides("upsta", "stoneware", "typing")
	p.Again, p.Refused = true, "this is not the passphrase"
	d.ask(p)
	d.shows("NOT TAKEN: this is not the passphrase.", "Type the passphrase")
	d.press("\r\r")
	d.shows("stoneware")
	if count != 3 {
		t.Errorf("looked at %d times", count)
	}
}

func TestCopy(t *testing.T) {
	count := 0
	d := newDesk(t, 80, 24)
	p := looked(script()[7], &count)
	p.Only = "" // a lone operator
	d.ask(p)
	d.shows("The next page shows a secret.", "Press Enter when nobody else can see the screen.")
	d.press("\r")
	d.shows("stoneware")
	d.check()
	d.press("\x03")
	d.hides("stoneware")
	d.press("\r")
	d.shows("stoneware")
	d.press("\r")
	d.gives("")
	d.hides("stoneware")
	if d.m.page != "" || d.m.prompt.Look != nil {
		t.Error("the page is kept")
	}
}

// The largest page fits the smallest screen.
func TestLargestPage(t *testing.T) {
	d := newDesk(t, 80, 24)
	p := script()[7]
	line := strings.Repeat("QPZR Y9X8 ", 6)
	p.Look = func() string { return strings.Repeat(line+"\n", 15) + "the last line of a page with sixteen of them" }
	d.ask(p)
	d.press("\r")
	d.shows("    "+strings.TrimSpace(line)+"\n", "    the last line of a page")
	d.hides("PgDn")
	d.check()
}

// What nobody looks at goes: a secret after a minute, everything after two.
func TestIdle(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(script()[7])
	d.press("\r")
	d.pass(59)
	d.shows("stoneware")
	d.press(" ")
	d.pass(59)
	d.shows("stoneware")
	d.pass(1)
	d.hides("stoneware")
	d.shows("The page was hidden", "ONLY Carol Example may look")
	d.press("x")
	d.hides("stoneware")
	d.press("\r")
	d.shows("stoneware")
	d.pass(200)
	d.hides("stoneware", carol)
	d.shows("Any key goes on.")
	d.press("\r") // swallowed
	d.shows("ONLY Carol Example may look")
	d.hides("stoneware")
	d.press("\r")
	d.shows("stoneware")
	d.press("\r")
	d.gives("")
}

func TestIdleKeepsWhatWasTyped(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Line, Ask: "Reason", Who: ben})
	d.press("the lamp")
	d.pass(119)
	d.shows("> the lamp")
	d.pass(1)
	d.hides("lamp", ben)
	d.press("x")
	d.shows("> the lamp")
	d.hides("lampx")
	p := script()[8]
	d.ask(p)
	d.press("\r" + sheetRows()[0])
	d.shows("01/08")
	d.pass(120)
	d.hides("01/08")
	d.press("x")
	d.shows("ONLY Carol Example")
	d.hides("01/08") // somebody pressed a key; it need not be Carol
	d.press("\r")
	d.shows("> 01/08")
}

// The same person is not asked twice to sit down alone.
func TestCoverOnce(t *testing.T) {
	d := newDesk(t, 80, 24)
	p := ceremony.Prompt{Step: "entropy", Kind: ceremony.Secret, Hidden: true, Ask: "Rolls", Only: "Carol Example", Who: carol}
	d.ask(p)
	d.press("\r123\r")
	d.gives("[123]")
	p.Again = true
	d.ask(p)
	d.press("456\r")
	d.gives("[456]")
	p.Only = "Dan Example"
	d.ask(p)
	d.shows("ONLY Dan Example", "turns away")
}

func TestPaste(t *testing.T) {
	const paste = "\x1b[200~yes\r\n\x1b[201~"
	for _, kind := range []ceremony.AnswerKind{ceremony.Confirm, ceremony.Initials, ceremony.TypeBack, ceremony.Notice} {
		d := newDesk(t, 80, 24)
		d.ask(ceremony.Prompt{Kind: kind, Ask: "Type yes"})
		d.press(paste)
		d.open()
		d.hides("> yes")
		if kind != ceremony.Notice {
			d.shows("Pasted text is not taken here: please type.")
		}
	}
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Line, Ask: "Bag"})
	d.press("A" + paste + "B")
	d.shows("> AyesB", "This was pasted, not typed.")
	d.press("\x15C")
	d.hides("pasted")
	d.press("\r")
	d.gives("C")
	d.ask(ceremony.Prompt{Kind: ceremony.Secret, Hidden: true, Ask: "Passphrase"})
	d.press(paste)
	d.shows("typing ...", "This was pasted, not typed.")
	d.press("\r")
	d.gives("[yes]")
}

// What was typed is wiped where it stood.
func TestWiped(t *testing.T) {
	d := newDesk(t, 80, 24)
	d.ask(ceremony.Prompt{Kind: ceremony.Secret, Hidden: true, Ask: "Passphrase"})
	keys := []byte("hunter2\r")
	d.send(typed{bytes: keys})
	d.gives("[hunter2]")
	if strings.Trim(string(keys), "\x00") != "" || strings.Trim(string(d.m.line.memory.Bytes()), "\x00") != "" {
		t.Errorf("left are %q and %q", keys, d.m.line.memory.Bytes())
	}
	d.send(closing{})
	if v := d.m.View(); v.Content != "" || !v.AltScreen {
		t.Errorf("the last screen is %q", v.Content)
	}
	if _, cmd := d.m.Update(closing{}); cmd == nil || cmd() != (tea.QuitMsg{}) {
		t.Error("it does not end")
	}
}
