package transcript

import (
	"fmt"
	"slices"
)

// opening are the steps that a run of the program goes through again when it goes on from a journal: the first two always, if the plan has
// them, the others where they are needed.
var opening = []string{stepIdentity, stepMachine, stepClock, stepRestore}

const neededAgain = 2

// place is where a ceremony may be. A closed step may count as one of the plan or as one of the opening, so there may be several.
type place struct {
	closed int  // how many steps of the plan are closed
	again  bool // it is at the opening of a run that goes on
	opened int  // how many of the opening it is past
}

// missingSteps holds the closing lines to the plan's steps: one after the other, and after a stop those of the opening once more, and then on
// from any step that had its turn before. So what was made before a stop may be made anew, and nothing is passed over.
func (t *Transcript) missingSteps(signs func(Line) bool) []string {
	if len(t.Steps) == 0 {
		return []string{"no step is named"}
	}
	var steps []string
	for _, step := range t.Steps {
		if step != stepRollCall && step != stepTranscript {
			steps = append(steps, step)
		}
	}
	places := map[place]bool{{}: true}
	for _, l := range t.Lines {
		switch {
		case l.Event == EventResume:
			places = resumed(places)
		case l.Event == EventDone && signs(l):
			next := after(places, steps, l.Step)
			if len(next) == 0 {
				return t.outOfTurn(steps, signs, fmt.Sprintf("line %d closes step %s out of its turn", l.Seq, one(l.Step)))
			}
			places = next
		}
	}
	for p := range places {
		if p.closed == len(steps) && p.passes(neededAgain, steps) {
			return nil
		}
	}
	return t.outOfTurn(steps, signs, "program, plan and machine were not looked at again after the last stop")
}

// outOfTurn names the steps for which no closing line is left when all are taken in the plan's order, or says what is wrong otherwise.
func (t *Transcript) outOfTurn(steps []string, signs func(Line) bool, otherwise string) (missing []string) {
	at := 0
	for _, step := range steps {
		i := slices.IndexFunc(t.Lines[at:], func(l Line) bool { return l.Event == EventDone && l.Step == step && signs(l) })
		if i < 0 {
			missing = append(missing, fmt.Sprintf("step %s was not closed by the right initials, or not in its turn", one(step)))
			continue
		}
		at += i + 1
	}
	if len(missing) == 0 {
		missing = []string{otherwise}
	}
	return missing
}

// resumed are the places after a stop.
func resumed(places map[place]bool) map[place]bool {
	next := map[place]bool{}
	for p := range places {
		next[place{closed: p.closed, again: true}] = true
	}
	return next
}

// after are the places after a step was closed.
func after(places map[place]bool, steps []string, step string) map[place]bool {
	next := map[place]bool{}
	var furthest [5]int // by what was opened: the last step that may come, plus one
	for p := range places {
		turn := p.closed < len(steps) && steps[p.closed] == step
		if turn && !p.again {
			next[place{closed: p.closed + 1}] = true
		}
		if !p.again {
			continue
		}
		furthest[p.opened] = max(furthest[p.opened], p.closed+1)
		if i := slices.Index(opening, step); i >= p.opened && p.passes(i, steps) {
			next[place{p.closed, true, i + 1}] = true
			if turn {
				next[place{p.closed + 1, true, i + 1}] = true
			}
		}
	}
	for opened, end := range furthest {
		for q := range min(end, len(steps)) {
			if p := (place{again: true, opened: opened}); steps[q] == step && p.passes(neededAgain, steps) {
				next[place{closed: q + 1}] = true
			}
		}
	}
	return next
}

// passes tells whether step i of the opening may come, or what is behind it: what has to be looked at again before was.
func (p place) passes(i int, steps []string) bool {
	for j := p.opened; p.again && j < min(i, neededAgain); j++ {
		if slices.Contains(steps, opening[j]) {
			return false
		}
	}
	return true
}
