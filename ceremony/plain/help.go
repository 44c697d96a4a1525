package plain

import (
	"fmt"

	"sigtool/ceremony"
)

// help says where the ceremony is and what can be typed now.
func (f *FrontEnd) help() {
	p := f.prompt
	f.out.paragraph(fmt.Sprintf("This is step %d of %d, %s.", p.Number, p.Of, p.Title))
	if p.Number < len(p.Stages) {
		f.out.paragraph("Next comes: " + p.Stages[p.Number] + ".")
	}
	if p.Who != "" {
		f.out.paragraph("It is the turn of " + p.Who + ".")
	}
	if p.Only != "" {
		f.out.paragraph("Only " + p.Only + " may look at the screen and the paper.")
	}
	for _, text := range p.Text {
		f.out.paragraph(text)
	}
	f.out.paragraph(helpOf[p.Kind])
	if p.Hidden || p.Kind == ceremony.Secret {
		f.out.paragraph("Nothing is shown while you type. Backspace takes back one character, Ctrl-U the line.")
	}
	f.out.paragraph("Ctrl-C asks whether the ceremony is to end. Where what you type is shown, " + giveUp + " ends it.")
}

// helpOf says what each kind of prompt takes.
var helpOf = map[ceremony.AnswerKind]string{
	ceremony.Notice:   "Enter goes on.",
	ceremony.Confirm:  "The word yes and Enter go on; nothing else does.",
	ceremony.Line:     "Type a line and Enter. It stands in the transcript for everybody to read.",
	ceremony.Initials: "Type the initials that stood for you at the roll call, and Enter.",
	ceremony.Secret:   "Type a line and Enter. It does not go into the transcript.",
	ceremony.TypeBack: "Type what stands on your paper, and Enter.",
	ceremony.Copy:     "What is shown is to be written down by hand. It is gone from the screen when you press Enter.",
	ceremony.Paper:    sheetHelp,
}
