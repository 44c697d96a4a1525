//go:build live

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sigtool/internal/term/termtest"
)

// flat is a text with one space between, however its lines are broken.
func flat(text string) string { return view{text: text}.words() }

// questions are those of the live system around a ceremony.
var questions = regexp.MustCompile(`^(Number or word|-- \d+ more lines|Use it all the same\?|Switch the machine off\?|Which one\? Enter keeps|Try, or Enter to end)`)

// lineView reads what comes line by line, and slowly: that a line ends with a colon now is no sign that it is a question. What sigtool says of
// errors asks nothing, whatever words of questions are in it ("the plan: line 1: ").
func lineView(r *robot) (view, bool) {
	v, waits := plainView(r)
	known := questions.MatchString(v.ask)
	for _, a := range answers {
		known = known || a.ask.MatchString(v.ask)
	}
	return v, waits && known && !strings.HasPrefix(v.ask, "sigtool: ")
}

// eitherView reads whichever is on the screen: a live system's menu comes line by line, a ceremony fills the screen.
func eitherView(r *robot) (view, bool) {
	if v, waits := tuiView(r); waits {
		return v, true
	}
	return lineView(r)
}

// sees waits until the screen says something.
func (r *robot) sees(text string) {
	r.t.Helper()
	r.screen.Until(text, func(shown string) bool { return strings.Contains(flat(shown), text) })
}

// says answers what is asked, whatever it is.
func (r *robot) says(answers ...string) {
	r.t.Helper()
	for _, answer := range answers {
		r.now()
		r.enter(answer)
	}
}

// isTold looks for texts on the screen on which the next question is.
func (r *robot) isTold(texts ...string) {
	r.t.Helper()
	v := r.now()
	for _, text := range texts {
		if !strings.Contains(v.words(), text) {
			r.t.Errorf("the screen does not say %q:\n%s", text, v.text)
		}
	}
}

// inMenu tells whether the menu asks what is to be done.
func (v view) inMenu() bool {
	at := strings.LastIndex(v.text, "What is to be done?")
	return at >= 0 && strings.HasPrefix(v.ask, "Number or word") && strings.Count(v.text[at:], "Number or word") == 1
}

// chooses chooses from the menu.
func (r *robot) chooses(what string) {
	r.t.Helper()
	if v := r.now(); !v.inMenu() {
		r.t.Fatalf("this is not the menu:\n%s", v.text)
	}
	r.enter(what)
}

// toCeremony takes what the live system proposes, up to the first question of the ceremony, or to the menu if there is no question.
func (r *robot) toCeremony() {
	r.t.Helper()
	for {
		switch v := r.now(); {
		case v.ended:
			r.t.Fatalf("there is no ceremony:\n%s", v.text)
		case v.inMenu():
			return
		case strings.HasPrefix(v.ask, "Number or word ["):
			r.enter("")
		case strings.HasPrefix(v.ask, "-- "):
			r.enter("end")
		case strings.HasPrefix(v.ask, "Use it all the same?"):
			r.enter("yes")
		default:
			return
		}
	}
}

// skipsPages skips what the plan's check says.
func (r *robot) skipsPages() {
	r.t.Helper()
	for v := r.now(); strings.HasPrefix(v.ask, "-- "); v = r.now() {
		r.enter("end")
	}
}

// untilAsked has everything answered rightly until something is asked.
func (r *robot) untilAsked(ask string) {
	r.t.Helper()
	for v := r.now(); !strings.HasPrefix(v.ask, ask); v = r.now() {
		if v.ended || v.inMenu() {
			r.t.Fatalf("nothing asked %q until the end:\n%s", ask, v.text)
		}
		r.answer(v)
	}
}

// toMenu has everything answered rightly until the menu is there again, and returns it.
func (r *robot) toMenu() view {
	r.t.Helper()
	for {
		switch v := r.now(); {
		case v.ended:
			r.t.Fatalf("the machine is off:\n%s", v.text)
		case v.inMenu():
			return v
		case strings.HasPrefix(v.ask, "-- "):
			r.enter("")
		default:
			r.answer(v)
		}
	}
}

// triesAgain says yes until it works: the system needs a moment to find a stick that comes back. The screen may look the same after each try.
func (r *robot) triesAgain() {
	r.t.Helper()
	deadline := time.After(patient)
	for v := r.now(); strings.HasPrefix(v.ask, "Type yes to try again"); v = r.now() {
		select {
		case <-time.After(2 * time.Second):
		case <-deadline:
			r.t.Fatalf("the stick is never taken back:\n%s", v.text)
		}
		r.enter("yes")
		r.before = ""
	}
}

// powersOff leaves by the menu.
func (r *robot) powersOff() {
	r.t.Helper()
	r.chooses("power off")
	r.says("yes")
	r.off()
}

// off waits until the machine is off, and QEMU ended by itself.
func (r *robot) off() {
	r.t.Helper()
	r.screen.Until("the end of QEMU", func(text string) bool {
		status, is := termtest.Ended(text)
		if is && status != 0 {
			r.t.Errorf("QEMU ended with %d:\n%s", status, text)
		}
		return is
	})
}

// findings are what the machine was found to be like, of a transcript.
func findings(t *testing.T, folder, check string) (lines []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, "transcript.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		if bytes.Contains(line, []byte(`"event":"finding","data":{"check":"`+check+`"`)) {
			lines = append(lines, string(line))
		}
	}
	return lines
}
