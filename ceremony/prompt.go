package ceremony

import "sigtool/internal/secret"

// AnswerKind says what a prompt wants.
type AnswerKind string

// The kinds of answer.
const (
	Notice   AnswerKind = "notice"    // nothing: the prompt is shown, the empty answer sets off the work that it announces
	Confirm  AnswerKind = "confirm"   // the word yes
	Line     AnswerKind = "line"      // a line of text, which goes into the transcript
	Secret   AnswerKind = "secret"    // a line that nobody else may see
	TypeBack AnswerKind = "type-back" // what was shown; see Shown
	Paper    AnswerKind = "paper"     // the text of a sheet, read from the paper
)

// Prompt is one thing to tell and to ask. A front end shows all of it, in whatever way suits its terminal.
type Prompt struct {
	Step       string // the plan's name of the step: "entropy"
	Number, Of int    // the step is number 3 of 10
	Title      string // "Entropy from people"
	Rehearsal  bool   // always to be shown: nothing made here is for use
	Again      bool   // the title and text were shown already, with the prompt before; Ask is what is new

	Warning string      // stands out, before the text
	Text    []string    // paragraphs, to be wrapped
	Table   [][2]string // names and values, in order; a value may have several lines
	Refused string      // why the answer before was not taken
	Ask     string      // what to answer, in a few words
	Kind    AnswerKind

	// Hidden says that the answer must not be seen while it is typed. It comes as Answer.Secret, as that of Paper does.
	Hidden bool
	// Shown, with TypeBack, is what is to be typed back. If the prompt is Hidden it is a secret, shown by Look for a while and then
	// not any more; if not, it stands in Text or Table already.
	Shown *secret.Bytes
	// Look returns the lines that show the secret. It is a string, which can't be wiped, so a front end calls it once and lets go.
	Look func() string
	// Sheet is the name of the file that the paper was printed from.
	Sheet string
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
	// Take takes the answer, or does what the notice announced, and returns the questions that follow from it. A refusal puts the
	// same question again; any other error ends the ceremony.
	Take func(Answer) ([]Step, error)
}

// refusal is an answer that was not taken.
type refusal struct{ why string }

func (r refusal) Error() string { return r.why }

// notice is a step that asks nothing.
func notice(id string, p Prompt, do func() ([]Step, error)) Step {
	p.Kind = Notice
	return Step{ID: id, Prompt: p, Take: func(Answer) ([]Step, error) {
		if do == nil {
			return nil, nil
		}
		return do()
	}}
}
