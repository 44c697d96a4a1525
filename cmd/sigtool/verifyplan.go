package main

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
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
	if t.Front == "answers" && plan.MayAnswer(mode) != nil {
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
		if plan.Has(ceremony.StepRestore) && !slices.ContainsFunc(t.Keys, func(o transcript.Key) bool { return o.Label == k.Label && o.Fingerprint == k.Fingerprint }) {
			no("key %s did not come back", k.Label)
		}
	}
	return append(missing, missingPaper(plan, t)...)
}

// missingPaper looks for the sheets of each backup and the signatures of each file.
func missingPaper(plan *ceremony.Plan, t *transcript.Transcript) (missing []string) {
	sheets, signed := map[[2]string]map[string]bool{}, map[[2]string]bool{}
	for _, l := range t.Lines {
		switch l.Event {
		case transcript.EventSheet:
			of := [2]string{l.Data["label"], l.Data["code"]}
			if sheets[of] == nil {
				sheets[of] = map[string]bool{}
			}
			sheets[of][l.Data["document"]] = true
		case transcript.EventSigned:
			signed[[2]string{l.Data["file"], l.Data["key"]}] = true
		}
	}
	for _, k := range plan.BackedUp() {
		for _, b := range plan.Backups {
			if got := len(sheets[[2]string{k.Label, b.Code}]); got < b.Sheets() {
				missing = append(missing, fmt.Sprintf("key %s is on %d sheets of %s, and the plan has %d", k.Label, got, b.Code, b.Sheets()))
			}
		}
	}
	for _, s := range plan.Sign {
		if !signed[[2]string{s.File, s.Key}] {
			missing = append(missing, fmt.Sprintf("%s was not signed by %s", s.File, s.Key))
		}
	}
	return missing
}
