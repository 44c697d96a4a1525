package ceremony

import "sigtool/internal/secret"

// AnswerKind says what a prompt wants.
type AnswerKind string

// The kinds of answer.
const (
	Work     AnswerKind = "work"      // nothing, and at once: the empty answer does the work that the text announces; it may take a minute
	Notice   AnswerKind = "notice"    // nothing, after it was read
	Confirm  AnswerKind = "confirm"   // the word yes
	Line     AnswerKind = "line"      // a line of text, which goes into the transcript
	Initials AnswerKind = "initials"  // the initials of Who, as at the roll call
	Secret   AnswerKind = "secret"    // a line that nobody else may see
	TypeBack AnswerKind = "type-back" // what was shown; see Shown
	Copy     AnswerKind = "copy"      // nothing, after what Look shows was written down by hand
	Paper    AnswerKind = "paper"     // the text of a sheet, read from the paper
)

// Prompt is one thing to tell and to ask. A front end shows all of it, in whatever way suits its terminal.
type Prompt struct {
	Step       string   // the plan's name of the step: "entropy"
	Number, Of int      // the step is number 3 of 10
	Title      string   // "Randomness"
	Stages     []string // the titles of all steps, in order
	Rehearsal  bool     // always to be shown: nothing made here is for use
	Again      bool     // the title and text were shown already, with the prompt before; Ask is what is new

	Who  string // who must act: "Ben Example, witness"; empty for whoever sits at the keyboard
	Only string // the name of the one person who may look at the screen and the paper; empty for everybody

	Warning string      // stands out, before the text
	Text    []string    // paragraphs, to be wrapped
	Table   [][2]string // names and values, in order; a value may have several lines
	Refused string      // why the answer before was not taken
	Ask     string      // what to answer, in a few words
	Kind    AnswerKind

	// Hidden says that the answer must not be seen while it is typed. It comes as Answer.Secret, as that of Paper does.
	Hidden bool
	// Shown, with TypeBack, is what is to be typed back. If the prompt is Hidden it is a secret, shown by Look for a while and then
	// not any more; if not, people have it on paper of their own.
	Shown *secret.Bytes
	// Look returns the lines, at most 16 of at most 60 columns, that show the secret. It is a string, which can't be wiped, so a front end
	// calls it once and lets go.
	Look func() string
	// Sheet names the sheet, "sheet.txt" or "LABEL.share-2.txt", and Code the codec it is written in, with Paper.
	Sheet, Code string
}

// private tells whether the answer is kept out of the transcript whatever it is.
func (p Prompt) private() bool { return p.Hidden || p.Kind == Paper || p.Kind == Secret }

// Answer is what a front end brings back. The run destroys the secret.
type Answer struct {
	Text   string
	Secret *secret.Bytes
	From   string // of Paper: one of the constants below, for the transcript
}

// Where the text of a sheet came from.
const (
	FromTyping = "typed from the paper"
	FromFile   = "a file made from the paper"
	FromSheet  = "the sheet's own file, not the paper"
)

// Step is one question, and what is done with its answer.
type Step struct {
	ID     string
	Prompt Prompt
	// Take takes the answer, or does the work that was announced, and returns the questions that follow from it. A refusal puts the
	// same question again; any other error ends the ceremony.
	Take func(Answer) ([]Step, error)
}

// refusal is an answer that was not taken.
type refusal struct {
	why    string
	logged string // what the transcript says instead, where why repeats a part of the answer
}

func (r refusal) Error() string { return r.why }

// work is a step that asks nothing and does something.
func work(id, text string, do func() ([]Step, error)) Step {
	return Step{ID: id, Prompt: Prompt{Kind: Work, Text: []string{text}}, Take: func(Answer) ([]Step, error) { return do() }}
}
