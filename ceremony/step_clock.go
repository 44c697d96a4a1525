package ceremony

import (
	"strconv"
	"strings"
	"time"

	"sigtool/ceremony/transcript"
)

// watchForm is how the time of a watch is typed, in UTC; watchExample says it to people.
const (
	watchForm    = "2006-01-02 15:04"
	watchExample = "YYYY-MM-DD HH:MM"
)

// How far a clock may be off. It is never set: the transcript has the offset instead.
const (
	watchesApart = 3 * time.Minute // two people's watches
	offsetNoted  = 5 * time.Minute
	offsetLarge  = 24 * time.Hour
)

// clockStep compares the machine's clock with the watches of the operator and the witness.
func (r *Run) clockStep() ([]Step, error) { return r.askWatches(""), nil }

func (r *Run) askWatches(warning string) []Step {
	operator, witness := r.plan.Operator(), r.plan.Witness()
	var offsets []time.Duration
	ask := func(who Person, last bool) Step {
		return Step{ID: StepClock, Prompt: Prompt{
			Kind: Line, Who: who.String(), Warning: warning, Ask: "Your watch, in UTC, as " + watchExample,
			Text: []string{"The clock of this machine says " + r.world.Now().UTC().Format(time.DateTime) + " UTC. It may be wrong, and is not set: what it is off by is recorded. The dates of certificates come from the plan."},
		}, Take: func(a Answer) ([]Step, error) {
			offset, err := r.watchSays(who, a.Text)
			if err != nil {
				return nil, err
			}
			offsets = append(offsets, offset)
			switch {
			case !last:
				return nil, nil
			case (offsets[0] - offset).Abs() > watchesApart:
				return r.askWatches("The two watches differ by " + (offsets[0] - offset).Abs().String() + ". Look again, both."), nil
			}
			return r.judge([]Finding{r.clockFinding(offset)}, "The clock of this machine:")
		}}
	}
	if operator.Name == witness.Name {
		return []Step{ask(operator, true)}
	}
	return []Step{ask(operator, false), ask(witness, true)}
}

// watchSays records what a watch says, and returns what the machine's clock is off by.
func (r *Run) watchSays(who Person, typed string) (time.Duration, error) {
	watch, err := time.Parse(watchForm, strings.Join(strings.Fields(typed), " "))
	if err != nil {
		return 0, refusal{why: "a time is written as " + watchExample + ", in UTC"}
	}
	now := r.world.Now().UTC()
	offset := now.Truncate(time.Minute).Sub(watch)
	if zone := offset.Round(15 * time.Minute).Abs(); r.tries == 0 && zone >= 30*time.Minute && zone <= 14*time.Hour && (offset-offset.Round(15*time.Minute)).Abs() <= watchesApart {
		return 0, refusal{why: "that is just " + zone.String() + " off, as the time of a zone is: UTC is wanted. If this is UTC, type it again"}
	}
	return offset, r.log.Append(StepClock, transcript.EventClock, map[string]string{
		"machine": now.Format(time.RFC3339), "watch": watch.Format(time.RFC3339), "by": who.Name, "offset": strconv.Itoa(int(offset.Seconds())),
	})
}

func (r *Run) clockFinding(offset time.Duration) Finding {
	detail := "differs from the watches by " + offset.Abs().String()
	switch now := r.world.Now(); {
	case now.Before(r.world.Built):
		return Finding{CheckClock, Block, now.UTC().Format(time.DateTime) + " UTC is before this program was built, " + r.world.Built.UTC().Format(time.DateTime)}
	case offset.Abs() > offsetLarge:
		return Finding{CheckClock, Block, detail}
	case offset.Abs() > offsetNoted:
		return Finding{CheckClock, Warn, detail}
	}
	return Finding{CheckClock, OK, "agrees with the watches within " + offsetNoted.String()}
}
