package plain_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/plain"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
)

const root = "../.."

// person sits at a terminal, reads what is on the screen and types what it asks for.
type person struct {
	t      *testing.T
	world  *ceremonytest.World
	screen bytes.Buffer
	hidden []string // everything that must never be on the screen
	shown  string   // the passphrase, as it was shown
	paper  []string // the lines of the sheet that are still to be typed
	asked  []string // every question
	slips  map[string][]string
	thrown ceremonytest.Operator
}

func (p *person) terminal() plain.Terminal {
	return plain.Terminal{ReadLine: p.readLine, ReadSecret: p.readSecret, ShowSecret: p.showSecret, ReadFile: p.world.ReadBack}
}

// slip returns what is typed by mistake in answer to a question, which happens once for each entry.
func (p *person) slip(prompt string) (string, bool) {
	for start, typed := range p.slips {
		if strings.HasPrefix(prompt, start) && len(typed) > 0 {
			p.slips[start] = typed[1:]
			return typed[0], true
		}
	}
	return "", false
}

func (p *person) readLine(prompt string) (string, error) {
	p.asked = append(p.asked, prompt)
	fmt.Fprint(&p.screen, prompt)
	text, ok := p.slip(prompt)
	switch {
	case ok:
	case strings.HasPrefix(prompt, "Type the last two words"):
		words := regexp.MustCompile(`(\S+) (\S+)\n\(To end`).FindStringSubmatch(p.screen.String())
		text = words[1] + "  " + strings.ToUpper(words[2])
	case strings.HasPrefix(prompt, "Type yes"):
		text = " yes "
	case strings.HasPrefix(prompt, "Reason for"):
		text = "the lamp needs it"
	case prompt == "> ":
		text = p.nextLine()
	}
	fmt.Fprintln(&p.screen, text)
	if text == "EOF" {
		return "", io.EOF
	}
	return text, nil
}

func (p *person) readSecret(prompt string) (*secret.Bytes, error) {
	p.asked = append(p.asked, prompt)
	fmt.Fprintln(&p.screen, prompt)
	text, ok := p.slip(prompt)
	switch {
	case text == "EOF":
		return nil, io.EOF
	case ok:
	case strings.HasPrefix(prompt, "Rolls"):
		text = p.thrown.Throw(40)
		p.hidden = append(p.hidden, text)
	case strings.HasPrefix(prompt, "Tosses"):
		text = strings.NewReplacer("1", "H", "2", "T", "3", "H", "4", "T", "5", "H", "6", "T").Replace(p.thrown.Throw(64))
		p.hidden = append(p.hidden, text)
	case strings.HasPrefix(prompt, "Type the passphrase"):
		text = p.shown
	case prompt == "> ":
		text = p.nextLine()
	default:
		p.t.Fatalf("a secret is asked for by %q", prompt)
	}
	return secret.From([]byte(text)), nil
}

func (p *person) showSecret(lines, then string) error {
	if strings.Contains(lines, "-") { // base58: the class line stands below
		p.shown, _, _ = strings.Cut(lines, "\n")
	} else {
		p.shown = strings.Join(regexp.MustCompile(`[a-z-]{2,}`).FindAllString(lines, -1), " ")
	}
	p.hidden = append(p.hidden, p.shown)
	return nil
}

var row = regexp.MustCompile(`^( *[0-9]{2}[/ ].*|Label .*|Algorithm .*|Contents .*|Derivation .*|Fingerprint .*|Made .*|Note .*|Document .*)$`)

// nextLine types the sheet that was printed last and not typed yet: its numbered lines, and for words the head.
func (p *person) nextLine() string {
	if p.paper == nil {
		sheet := p.world.Files[p.wanted()]
		for line := range strings.Lines(string(sheet)) {
			line = strings.TrimRight(line, "\n")
			if row.MatchString(line) {
				p.paper = append(p.paper, line)
			}
		}
		p.paper = append(p.paper, "")
	}
	line := p.paper[0]
	if p.paper = p.paper[1:]; line == "" {
		p.paper = nil
	}
	return line
}

// wanted is the sheet that the screen asked for last.
func (p *person) wanted() string {
	all := regexp.MustCompile(`The lines of (\S+),`).FindAllStringSubmatch(p.screen.String(), -1)
	return all[len(all)-1][1]
}

// perform leads a ceremony with a person at the terminal.
func perform(t *testing.T, name string, mode ceremony.Mode, slips map[string][]string) (*person, error) {
	t.Helper()
	p := &person{t: t, world: ceremonytest.New(), slips: slips}
	run, err := ceremony.NewRun(ceremonytest.Plan(t, root, name+".yaml"), p.world.Effects("plain"), mode)
	if err != nil {
		t.Fatal(err)
	}
	err = ceremony.Drive(run, plain.New(&p.screen, p.terminal()))
	p.look()
	return p, err
}

// look checks what was on the screen: nothing wider than it, nothing that moves a cursor, no secret.
func (p *person) look() {
	for line := range strings.Lines(p.screen.String()) {
		line = strings.TrimSuffix(line, "\n")
		if utf8.RuneCountInString(line) > 80 {
			p.t.Errorf("wider than 80 columns: %q", line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
			p.t.Errorf("not plain text: %q", line)
		}
	}
	for _, s := range p.hidden {
		if strings.Contains(p.screen.String(), s) {
			p.t.Errorf("a secret stands on the screen: %q", s)
		}
		for name, data := range p.world.Files {
			if strings.Contains(string(data), s) {
				p.t.Errorf("a secret stands in %s: %q", name, s)
			}
		}
	}
}

func (p *person) log() *transcript.Transcript {
	p.t.Helper()
	log, err := transcript.Check(p.world.Files[ceremony.TranscriptName])
	if err != nil {
		p.t.Fatal(err)
	}
	return log
}

func TestOneKey(t *testing.T) {
	t.Parallel()
	p, err := perform(t, "one", ceremony.Production, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.log(); got.Outcome != transcript.Done || got.Front != "plain" || len(ceremonytest.Events(got, "refused")) != 0 {
		t.Errorf("%+v", got)
	}
	if from := ceremonytest.Events(p.log(), "proven")[0].Data["from"]; from != ceremony.FromTyping {
		t.Errorf("the paper was read from %q", from)
	}
	for n, title := range []string{"The plan", "The machine", "Randomness", "The keys are made", "The keys are tested", "The passphrase",
		"The paper", "The paper is read back", "The files", "The transcript"} {
		head := fmt.Sprintf("\nStep %d of 10: %s\n%s\n", n+1, title, strings.Repeat("-", len(title)+len(fmt.Sprintf("Step %d of 10: ", n+1))))
		if strings.Count(p.screen.String(), head) != 1 {
			t.Errorf("the head of step %d does not stand there once: %q", n+1, head)
		}
	}
	again, err := perform(t, "one", ceremony.Production, nil)
	if err != nil || !reflect.DeepEqual(p.world.Files, again.world.Files) || p.screen.String() != again.screen.String() {
		t.Errorf("played again it came out otherwise (%v)", err)
	}
	t.Log(p.screen.String())
}

func TestTwoKeysInRehearsal(t *testing.T) {
	t.Parallel()
	p, err := perform(t, "two", ceremony.Rehearsal, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.log(); got.Outcome != transcript.Done || !got.Rehearsal || len(got.Keys) != 2 {
		t.Errorf("%+v", got)
	}
	if got, want := strings.Count(p.screen.String(), "*** REHEARSAL ***"), 11; got != want {
		t.Errorf("%d of %d steps say that this is a rehearsal", got, want)
	}
}

// TestSlips has a person make every mistake once and still come to the end.
func TestSlips(t *testing.T) {
	t.Parallel()
	p, err := perform(t, "one", ceremony.Production, map[string][]string{
		"Type the last two words": {"aardvark adroitness", ""},
		"Rolls, 0 of 100":         {"12345O", "", "7"},
		"Type the passphrase":     {"", "wrong"},
		"Type yes":                {"y"},
		"> ":                      {"@nowhere.txt", "01/18 nonsense", ""},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		"Not taken: these are not the last two words of the digest.\n",
		"Not taken: character 6 is not a roll; the line was not taken.\n",
		"Not taken: the line is empty.\n",
		"Not taken: character 1 is not a roll; the line was not taken.\n",
		"Not taken: group 1 differs from what was shown",
		"Not taken: type yes, or give the ceremony up.\n",
		"Not taken: nowhere.txt: not there.\n",
		"Not taken: the paper does not check",
	} {
		if !strings.Contains(p.screen.String(), said) {
			t.Errorf("the screen never said %q", said)
		}
	}
	if got := len(ceremonytest.Events(p.log(), "refused")); got != 8 {
		t.Errorf("%d refusals are logged, not 8", got)
	}
	if p.log().Outcome != transcript.Done {
		t.Error("it did not come to its end")
	}
}

// TestPaperFromFile reads the sheet back from a file that somebody typed, with two lines missing.
func TestPaperFromFile(t *testing.T) {
	t.Parallel()
	p := &person{t: t, world: ceremonytest.New(), slips: map[string][]string{"> ": {"@typed.txt"}}}
	run, err := ceremony.NewRun(ceremonytest.Plan(t, root, "one.yaml"), p.world.Effects("plain"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	terminal := p.terminal()
	terminal.ReadFile = func(string) ([]byte, error) {
		var kept []string
		for line := range strings.Lines(string(p.world.Files["sheet.txt"])) {
			if !strings.HasPrefix(line, "03/") && !strings.HasPrefix(line, "11/") {
				kept = append(kept, line)
			}
		}
		return []byte(strings.Join(kept, "")), nil
	}
	if err := ceremony.Drive(run, plain.New(&p.screen, terminal)); err != nil {
		t.Fatal(err)
	}
	p.look()
	proven := ceremonytest.Events(p.log(), "proven")[0].Data
	if proven["from"] != ceremony.FromFile || proven["corrections"] != "2" {
		t.Errorf("logged %v", proven)
	}
	for _, want := range []string{"put right  page 1 line 3", "put right  page 1 line 11"} {
		if !strings.Contains(p.screen.String(), want) {
			t.Errorf("the screen does not show %q", want)
		}
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	for prompt, typed := range map[string]string{
		"Type the last two words": "give up", "Type yes": " give up", "> ": "give up", "Press Enter to see it": "give up",
		"Rolls": "EOF", "Type the passphrase": "EOF", "Type the last": "EOF",
	} {
		p, err := perform(t, "one", ceremony.Production, map[string][]string{prompt: {typed}})
		if !errors.Is(err, ceremony.ErrGivenUp) || p.log().Outcome != transcript.GivenUp || p.world.Files["key.pem"] != nil {
			t.Errorf("%q to %q: %v, files %v", typed, prompt, err, p.world.Order)
		}
	}
}

func TestScreenThatFails(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	run, err := ceremony.NewRun(ceremonytest.Plan(t, root, "one.yaml"), world.Effects("plain"), ceremony.Production)
	if err != nil {
		t.Fatal(err)
	}
	_, w := io.Pipe()
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := ceremony.Drive(run, plain.New(w, plain.Terminal{})); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}
