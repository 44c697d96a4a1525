package transcript

import (
	"fmt"
	"strings"

	"sigtool/internal/pgpwords"
)

// leastWords is how many words of a record's digest say something: 48 bits.
const leastWords = 6

// OnJournal says which lines of a ceremony that was stopped rest on its journal alone, for people; "" for one that was not stopped. What
// the witness had noted before the last stop and compared after it holds for the lines of which it is the digest.
func (t *Transcript) OnJournal() string {
	times, before, compared, why := 0, 0, 0, ""
	for i, l := range t.Lines {
		switch l.Event {
		case EventResume:
			times, before, compared, why = times+1, i, 0, ""
		case EventCompared:
			if compared = t.noted(l.Data["words"], before); compared == 0 {
				why = "the words that were compared are not those of this record"
			}
		case EventNotCompared:
			why = l.Data["reason"]
		}
	}
	if times == 0 {
		return ""
	}
	text := fmt.Sprintf("stopped and resumed %d times: ", times)
	if times == 1 {
		text = "stopped and resumed once: "
	}
	if compared > 0 {
		text += fmt.Sprintf("lines 1 to %d are those of which the witness had noted the words", compared)
	}
	if compared == before {
		return text
	}
	if compared > 0 {
		text += "; "
	}
	text += fmt.Sprintf("lines %d to %d rest on the journal that was on the medium, which nobody had signed", compared+1, before)
	if compared == 0 && why != "" {
		text += ", and which was not compared: " + one(why)
	}
	return text
}

// noted is the last of the first lines for which the words stand, or 0. Their own number is not believed.
func (t *Transcript) noted(words string, lines int) int {
	prefix := hexOf(strings.Fields(words))
	if len(prefix) < 2*leastWords {
		return 0
	}
	for n := lines; n > 0 && n < len(t.Lines); n-- {
		if strings.HasPrefix(t.Lines[n].Prev, prefix) {
			return n
		}
	}
	return 0
}

// hexOf turns words back into the bytes that they stand for, in hex; "" where one is no such word in its place.
func hexOf(words []string) string {
	var pairs []byte
	for b := range 256 {
		pairs = append(pairs, byte(b), byte(b))
	}
	list, text := pgpwords.Of(pairs), ""
	for i, word := range words {
		found := false
		for b := range 256 {
			if found = strings.EqualFold(list[2*b+i%2], word); found {
				text += fmt.Sprintf("%02x", b)
				break
			}
		}
		if !found {
			return ""
		}
	}
	return text
}

// missingRandomness holds each key that was made to the run of the program that made it: it had told what the machine's part is, and had
// all kinds of sources that the ceremony has, since another run's throws are gone.
func (t *Transcript) missingRandomness() (missing []string) {
	var kinds []string
	known := map[string]bool{}
	for _, l := range t.Lines {
		if kind := l.Data["source"]; l.Event == EventSource && !known[kind] && len(kinds) < maxMissing {
			known[kind], kinds = true, append(kinds, kind)
		}
	}
	committed, have := false, map[string]bool{}
	for _, l := range t.Lines {
		switch l.Event {
		case EventResume:
			committed = false
			clear(have)
		case EventCommitment:
			committed = true
		case EventSource:
			have[l.Data["source"]] = true
		case EventKey:
			if !committed {
				missing = append(missing, fmt.Sprintf("key %s was made, and the run of the program that made it had committed to no randomness", one(l.Data["label"])))
			}
			for _, kind := range kinds {
				if !have[kind] {
					missing = append(missing, fmt.Sprintf("key %s was made without %s, by a run of the program that had none", one(l.Data["label"]), one(kind)))
				}
			}
		}
	}
	return missing
}
