package main

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony"
	"sigtool/internal/pgpwords"
	"sigtool/internal/term/termtest"
)

// robot is everybody in the room of a ceremony. It knows what stands on the screen, and what is on the papers: it reads who must act and
// what is asked, copies what it is shown, and types it back. It can't see into the program.
type robot struct {
	t       testing.TB
	room    *room
	screen  *termtest.Screen
	read    func(*robot) (view, bool) // the prompt on the screen, if one waits; see plainView and tuiView
	birds   *aviary
	paper   notes
	before  string // the screen when the last answer was given
	seen    string // on the screen before
	open    *view  // the prompt at hand, when it was looked at already
	prompts int
	opened  int    // bags, to restore
	copied  string // the sheet of which something was copied last
	worked  bool   // the screen said that something takes a while
	shots   shots
}

// notes are what people have on paper, before the ceremony and from it.
type notes struct {
	program, plan []string          // the words of their digests
	initials      map[string]string // by name
	passphrase    string
	sheets        map[string][]string // rows, by what they are called: "share 2 of 5 of key root"
	bag           string              // the number typed last
}

// view is what a person sees: what is asked, all that stands there, and, where something is shown to be copied, its lines.
type view struct {
	ask, text string
	shown     []string
	more      bool // there is more to read, a page further down
	edit      bool // what was typed and not taken is still there
	ended     bool
	status    int
}

// words are all words of the view with one space between, so that it does not matter how lines were broken.
func (v view) words() string { return strings.Join(strings.Fields(v.text), " ") }

// newRobot starts the program and sits down in front of it. args are those of sigtool.
func newRobot(t testing.TB, room *room, size [2]int, args ...string) *robot {
	t.Helper()
	cmd := exec.Command(room.program, args...)
	cmd.Dir, cmd.Env = room.folder, room.env
	r := &robot{t: t, room: room, birds: &aviary{t: t}, paper: room.notes(t), shots: newShots(t), read: plainView}
	if slices.Contains(args, "--tui") {
		r.read = tuiView
	}
	r.screen = termtest.StartScreen(t, cmd, size[0], size[1])
	return r
}

// room is where a ceremony is held: a folder, the plan in it, and an environment with nothing of this machine's.
type room struct {
	program, folder, planFile string
	out                       string // of what is made
	plan                      *ceremony.Plan
	env                       []string
}

// newRoom makes a room for a plan.
func newRoom(t testing.TB, plan []byte) *room {
	t.Helper()
	program, err := exec.LookPath("sigtool")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	temporary := filepath.Join(folder, "temporary")
	file := filepath.Join(folder, "plan.yaml")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, plan, 0o644); err != nil {
		t.Fatal(err)
	}
	parsed, err := ceremony.ParsePlan(plan)
	if err != nil {
		t.Fatal(err)
	}
	return &room{program: program, folder: folder, planFile: file, out: filepath.Join(folder, "out"), plan: parsed,
		env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + temporary, "TERM=xterm"}}
}

// notes are what people brought: the digests as they were printed before the day, and their own initials.
func (m *room) notes(t testing.TB) notes {
	t.Helper()
	program, err := os.ReadFile(m.program)
	if err != nil {
		t.Fatal(err)
	}
	binary, plan := sha256.Sum256(program), m.plan.Digest()
	n := notes{program: pgpwords.Of(binary[:]), plan: pgpwords.Of(plan[:]), initials: map[string]string{}, sheets: map[string][]string{}}
	for _, p := range m.plan.People {
		n.initials[p.Name] = p.Name[:2]
	}
	return n
}

// now is the prompt at hand: that of next, until it is answered.
func (r *robot) now() view {
	r.t.Helper()
	if r.open == nil {
		v := r.next()
		r.open = &v
	}
	return *r.open
}

// next waits for a prompt that waits for an answer, or for the program's end.
func (r *robot) next() (v view) {
	r.t.Helper()
	r.screen.Until("a prompt", func(text string) (found bool) {
		if status, ended := termtest.Ended(text); ended {
			v = view{text: r.screen.Everything(), ended: true, status: status}
			return true
		}
		r.worked = r.worked || strings.Contains(text, "Working") || strings.Contains(text, "Making and testing")
		v, found = r.read(r)
		return found && text != r.before
	})
	if v.more {
		r.seen, r.before = r.seen+v.text+"\n", r.screen.Text()
		r.screen.Press("NPage")
		return r.next()
	}
	v.text, r.seen = r.seen+v.text, v.text+"\n"
	if r.prompts++; r.prompts > 1000 {
		r.t.Fatalf("it asks and asks:\n%s", v.text)
	}
	r.shots.take(r.t, r.screen)
	return v
}

// enter types an answer. What is seen while it is typed is waited for, so that no key is pressed into the next question.
func (r *robot) enter(text string) {
	r.t.Helper()
	if r.open != nil && r.open.edit {
		before := r.screen.Text()
		r.screen.Press("C-u")
		r.screen.Until("an empty line", func(text string) bool { return text != before })
		before = r.screen.Text()
		r.screen.Type(text)
		r.screen.Until("what was typed", func(text string) bool { return text != before })
	} else {
		r.screen.Type(text)
	}
	r.press("Enter")
}

// press presses a key that ends an answer.
func (r *robot) press(key string) {
	r.t.Helper()
	r.open, r.before = nil, r.screen.Text()
	r.screen.Press(key)
}

// testKeys is where the keys are that people bring.
var testKeys, _ = filepath.Abs("../../testdata/keys")

// answers are what the people answer, by what is asked.
var answers = []struct {
	ask *regexp.Regexp
	say func(r *robot, v view, found []string) string
}{
	{regexp.MustCompile(`^Words (\d+), (\d+), (\d+)`), (*robot).words},
	{regexp.MustCompile(`^Initials of (.+)`), func(r *robot, v view, found []string) string { return r.paper.initials[found[1]] }},
	{regexp.MustCompile(`^Reason for `), func(*robot, view, []string) string { return "a trial on a machine with a network" }},
	{regexp.MustCompile(`^Your watch`), func(*robot, view, []string) string { return time.Now().UTC().Format("2006-01-02 15:04") }},
	{regexp.MustCompile(`^Rolls, (\d+) of (\d+)`), func(r *robot, v view, found []string) string { return r.throw("123456", 50) }},
	{regexp.MustCompile(`^Tosses, (\d+) of (\d+)`), func(r *robot, v view, found []string) string { return r.throw("HT", 64) }},
	{regexp.MustCompile(`^Number of the bag, once more`), func(r *robot, v view, found []string) string { return r.paper.bag }},
	{regexp.MustCompile(`^Number of the bag`), (*robot).newBag},
	{regexp.MustCompile(`^Document number`), (*robot).document},
	{regexp.MustCompile(`^File of your key`), func(*robot, view, []string) string { return filepath.Join(testKeys, "ed25519.pem") }},
	{regexp.MustCompile(`^Type yes`), func(*robot, view, []string) string { return "yes" }},
	{regexp.MustCompile(`(?i)\b(?:word|line) 0*(\d+)\b|^check`), (*robot).row},
	{regexp.MustCompile(`(?i)\brow 0*(\d+)\b`), (*robot).row},
	{regexp.MustCompile(`^Passphrase|passphrase from your paper`), func(r *robot, v view, found []string) string { return r.paper.passphrase }},
	{regexp.MustCompile(`^Press Enter|Enter goes on`), func(*robot, view, []string) string { return "" }},
}

// answer answers rightly.
func (r *robot) answer(v view) {
	r.t.Helper()
	if v.shown != nil {
		r.copy(v)
		r.enter("")
		return
	}
	if strings.Contains(v.ask, "share 2, word 01") { // the next share, but this paper is one share alone
		r.press("C-d")
		return
	}
	r.enter(r.right(v))
}

// right is the right answer.
func (r *robot) right(v view) string {
	r.t.Helper()
	for _, a := range answers {
		if found := a.ask.FindStringSubmatch(v.ask); found != nil {
			return a.say(r, v, found)
		}
	}
	r.t.Fatalf("nobody knows what to answer to %q:\n%s", v.ask, v.text)
	return ""
}

// toTheEnd answers everything rightly, and returns the last screen.
func (r *robot) toTheEnd() view {
	r.t.Helper()
	for {
		v := r.now()
		if v.ended {
			return v
		}
		r.answer(v)
	}
}

var digestOf = regexp.MustCompile(`of the digest of the (program|plan)`)

// words types the words of a digest that are asked for, from the paper.
func (r *robot) words(v view, found []string) string {
	of := digestOf.FindAllStringSubmatch(v.words(), -1)
	if of == nil {
		r.t.Fatalf("the words of which digest?\n%s", v.text)
	}
	from := r.paper.plan
	if of[len(of)-1][1] == "program" {
		from = r.paper.program
	}
	var words []string
	for _, text := range found[1:] {
		var n int
		fmt.Sscan(text, &n)
		words = append(words, from[n-1])
	}
	return strings.Join(words, " ")
}

// throw throws a die or a coin. What came is a secret.
func (r *robot) throw(faces string, times int) string {
	out := make([]byte, 0, times)
	for one := make([]byte, 1); len(out) < times; {
		rand.Read(one)
		if n := int(one[0]); n < 252 {
			out = append(out, faces[n%len(faces)])
		}
	}
	r.birds.keep(secretText("a line of throws", string(out)))
	return string(out)
}

// newBag takes a bag from the box.
func (r *robot) newBag(view, []string) string {
	var n int
	fmt.Sscanf(r.paper.bag, "A-%d", &n)
	r.paper.bag = fmt.Sprintf("A-%d", n+1001)
	return r.paper.bag
}
