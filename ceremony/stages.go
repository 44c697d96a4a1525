package ceremony

import (
	"sigtool/internal/pgpwords"
)

// stage is a step of the plan: it looks at what there is when its turn comes, and asks. Most end with the initials of the witness; closing
// is what is shown for them.
type stage struct {
	id, title string
	enter     func(*Run) ([]Step, error)
	closing   func(*Run) Prompt
}

var stages = map[string]stage{
	StepIdentity:   {StepIdentity, "Program and plan", (*Run).identityStep, asDone},
	StepRollCall:   {StepRollCall, "Roll call", (*Run).rollCallStep, nil},
	StepMachine:    {StepMachine, "The machine", (*Run).machineStep, asDone},
	StepClock:      {StepClock, "The clock", (*Run).clockStep, asDone},
	StepRestore:    {StepRestore, "Keys from paper", (*Run).restoreStep, showKeys},
	StepEntropy:    {StepEntropy, "Randomness", (*Run).entropyStep, asDone},
	StepGenerate:   {StepGenerate, "The keys are made", (*Run).generateStep, showKeys},
	StepPassphrase: {StepPassphrase, "The passphrase", (*Run).passphraseStep, asDone},
	StepBackups:    {StepBackups, "The paper", (*Run).backupsStep, asDone},
	StepDrill:      {StepDrill, "The restore drill", (*Run).drillStep, showRecord},
	StepBags:       {StepBags, "Bags", (*Run).bagsStep, asDone},
	StepRotate:     {StepRotate, "Old keys sign new", (*Run).rotateStep, asDone},
	StepExports:    {StepExports, "The files", (*Run).exportsStep, showOutputs},
	StepSign:       {StepSign, "Signatures", (*Run).signStep, showOutputs},
	StepDestroy:    {StepDestroy, "Destruction", (*Run).destroyStep, asDone},
	StepTranscript: {StepTranscript, "The transcript", (*Run).transcriptStep, nil},
}

func asDone(*Run) Prompt { return Prompt{} }

// recordWords is how many words of the record's digest are noted: 64 bits.
const recordWords = 8

// showRecord has a few words written down that stand for all that was recorded up to here: nobody has signed the journal yet.
func showRecord(r *Run) Prompt {
	return Prompt{
		Text:  []string{"The paper is proven. Write down these words: if the program is stopped before the end, they prove that what it recorded up to here was not changed since."},
		Table: [][2]string{{"record", groups(pgpwords.Of(r.head[:])[:recordWords], 4)}},
	}
}

// showKeys has the fingerprints read aloud.
func showKeys(r *Run) Prompt {
	p := Prompt{Text: []string{"The fingerprints, to be read aloud and written into the minutes:"}}
	for _, m := range r.made {
		p.Table = append(p.Table, m.rows()...)
	}
	return p
}

// showOutputs lists the files that were made.
func showOutputs(r *Run) Prompt {
	p := Prompt{Text: []string{"These files were made, with their SHA-256:"}}
	for _, o := range r.outputs {
		name := o.name
		if o.secret {
			name += " (secret)"
		}
		p.Table = append(p.Table, [2]string{name, groups(hexGroups(o.sum[:]), 8)})
	}
	return p
}
