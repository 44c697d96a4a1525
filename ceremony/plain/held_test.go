package plain_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/plain"
	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

const root = "../.."

// room is a ceremony with people who read what the screen asks for and answer rightly, but for the slips that they are told to make.
type room struct {
	desk
	op     *ceremonytest.Operator
	prompt ceremony.Prompt
	asked  int
	slips  map[string][]string // typed by mistake at a question that begins so
	hidden []string            // what must never be on the screen
}

// hold leads a ceremony of testdata/ceremony to its end.
func hold(t *testing.T, name string, mode ceremony.Mode, world *ceremonytest.World, slips map[string][]string) (*room, error) {
	t.Helper()
	r := &room{desk: desk{t: t}, op: &ceremonytest.Operator{World: world}, slips: slips}
	r.front = plain.New(&r.screen, plain.Terminal{
		ReadLine: r.readLine, ReadSecret: r.readSecret, ShowSecret: r.showSecret, ReadFile: world.ReadBack, Entry: entryOf,
	})
	run, err := ceremony.NewRun(ceremonytest.Plan(t, root, name+".yaml"), world.Effects("plain"), mode)
	if err != nil {
		t.Fatal(err)
	}
	err = ceremony.Drive(run, r)
	r.look()
	for _, s := range r.hidden {
		if strings.Contains(r.screen.String(), s) {
			t.Errorf("a secret stands on the screen: %q", s)
		}
	}
	return r, err
}

func (r *room) Ask(p ceremony.Prompt) (ceremony.Answer, error) {
	if r.asked++; r.asked > 200 {
		return ceremony.Answer{}, errors.New("it never ends")
	}
	r.prompt = p
	return r.front.Ask(p)
}

func (r *room) readLine(prompt string) (string, error) {
	fmt.Fprint(&r.screen, prompt)
	text, err := r.line(prompt)
	fmt.Fprintln(&r.screen, text)
	return text, err
}

func (r *room) line(prompt string) (string, error) {
	text, slip := r.slip(prompt)
	switch {
	case text == ctrlD:
		return "", io.EOF
	case text == ctrlC:
		return "", term.ErrInterrupted
	case slip:
		return text, nil
	case strings.HasPrefix(prompt, "Press Enter"):
		return "", nil
	case r.prompt.Kind == ceremony.Paper:
		return r.row(), nil
	}
	a, err := r.op.Ask(r.prompt)
	return a.Text, err
}

func (r *room) readSecret(prompt string) (*secret.Bytes, error) {
	fmt.Fprintln(&r.screen, prompt)
	switch text, slip := r.slip(prompt); {
	case strings.HasPrefix(prompt, "Is the ceremony to end"):
		return secret.From([]byte("yes")), nil
	case text == ctrlD:
		return nil, io.EOF
	case text == ctrlC:
		return nil, term.ErrInterrupted
	case slip:
		return secret.From([]byte(text)), nil
	case strings.HasPrefix(prompt, "Press Enter"), strings.HasPrefix(prompt, "Enter goes on"):
		return secret.New(0), nil
	}
	if r.prompt.Kind == ceremony.Paper {
		row := r.row()
		if len(row) > 8 {
			r.hidden = append(r.hidden, row)
		}
		return secret.From([]byte(row)), nil
	}
	if strings.HasPrefix(prompt, "Tosses") {
		tosses := strings.NewReplacer("1", "H", "2", "T", "3", "H", "4", "T", "5", "H", "6", "T").Replace(r.op.Throw(64))
		r.hidden = append(r.hidden, tosses)
		return secret.From([]byte(tosses)), nil
	}
	a, err := r.op.Ask(r.prompt)
	if err == nil {
		r.hidden = append(r.hidden, string(a.Secret.Bytes()))
	}
	return a.Secret, err
}

// showSecret has whoever may look copy it.
func (r *room) showSecret(lines, then string) error {
	if r.prompt.Kind == ceremony.Copy {
		_, err := r.op.Ask(r.prompt)
		return err
	}
	r.shown = append(r.shown, lines)
	return nil
}

func (r *room) slip(prompt string) (string, bool) {
	for start, typed := range r.slips {
		if strings.HasPrefix(prompt, start) && len(typed) > 0 {
			r.slips[start] = typed[1:]
			return typed[0], true
		}
	}
	return "", false
}

var (
	printedRow = regexp.MustCompile(`(?m)^ *(?:(\d\d?)/\d+ |(\d\d) |(check)).*$`)
	wantedRow  = regexp.MustCompile(`(?i)(?:line|word|row) (\d+)|(check) line`)
)

// row is the row that the screen asks for, as it stands on the paper.
func (r *room) row() string {
	lines := strings.Split(r.screen.String(), "\n")
	wanted := wantedRow.FindStringSubmatch(strings.Join(lines[max(0, len(lines)-2):], " "))
	if wanted == nil {
		return ""
	}
	p := r.prompt
	p.Refused = ""
	a, err := r.op.Ask(p)
	if err != nil {
		r.t.Fatal(err)
	}
	defer a.Secret.Destroy()
	for _, found := range printedRow.FindAllStringSubmatch(string(a.Secret.Bytes()), -1) {
		row, want := strings.TrimSpace(found[0]), number(wanted[1:])
		if number(found[1:]) == want {
			return row
		}
		if i := strings.Index(row, " "+fmt.Sprintf("%02s ", want)); i >= 0 { // a word in the middle of a row
			return row[i+1:]
		}
	}
	return ""
}

// number is the one that was found, without zeros before it.
func number(found []string) string { return strings.TrimLeft(strings.Join(found, ""), "0") }

func logOf(t *testing.T, world *ceremonytest.World) *transcript.Transcript {
	t.Helper()
	log, err := transcript.Check(world.Files[ceremony.TranscriptName])
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Whole ceremonies, with paper from a printer and copied from the screen: complete, without a slip, typed from the paper, the same each time.
func TestWholeCeremonies(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan   string
		mode   ceremony.Mode
		byHand bool
	}{{"one", ceremony.Production, false}, {"two", ceremony.Production, true}, {"two", ceremony.Rehearsal, false}, {"five", ceremony.Rehearsal, true}, {"destroy", ceremony.Production, true}} {
		t.Run(fmt.Sprintf("%s %s by hand %v", c.plan, c.mode, c.byHand), func(t *testing.T) {
			t.Parallel()
			world := ceremonytest.New()
			world.ByHand = c.byHand
			r, err := hold(t, c.plan, c.mode, world, nil)
			if err != nil {
				t.Fatalf("%v\n%s", err, r.screen.String())
			}
			log := logOf(t, world)
			if err := log.Complete(); err != nil || log.Outcome != transcript.Done || log.Front != "plain" || len(ceremonytest.Events(log, "refused")) != 0 {
				t.Errorf("%v, %+v, %v", err, log.Header, ceremonytest.Events(log, "refused"))
			}
			for _, proven := range ceremonytest.Events(log, "proven") {
				if !strings.Contains(proven.Data["from"], ceremony.FromTyping) {
					t.Errorf("the paper was read from %q", proven.Data["from"])
				}
			}
			steps := len(ceremonytest.Plan(t, root, c.plan+".yaml").Steps)
			if got := strings.Count(r.screen.String(), "REHEARSAL: nothing"); c.mode == ceremony.Rehearsal && got != steps || c.mode != ceremony.Rehearsal && got != 0 {
				t.Errorf("%d of %d steps say that this is a rehearsal", got, steps)
			}
			if c.plan == "two" && c.byHand {
				t.Log(r.screen.String())
				world = ceremonytest.New()
				world.ByHand = true
				again, err := hold(t, c.plan, c.mode, world, nil)
				if err != nil || !reflect.DeepEqual(r.op.World.Files, world.Files) || r.screen.String() != again.screen.String() {
					t.Errorf("played again it came out otherwise (%v)", err)
				}
			}
		})
	}
}

// Everybody makes a mistake once, and it still comes to its end.
func TestEverySlip(t *testing.T) {
	t.Parallel()
	world := ceremonytest.New()
	r, err := hold(t, "two", ceremony.Production, world, map[string][]string{
		"Words ":              {"aardvark adroitness accrue", "?"},
		"Initials of":         {"A1"},
		"Your watch":          {"half past nine"},
		"Tosses, 0":           {"HTX", ""},
		"Type the passphrase": {"", "wrong"},
		"Type yes when":       {"y"},
		"Word 01 of 24":       {"@nowhere.txt", "zoo"},
		"Word 02 of 24":       {"-"},
		"Word 01 again":       {"01 zooo", "!"},
		"Word 05 of 24":       {""},
		"A number corrects":   {"1"},
	})
	if err != nil {
		t.Fatalf("%v\n%s", err, r.screen.String())
	}
	r.says("Not taken: these are not words ", "This is step 1 of ", "Not taken: initials are letters alone.", "Not taken: a time is written as ",
		"Not taken: character 3 is not a toss", "Not taken: the line is empty.", "Not taken: ", "Not taken: type yes, or give the ceremony up.",
		"Not taken: nowhere.txt: ", "Word 01 taken.", "Word 01 again", "Not taken: word 01", "The sheet is typed.", "Not taken: the paper does not check", "What was typed is kept:", "Words 01 to 04 taken.", "Words 21 to 24 taken.")
	if log := logOf(t, world); log.Complete() != nil || len(ceremonytest.Events(log, "refused")) < 7 {
		t.Errorf("%v, refused %v", log.Complete(), ceremonytest.Events(log, "refused"))
	}
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	for prompt, typed := range map[string]string{
		"Words": "give up", "Type yes": " give up", "> ": "give up", "Press Enter to see it": "give up", "Initials": ctrlC, "Press Enter when nobody": ctrlD,
	} {
		world := ceremonytest.New()
		_, err := hold(t, "one", ceremony.Production, world, map[string][]string{prompt: {typed}})
		if !errors.Is(err, ceremony.ErrGivenUp) || logOf(t, world).Outcome != transcript.GivenUp || world.Files["key.pem"] != nil {
			t.Errorf("%q to %q: %v, files %v", typed, prompt, err, world.Order)
		}
	}
}
