package ceremony

// stage is a step of the plan: it looks at what there is when its turn comes, and asks.
type stage struct {
	id, title string
	enter     func(*Run) ([]Step, error)
}

var stages = map[string]stage{
	StepPlan:       {StepPlan, "The plan", (*Run).planStep},
	StepMachine:    {StepMachine, "The machine", (*Run).machineStep},
	StepEntropy:    {StepEntropy, "Randomness", (*Run).entropyStep},
	StepGenerate:   {StepGenerate, "The keys are made", (*Run).generateStep},
	StepSelfTest:   {StepSelfTest, "The keys are tested", (*Run).selfTestStep},
	StepPassphrase: {StepPassphrase, "The passphrase", (*Run).passphraseStep},
	StepSheet:      {StepSheet, "The paper", (*Run).sheetStep},
	StepReadBack:   {StepReadBack, "The paper is read back", (*Run).readBackStep},
	StepOutputs:    {StepOutputs, "The files", (*Run).outputsStep},
	StepTranscript: {StepTranscript, "The transcript", (*Run).transcriptStep},
}
