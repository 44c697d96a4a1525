package main

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"sigtool/ceremony"
	"sigtool/ceremony/transcript"
	"sigtool/internal/fileio"
	"sigtool/verify"
)

// askedByPlan holds the transcript of a ceremony that was done against the plan beside it, whose digest was compared already. A plan that
// this program can't read, because it is older or newer, is said to be one.
func askedByPlan(t *transcript.Transcript, folder string) (note string, err error) {
	if t.Outcome != transcript.Done {
		return "", nil
	}
	data, err := fileio.ReadLimited(filepath.Join(folder, transcript.PlanName), maxPlan)
	if err != nil {
		return "", err
	}
	plan, err := ceremony.ParsePlan(data)
	if err != nil {
		return fmt.Sprintf("%s can't be read by this program, and was compared by its digest alone: %v", transcript.PlanName, err), nil
	}
	if digest := plan.Digest(); hex.EncodeToString(digest[:]) != t.Plan {
		return "", fmt.Errorf("%s: %w", transcript.PlanName, verify.ErrChanged)
	}
	if missing := missingOf(plan, t); len(missing) > 0 {
		return "", fmt.Errorf("%w: %s", transcript.ErrIncomplete, strings.Join(missing, "; "))
	}
	return "", nil
}

// missingOf lists what a plan asks for and a transcript does not say. What a transcript asks of itself is for its Complete.
func missingOf(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	no := func(format string, args ...any) { missing = append(missing, fmt.Sprintf(format, args...)) }
	mode := ceremony.Production
	if t.Rehearsal {
		mode = ceremony.Rehearsal
	}
	if answered(t) && plan.MayAnswer(mode) != nil {
		no("the answers came from a file, which the plan does not allow")
	}
	if t.Kind != plan.Kind || t.DualControl == plan.Waived || !slices.Equal(t.Steps, plan.Steps) {
		no("kind, dual control or steps are not those of the plan")
	}
	for _, p := range plan.People {
		if !slices.ContainsFunc(t.People, func(o transcript.Person) bool { return o.Name == p.Name && slices.Contains(o.Roles, p.Role) }) {
			no("%s is not named", p)
		}
	}
	for _, k := range plan.New() {
		if !slices.ContainsFunc(t.Keys, func(o transcript.Key) bool {
			return o.Label == k.Label && o.Algorithm == string(k.Algorithm) && !o.Restored
		}) {
			no("key %s was not made", k.Label)
		}
	}
	for _, k := range plan.Old() {
		came := func(o transcript.Key) bool { // in a rehearsal, a throw-away key stands in
			return o.Label == k.Label && (o.Fingerprint == k.Fingerprint || t.Rehearsal)
		}
		if plan.Has(ceremony.StepRestore) && !slices.ContainsFunc(t.Keys, came) {
			no("key %s did not come back", k.Label)
		}
	}
	return slices.Concat(missing, missingThrows(plan, t), missingPaper(plan, t), missingSigned(plan, t), missingExports(plan, t))
}

// answered tells whether a file gave the answers, in any run of the program.
func answered(t *transcript.Transcript) bool {
	return t.Front == "answers" || slices.ContainsFunc(t.Lines, func(l transcript.Line) bool {
		return l.Event == transcript.EventResumedBy && l.Data["front"] == "answers"
	})
}

// missingThrows looks for the dice and coins of the plan in the run of the program that made a key: those of another run are gone.
func missingThrows(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	kinds := []struct {
		source, many string
		least        int
	}{{"dice", "rolls", plan.Entropy.Dice}, {"coins", "tosses", plan.Entropy.Coins}}
	thrown := map[string]int{}
	for _, l := range t.Lines {
		switch l.Event {
		case transcript.EventResume:
			clear(thrown)
		case transcript.EventSource:
			for _, k := range kinds {
				if n, err := strconv.Atoi(l.Data[k.many]); err == nil && l.Data["source"] == k.source {
					thrown[k.source] = n
				}
			}
		case transcript.EventKey:
			for _, k := range kinds {
				if thrown[k.source] < k.least {
					missing = append(missing, fmt.Sprintf("key %s was made with %d %s of %s, and the plan has %d", l.Data["label"], thrown[k.source], k.many, k.source, k.least))
				}
			}
		}
	}
	return missing
}

// missingPaper looks for the sheets of each backup.
func missingPaper(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	sheets := map[[2]string]map[string]bool{}
	for _, l := range t.Lines {
		if l.Event != transcript.EventSheet {
			continue
		}
		of := [2]string{l.Data["label"], l.Data["code"]}
		if sheets[of] == nil {
			sheets[of] = map[string]bool{}
		}
		sheets[of][l.Data["document"]] = true
	}
	for _, k := range plan.BackedUp() {
		for _, b := range plan.Backups {
			if got := len(sheets[[2]string{k.Label, b.Code}]); got < b.Sheets() {
				missing = append(missing, fmt.Sprintf("key %s is on %d sheets of %s, and the plan has %d", k.Label, got, b.Code, b.Sheets()))
			}
		}
	}
	return missing
}

// missingSigned holds the signatures to the files of the plan: each of them, as the plan has it, and no others.
func missingSigned(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	signed := map[ceremony.ToSign]bool{}
	for _, l := range t.Lines {
		if l.Event != transcript.EventSigned {
			continue
		}
		planned := false
		for _, s := range plan.Sign {
			if s.File == l.Data["file"] && s.Key == l.Data["key"] && s.Format == l.Data["format"] && (s.SHA256 == "" || s.SHA256 == l.Data["sha256"]) {
				planned, signed[s] = true, true
			}
		}
		if !planned {
			missing = append(missing, fmt.Sprintf("line %d has a signature that the plan does not: by %s, as %s, of the file %s with SHA-256 %s",
				l.Seq, l.Data["key"], l.Data["format"], l.Data["file"], l.Data["sha256"]))
		}
	}
	for _, s := range plan.Sign {
		if !signed[s] {
			missing = append(missing, fmt.Sprintf("%s was not signed by %s", s.File, s.Key))
		}
	}
	return missing
}

// missingExports holds the exports to those of the plan: each of them, wrapped to the key that the plan has and people approved, in a file that is
// among the outputs, and no others. Of the two that a ceremony serves itself there are the outputs alone.
func missingExports(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	lines := map[[4]string]bool{}
	for _, l := range t.Lines {
		switch l.Event {
		case transcript.EventWrapping:
			lines[[4]string{l.Event, l.Data["label"], l.Data["target"], l.Data["fingerprint"]}] = true
		case transcript.EventExported:
			lines[[4]string{l.Event, l.Data["label"], l.Data["target"], l.Data["wrapping"]}] = slices.ContainsFunc(t.Outputs, func(o transcript.Output) bool { return o.Name == l.Data["output"] })
			if !plannedExport(plan, l.Data) {
				missing = append(missing, fmt.Sprintf("line %d has an export that the plan does not: of key %s to %s", l.Seq, l.Data["label"], l.Data["target"]))
			}
		}
	}
	for _, k := range plan.Keys {
		for _, e := range k.Exports {
			if e.Wrap != "" && !lines[[4]string{transcript.EventWrapping, k.Label, e.Target, e.Pinned}] {
				missing = append(missing, fmt.Sprintf("the wrapping key of %s for %s was not approved", k.Label, e.Target))
			}
			if !e.Own() && !lines[[4]string{transcript.EventExported, k.Label, e.Target, e.Pinned}] {
				missing = append(missing, fmt.Sprintf("key %s was not exported to %s", k.Label, e.Target))
			}
		}
	}
	return missing
}

// plannedExport tells whether a plan has an export that a transcript says.
func plannedExport(plan *ceremony.Plan, data map[string]string) bool {
	k, _ := plan.Labelled(data["label"])
	return slices.ContainsFunc(k.Exports, func(e ceremony.Export) bool { return e.Target == data["target"] && e.Pinned == data["wrapping"] })
}
