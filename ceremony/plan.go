package ceremony

import (
	"crypto/sha256"
	"time"

	"sigtool/keygen"
	"sigtool/keygen/export"
)

// maxPlan bounds a plan file, in bytes.
const maxPlan = 64 << 10

// The kinds of ceremony.
const (
	KindGenerate = "generate" // new keys, their paper, their exports
	KindRestore  = "restore"  // keys come back from paper, to be exported again or put on new paper
	KindSign     = "sign"     // keys come back from paper to sign files, and are forgotten again
	KindRotate   = "rotate"   // new keys, vouched for by the old ones, which come back from paper once more
	KindDestroy  = "destroy"  // the end of keys: every paper and medium is destroyed in front of the witness
)

// The steps of a ceremony, by the names that plans, answers and transcripts use.
const (
	StepIdentity   = "identity"
	StepRollCall   = "roll-call"
	StepMachine    = "machine"
	StepClock      = "clock"
	StepRestore    = "restore"
	StepEntropy    = "entropy"
	StepGenerate   = "generate"
	StepPassphrase = "passphrase"
	StepBackups    = "backups"
	StepDrill      = "drill"
	StepBags       = "bags"
	StepRotate     = "rotate"
	StepExports    = "exports"
	StepSign       = "sign"
	StepDestroy    = "destroy"
	StepTranscript = "transcript"
)

// Steps lists all steps in their usual order; Plan.Steps are those of one plan.
func Steps() []string {
	return []string{StepIdentity, StepRollCall, StepMachine, StepClock, StepRestore, StepEntropy, StepGenerate, StepPassphrase, StepBackups, StepDrill,
		StepBags, StepRotate, StepExports, StepSign, StepDestroy, StepTranscript}
}

// The roles of people.
const (
	RoleAdministrator = "administrator" // leads, and sits at the keyboard
	RoleOperator      = "operator"      // sits at the keyboard; throws the dice, keeps the passphrase
	RoleWitness       = "witness"       // compares, and puts initials to each step
	RoleHolder        = "holder"        // keeps a sheet
	RoleAuditor       = "auditor"       // looks on
)

// Plan is a ceremony as it was written down beforehand.
type Plan struct {
	Kind, Title, Purpose string
	People               []Person
	Waived               bool // dual control is waived: one person alone may be able to use a key
	Keys                 []Key
	Passphrase           Passphrase
	Backups              []Backup // each is made of every key that is new, or that a restore puts on new paper; of a destroy, what is destroyed
	Entropy              Entropy
	Machine              map[string]Severity // for each of Checks: Block, Warn or Strict
	Sign                 []ToSign
	Media                []string // what else is to be destroyed at the end, a line each: "the USB stick with the live system"
	Steps                []string // in order
	Answers              bool     // answers from a file are allowed in a real ceremony, too
	digest               [sha256.Size]byte
	text                 []byte // the file itself
}

// Person is somebody who is there.
type Person struct {
	Name, Role string
	Key        string // fingerprint of the person's own public key, with which the transcript may be signed; "" for none
}

// Key is a key to be made, or one that there is already.
type Key struct {
	Label       string // [a-z0-9-], at most 32
	Algorithm   keygen.Algorithm
	Purpose     string
	Fingerprint string       // of a key that there is already; "" for one to be made
	Paper       string       // the code of the sheets that a key which there is already comes back from
	Replaces    string       // with rotate: the label of the old key
	Certificate *Certificate // nil for none
	Exports     []Export
}

// The targets of exports that the ceremony serves itself.
const (
	ExportPKCS8 = "pkcs8" // PKCS#8 PEM sealed by the passphrase (PBES2)
	ExportAge   = "age"   // sealed to age recipients
)

// Export is a form in which the secret key leaves: always sealed by the passphrase, or to somebody else's key.
type Export struct {
	Target     string        // the name of a target of package export
	Recipients []string      // of age
	Wrap       string        // the wrapping key, a plain file name in the folder of inputs; "" for none
	Pinned     string        // its fingerprint
	KDF        keygen.KDF    // how the passphrase is stretched; "" for the usual way
	Values     export.Values // the target's own options
}

// Certificate is the self-signed certificate of a key.
type Certificate struct {
	Subject   string // as cert.ParseSubject takes it
	NotBefore time.Time
	Days      int
	CA        bool
	Profile   string // "", or ProfileIMXSRK
}

// ProfileIMXSRK is the profile of a super root key of i.MX processors, as NXP's tool writes its certificate.
const ProfileIMXSRK = "imx-srk"

// Passphrase is what seals the keys of the ceremony; it is made when a backup or an export needs it.
type Passphrase struct {
	Style  keygen.Style
	Holder string // who keeps it
}

// Backup is paper: a single sheet, or shares of which Need restore.
type Backup struct {
	Code     string // a codec's name: "lines", "words", "codex32", "shares"
	Need, Of int    // 0 and 0 for a single sheet
	Holders  []string
	Copies   int // of each sheet
}

// Sheets is how many different sheets it makes.
func (b Backup) Sheets() int { return max(1, b.Of) }

// Entropy is what people add to the kernel's generator: rolls and tosses, at least.
type Entropy struct{ Dice, Coins int }

// ToSign is a file that a key signs.
type ToSign struct {
	Key    string // label
	File   string // a plain file name in the folder of inputs
	Format string // a signing format's name: "raw"
	SHA256 string // hex; "" where the plan does not know it
}
