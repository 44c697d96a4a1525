package script_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/ceremony/ceremonytest"
	"sigtool/ceremony/script"
	"sigtool/internal/secret"
)

// twoPeople is a plan of all steps and two people.
func twoPeople() *ceremony.Plan {
	return &ceremony.Plan{Steps: ceremony.Steps(), People: []ceremony.Person{
		{Name: "Ada Example", Role: ceremony.RoleOperator}, {Name: "Ben Example", Role: ceremony.RoleWitness}, {Name: "Ben Example", Role: ceremony.RoleHolder},
	}}
}

// asked is a prompt of a whole ceremony.
func asked(step string, kind ceremony.AnswerKind) ceremony.Prompt {
	return ceremony.Prompt{Step: step, Kind: kind, Of: len(ceremony.Steps()), Ask: "Well"}
}

func who(p ceremony.Prompt, who string) ceremony.Prompt {
	p.Who = who
	return p
}

func refused(p ceremony.Prompt) ceremony.Prompt {
	p.Refused, p.Again = "it is wrong", true
	return p
}

// answer is what came of a prompt: the text, the secret in brackets, or the error.
func answer(front *script.FrontEnd, p ceremony.Prompt) string {
	a, err := front.Ask(p)
	switch {
	case err != nil:
		return err.Error()
	case a.Secret != nil:
		defer a.Secret.Destroy()
		return "(" + string(a.Secret.Bytes()) + ")" + a.From
	}
	return a.Text
}

func front(t *testing.T, answers string) *script.FrontEnd {
	t.Helper()
	f, err := script.New([]byte(answers), twoPeople(), ceremony.Rehearsal, script.Hands{
		Now:       func() time.Time { return time.Date(2027, 1, 4, 10, 5, 59, 0, time.FixedZone("CET", 3600)) },
		ReadSheet: func(name string) ([]byte, error) { return []byte("text of " + name), nil },
		ReadFile: func(path string) ([]byte, error) {
			if path != "typed.txt" {
				return nil, errors.New(path + ": not there")
			}
			return []byte("typed"), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Each row is a file, prompts, and what comes of each.
func TestRules(t *testing.T) {
	t.Parallel()
	line, bag := asked("clock", ceremony.Line), asked("bags", ceremony.Line)
	drill, hidden := asked("drill", ceremony.Paper), asked("restore", ceremony.Secret)
	drill.Sheet, drill.Hidden, hidden.Hidden = "key.share-2.txt", true, true
	yes, sure := asked("exports", ceremony.Confirm), asked("exports", ceremony.Confirm)
	sure.Warning = "A file could not be written."
	identity := asked("identity", ceremony.TypeBack)
	identity.Shown = secret.From([]byte("aardvark"))
	defer identity.Shown.Destroy()
	ada, ben := who(asked("roll-call", ceremony.Initials), "Ada Example, operator"), who(asked("roll-call", ceremony.Initials), "Ben Example, witness")
	closing := who(asked("identity", ceremony.Initials), "Ben Example, witness")
	const names = "roll-call: {Ada Example: AE, Ben Example: BE}\n"
	const noOther = " was not taken, and there is no other"
	for name, c := range map[string]struct {
		answers string
		prompts []ceremony.Prompt
		want    []string
	}{
		"nothing to answer":        {"clock: now", []ceremony.Prompt{asked("clock", ceremony.Work), asked("clock", ceremony.Notice), asked("clock", ceremony.Copy)}, []string{"", "", ""}},
		"a text for all":           {"clock: now", []ceremony.Prompt{line, line}, []string{"2027-01-04 09:05", "2027-01-04 09:05"}},
		"a text that is refused":   {"clock: now", []ceremony.Prompt{line, refused(line)}, []string{"2027-01-04 09:05", "answers, line 1: the answer to step clock" + noOther + ": it is wrong"}},
		"a list":                   {"bags: [A, B]", []ceremony.Prompt{bag, bag, bag}, []string{"A", "B", "answers, line 1: there are too few for step bags, which asks: Well"}},
		"a list with a slip":       {"bags: [A, B, C]", []ceremony.Prompt{bag, refused(bag), bag, refused(bag)}, []string{"A", "B", "C", "answers, line 1: the answer to step bags" + noOther + ": it is wrong"}},
		"a word where it is none":  {"bags: now", []ceremony.Prompt{bag}, []string{"now"}},
		"no answer":                {"clock: now", []ceremony.Prompt{bag}, []string{"answers: there is none for step bags, which asks: Well"}},
		"an empty answer":          {"bags: ''", []ceremony.Prompt{bag}, []string{""}},
		"typed back":               {"identity: shown", []ceremony.Prompt{identity, identity}, []string{"aardvark", "aardvark"}},
		"a sheet":                  {"drill: sheet", []ceremony.Prompt{drill, drill}, []string{"(text of key.share-2.txt)" + ceremony.FromSheet, "(text of key.share-2.txt)" + ceremony.FromSheet}},
		"a file":                   {"drill: ['@ typed.txt', '@x']", []ceremony.Prompt{drill, drill}, []string{"(typed)" + ceremony.FromFile, "x: not there"}},
		"a sheet's text":           {"drill: |\n  01 abandon\n", []ceremony.Prompt{drill}, []string{"(01 abandon\n)" + ceremony.FromFile}},
		"a refused sheet":          {"drill: sheet", []ceremony.Prompt{drill, refused(drill)}, []string{"(text of key.share-2.txt)" + ceremony.FromSheet, "answers, line 1: the answer to step drill" + noOther}},
		"a secret":                 {"restore: '@ pass'", []ceremony.Prompt{hidden}, []string{"(@ pass)"}},
		"yes to all":               {"confirm: yes", []ceremony.Prompt{yes, yes, refused(yes)}, []string{"yes", "yes", "answers, line 1: the answer to step exports" + noOther + ": it is wrong"}},
		"yes to all but a warning": {"confirm: yes", []ceremony.Prompt{sure}, []string{"answers: there is none for step exports, which asks: A file could not be written. Well"}},
		"yes by step":              {"exports: yes", []ceremony.Prompt{yes, yes, sure}, []string{"yes", "yes", "answers, line 1: the answer to step exports" + noOther + ": A file could not be written."}},
		"yes to a warning":         {"confirm: yes\nexports: yes", []ceremony.Prompt{yes, sure, sure}, []string{"yes", "yes", "answers, line 2: the answer to step exports" + noOther + ": A file could not be written."}},
		"initials by name":         {names, []ceremony.Prompt{closing, ada, ben, closing}, []string{"BE", "AE", "BE", "BE"}},
		"initials in a list":       {"roll-call: [BE, AE]", []ceremony.Prompt{closing, ada, ben, closing}, []string{"BE", "AE", "BE", "BE"}},
		"a slip in initials":       {"roll-call: [B1, BE, AE]", []ceremony.Prompt{closing, refused(closing), ada, ben}, []string{"B1", "BE", "AE", "BE"}},
		"initials are refused":     {names, []ceremony.Prompt{ada, refused(ada)}, []string{"AE", "answers, line 1: the answer to step roll-call" + noOther + ": it is wrong"}},
		"no initials":              {"roll-call: {Ada Example: AE}", []ceremony.Prompt{ben}, []string{"answers, line 1: there are no initials of Ben Example"}},
		"no roll call":             {"clock: now", []ceremony.Prompt{closing}, []string{"answers: there is none for step roll-call, which asks: Well"}},
		"left over":                {"identity: shown\nbags: [A, B]", []ceremony.Prompt{bag, identity}, []string{"A", "answers, line 2: nobody asked for this answer to step bags"}},
		"left over by the machine": {"machine: [x, y]\nbags: B", []ceremony.Prompt{asked("machine", ceremony.Line), bag, asked("transcript", ceremony.Work)}, []string{"x", "B", ""}},
		"never asked":              {"bags: A\ntranscript: none", []ceremony.Prompt{asked("transcript", ceremony.Line)}, []string{"answers, line 1: nobody asked for this answer to step bags"}},
		"not asked at the end":     {"transcript: [none, none]", []ceremony.Prompt{asked("transcript", ceremony.Line), asked("transcript", ceremony.Work)}, []string{"none", "answers, line 1: nobody asked for this answer to step transcript"}},
	} {
		f := front(t, c.answers)
		for i, p := range c.prompts {
			if got := answer(f, p); got != c.want[i] {
				t.Errorf("%s, prompt %d: %q, not %q", name, i+1, got, c.want[i])
			}
		}
	}
}

// A ceremony that goes on where another one stopped does not ask what was answered there.
func TestResumed(t *testing.T) {
	t.Parallel()
	f := front(t, "entropy: '123456'\nroll-call: {Ada Example: AE}\nbags: [A, B]\n")
	bag, end := asked("bags", ceremony.Line), asked("transcript", ceremony.Work)
	bag.Of, end.Of = 5, 5
	for i, c := range []struct {
		p    ceremony.Prompt
		want string
	}{
		{who(bag, "Ada Example, operator"), "A"}, {end, "answers, line 3: nobody asked for this answer to step bags"}, {bag, "B"}, {end, ""},
	} {
		if got := answer(f, c.p); got != c.want {
			t.Errorf("prompt %d: %q, not %q", i+1, got, c.want)
		}
	}
}

// The prompts are shown to whoever watches, before they are answered.
func TestShow(t *testing.T) {
	t.Parallel()
	var shown []string
	f, err := script.New([]byte("clock: now"), twoPeople(), ceremony.Rehearsal, script.Hands{Show: func(p ceremony.Prompt) { shown = append(shown, p.Step) }})
	if err != nil {
		t.Fatal(err)
	}
	if got := answer(f, asked("clock", ceremony.Line)); got != "now" { // there is no clock
		t.Error(got)
	}
	if got := answer(f, asked("bags", ceremony.Line)); !strings.Contains(got, "there is none") || strings.Join(shown, " ") != "clock bags" {
		t.Errorf("%q, %q", got, shown)
	}
	if got := answer(f, asked("clock", ceremony.Paper)); got != "(now)"+ceremony.FromFile {
		t.Error(got)
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	for answers, want := range map[string]string{
		"dice: 1":                          `line 1: there is no step "dice"`,
		"clock: now\nclock: now":           "line 2: step clock stands here twice",
		"clock: []":                        "line 1: step clock has no answer",
		"clock:":                           "line 1: an answer to step clock is text, or a list of texts",
		"clock: [now, [now]]":              "line 1: an answer to step clock is text, or a list of texts",
		"clock:\n  a: b":                   "line 2: an answer to step clock is text, or a list of texts",
		"roll-call: {}":                    "line 1: step roll-call has no answer",
		"roll-call: {Cleo Example: CE}":    `line 1: the plan knows nobody of the name "Cleo Example"`,
		"roll-call: {Ada Example: [A, B]}": "line 1: an answer to step roll-call is text, or a list of texts",
		"roll-call:\n  Ada Example: AE\n  Ada Example: AE": "line 3: Ada Example stands here twice",
		"confirm: no":                "line 1: confirm stands here once, and says yes",
		"confirm: [yes]":             "line 1: confirm stands here once, and says yes",
		"confirm: yes\nconfirm: yes": "line 2: confirm stands here once, and says yes",
		"[clock]: now":               `line 1: there is no step ""`,
		"- shown":                    "line 1: answers are steps and what to answer, one a line",
		"":                           "line 1: there is nothing in it",
		"# x":                        "line 1: there is nothing in it",
		"clock: &a now\nbags: *a":    "line 1: anchors and aliases are not taken; write it out",
		strings.Repeat("#\n", 1<<20): "more than 1048576 bytes",
	} {
		if _, err := script.New([]byte(answers), twoPeople(), ceremony.Rehearsal, script.Hands{}); err == nil || err.Error() != want {
			t.Errorf("%.40q: %v, not %s", answers, err, want)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, name := range []string{"one", "two", "five"} {
		f.Add(ceremonytest.Read(f, root, name+".answers.yaml"))
	}
	f.Add([]byte("identity: &a shown\ndrill: *a\n"))
	f.Add([]byte("entropy: [[a]]\n--- \nentropy: b\n"))
	f.Add([]byte("roll-call: {Ada Example: '', Ben Example: BE}\nconfirm: yes\nentropy: ''\n"))
	plan := twoPeople()
	f.Fuzz(func(t *testing.T, data []byte) {
		front, err := script.New(data, plan, ceremony.Rehearsal, script.Hands{})
		if err != nil {
			return
		}
		for _, p := range []ceremony.Prompt{
			who(asked(ceremony.StepIdentity, ceremony.Initials), "Ben Example, witness"), asked(ceremony.StepEntropy, ceremony.Secret), refused(asked(ceremony.StepEntropy, ceremony.Secret)),
			asked(ceremony.StepDrill, ceremony.Paper), asked(ceremony.StepBags, ceremony.Confirm), who(asked(ceremony.StepBags, ceremony.Initials), "Ada Example"),
		} {
			answer, err := front.Ask(p)
			if err == nil {
				answer.Secret.Destroy()
			}
		}
	})
}
