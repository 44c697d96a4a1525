package tui

import (
	"errors"
	"testing"

	"sigtool/ceremony"
)

func TestGivingUp(t *testing.T) {
	d := newDesk(t, 80, 24)
	confirm := ceremony.Prompt{Kind: ceremony.Confirm, Ask: "Type yes"}
	d.ask(confirm)
	d.press("ye\x1b\x1b\x1b") // Esc does nothing
	d.open()
	for _, no := range []string{"\r", "no\r", "\x03", "give\r", "\x1b[200~give up\x1b[201~\r"} {
		d.press("\x03")
		d.shows("GIVE THE CEREMONY UP?")
		d.hides("Type yes")
		d.press(no)
		d.open()
		d.shows("Type yes", "> ye")
	}
	d.press("\x03give  up\r")
	if _, err := d.answered(); !errors.Is(err, ceremony.ErrGivenUp) {
		t.Error(err)
	}
	d.ask(confirm)
	if _, err := d.answered(); !errors.Is(err, ceremony.ErrGivenUp) {
		t.Errorf("the next question: %v", err)
	}
	for _, while := range []string{"typed", "working", "hung up"} {
		d := newDesk(t, 80, 24)
		switch while {
		case "typed":
			d.ask(confirm)
			d.press("give up\r")
		case "working":
			d.ask(ceremony.Prompt{Kind: ceremony.Work})
			d.gives("")
			d.press("\x03give up\r")
			d.ask(confirm)
		case "hung up":
			d.ask(confirm)
			d.send(hungUp{})
		}
		if _, err := d.answered(); !errors.Is(err, ceremony.ErrGivenUp) {
			t.Errorf("%s: %v", while, err)
		}
	}
}
