package ceremony

import (
	"crypto"
	"crypto/sha256"
	"errors"
	"io"
	"time"

	"sigtool/backup"
)

// How a ceremony ends early.
var (
	// ErrGivenUp: the people stopped it.
	ErrGivenUp = errors.New("the ceremony was given up")
	// ErrRefused: the machine is not one that the plan allows.
	ErrRefused = errors.New("the ceremony was refused")
	// ErrVoid: it stopped before its papers were proven, so its keys must not be used.
	ErrVoid = errors.New("the keys and sheets that this ceremony made are void")
)

// Mode says whether it is in earnest.
type Mode string

// The modes. A rehearsal asks everything that a production does, on any machine; what it makes says REHEARSAL and is thrown away.
const (
	Production Mode = "production"
	Rehearsal  Mode = "rehearsal"
)

// The names under which the record is put: the journal while the ceremony goes on, the transcript at its end. The plan stands beside them.
const (
	TranscriptName = "transcript.jsonl"
	JournalName    = "journal.jsonl"
	PlanName       = "plan.yaml"
)

// World is every effect that a ceremony has, and what it can't know by itself. All fields are needed, but those that say otherwise.
type World struct {
	Rand   io.Reader         // the kernel's generator
	Now    func() time.Time  // the clock of the transcript and of the date on the sheets; certificates take theirs from the plan
	Built  time.Time         // when the program was built, before which no clock can be right; zero if that is not known
	Binary [sha256.Size]byte // SHA-256 of the program's file
	// Machine measures the machine: at least one finding for each of the checks, but for the clock.
	Machine func(checks []string) []Finding
	// PutFile makes a new file of that plain name where the ceremony keeps its results, and fails if there is one. Secret: for the
	// owner's eyes only. What it made is on the medium when it returns.
	PutFile func(name string, data []byte, secret bool) error
	// ReadBack reads a file that PutFile made, from where it was put. Its error wraps fs.ErrNotExist where there is none.
	ReadBack func(name string) ([]byte, error)
	// Journal adds a line to the journal, and returns when it is on the medium; JournalDone removes the journal when the transcript stands
	// in its place.
	Journal     func(line []byte) error
	JournalDone func() error
	// Print puts a sheet on paper and says how, "printed on /dev/usb/lp0". Nil: sheets are copied by hand from the screen, but those that
	// are sealed, which are files. The sheet stays the ceremony's.
	Print func(name string, sheet *backup.Sheet, copies int) (how string, err error)
	// ReadKey reads the key file that a person brought to sign the transcript with.
	ReadKey func(path string) ([]byte, error)
	// ReadInput reads a small file of the folder of inputs: a wrapping key. Needed by plans that name one.
	ReadInput func(name string) ([]byte, error)
	// HashFile is the SHA-256 of a file of the folder of inputs. SignFile reads that file once, signs what it read if that has the digest
	// that people approved (its error wraps ErrRefused if it has not), puts what comes of it beside the other results, and takes what is
	// there from before if it is good. Needed by plans that sign.
	HashFile func(name string) ([sha256.Size]byte, error)
	SignFile func(what ToSign, approved [sha256.Size]byte, key crypto.Signer) ([]Put, error)
	// Layout makes a file to be printed of a sheet, and says how its name ends: ".pdf". Nil: there is the text alone.
	Layout  func(sheet *backup.Sheet) (data []byte, suffix string, err error)
	Program string // name and version, for the transcript
	Front   string // "plain", "tui", "answers", for the transcript
}

// Put is a file that was put by somebody else than the ceremony.
type Put struct {
	Name   string
	SHA256 [sha256.Size]byte
	Size   int64
}
