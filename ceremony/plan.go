package ceremony

import (
	"crypto/sha256"
	_ "embed"
	"errors"
	"slices"
	"time"

	"sigtool/keygen"
)

// maxPlan bounds a plan file, in bytes.
const maxPlan = 64 << 10

//go:embed example.yaml
var example []byte

// Example returns a plan that is a fair start for one's own, with a comment on every field.
func Example() []byte { return slices.Clone(example) }

// KindGenerate is the kind of ceremony that makes keys.
const KindGenerate = "generate"

// The codes that a sheet can be written in.
const (
	CodeLines = "lines" // the sealed key: nobody can use the paper without the passphrase
	CodeWords = "words" // the seed in the clear, as words
)

// The steps of a ceremony, by the names that plans, answers and transcripts use.
const (
	StepPlan       = "plan"
	StepMachine    = "machine"
	StepEntropy    = "entropy"
	StepGenerate   = "generate"
	StepSelfTest   = "self-test"
	StepPassphrase = "passphrase"
	StepSheet      = "sheet"
	StepReadBack   = "read-back"
	StepOutputs    = "outputs"
	StepTranscript = "transcript"
)

// Steps lists the steps in their usual order.
func Steps() []string {
	return []string{StepPlan, StepMachine, StepEntropy, StepGenerate, StepSelfTest, StepPassphrase, StepSheet, StepReadBack,
		StepOutputs, StepTranscript}
}

// Plan is a ceremony as it was written down beforehand.
type Plan struct {
	Kind, Title, Purpose string
	People               []Person
	Keys                 []Key
	Passphrase           keygen.Style
	Backup               Backup
	Entropy              Entropy
	Machine              map[string]Severity // for each of Checks: Block, or Warn where a reason is enough to go on
	Steps                []string
	Answers              bool // answers from a file are allowed in a real ceremony, too
	digest               [sha256.Size]byte
}

// Person is somebody who is there.
type Person struct{ Name, Role string }

// Key is a key to be made.
type Key struct {
	Label       string // [a-z0-9-], at most 32
	Algorithm   keygen.Algorithm
	Purpose     string
	Certificate *Certificate // nil for none
}

// Certificate is the self-signed certificate of a key.
type Certificate struct {
	Subject   string // as cert.ParseSubject takes it
	NotBefore time.Time
	Days      int
	CA        bool
}

// Backup is the paper.
type Backup struct {
	Code   string // CodeLines or CodeWords
	Copies int
	Holder string
}

// Entropy is what people add to the kernel's generator: rolls and tosses, at least.
type Entropy struct{ Dice, Coins int }

// Digest is the SHA-256 of the plan file, byte for byte.
func (p *Plan) Digest() [sha256.Size]byte { return p.digest }

// MayAnswer tells whether the answers may come from a file, or why not.
func (p *Plan) MayAnswer(mode Mode) error {
	if mode == Rehearsal || p.Answers {
		return nil
	}
	return errors.New("the plan allows answers from a file in a rehearsal only (answers: rehearsal)")
}
