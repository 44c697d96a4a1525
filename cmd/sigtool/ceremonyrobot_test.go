package main

import (
	"slices"
	"strings"
	"testing"

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
	record        string              // the words of the record when the drill was closed
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
	r := &robot{t: t, room: room, birds: &aviary{t: t}, paper: room.notes(t), shots: newShots(t), read: plainView}
	if slices.Contains(args, "--tui") {
		r.read = tuiView
	}
	r.screen = termtest.StartScreen(t, room.command(args...), size[0], size[1])
	return r
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

// enter types an answer. Where what was typed before still stands there, it is taken away first, and that is waited for.
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

// answer answers rightly.
func (r *robot) answer(v view) {
	r.t.Helper()
	if v.shown != nil {
		r.copy(v)
		r.enter("")
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
