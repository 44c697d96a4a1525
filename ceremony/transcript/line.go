// Package transcript writes and checks the log of a ceremony: JSON Lines chained by their hashes and sealed by signatures, so that a
// changed byte, a missing, added or moved line and a cut end are all refused, by the number of the line.
//
// One line is one thing that happened, in one canonical form: fixed order of fields, keys of data sorted, no white space, no escapes
// for HTML. A reader that writes a line again gets the same bytes or refuses it.
//
//	{"seq":1,"prev":"0…0","time":"2026-11-21T10:00:00Z","step":"plan","event":"begin","data":{"format":"sigtool-transcript-1",…}}
//	{"seq":2,"prev":"<SHA-256 of line 1 with its newline, hex>",…}
//	…
//	{"seq":n-1,…,"step":"transcript","event":"end","data":{"lines":"n","outcome":"done","why":""}}
//	{"seq":n,…,"step":"transcript","event":"seal","data":{},"signatures":[{"by":"ceremony key","alg":"ed25519","key":"…","sig":"…"},…]}
//
// What is signed is the text that Message returns: it holds the SHA-256 of every byte before the seal, what
// `head -n -1 transcript.jsonl | sha256sum` prints. The seal itself has nothing of its own to say: its number, link, time and names
// follow from the lines before it. The ceremony's own key signs first, then each key that the ceremony made or brought back, which
// proves that the secret half was there, then the own keys of those people who brought one. The ceremony key stands in line 1: a
// transcript proves that nobody changed it after the seal, and, for a reader who knows one of the other keys, that it belongs to this
// key; not that the room was as the people in it say.
//
// A journal is the transcript as it grows: the same chain, without end and seal. Nobody signed it, so a cut one looks as one does whose
// program died; the last line may be torn. A ceremony that goes on from its journal says so in a line "resume" with a new ceremony key,
// for the old one died with the program, and the new one signs the seal.
package transcript

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// What a transcript may hold at most, in bytes.
const (
	MaxSize = 16 << 20
	MaxLine = 256 << 10
)

// Format is the version that line 1 names.
const Format = "sigtool-transcript-1"

// The events that mean something to a reader, with their data. There may be others, which are for people.
const (
	EventBegin       = "begin"                // what Header holds
	EventResume      = "resume"               // key, lines: it goes on from a journal of so many lines
	EventResumedBy   = "resumed by"           // program, binary, front: of the run that goes on
	EventCompared    = "journal compared"     // words: of the digest of the last line that the witness had noted before the stop
	EventNotCompared = "journal not compared" // reason
	EventPerson      = "person"               // name, role, key: somebody the plan names; the key's fingerprint or ""
	EventPresent     = "present"              // name, initials
	EventFinding     = "finding"              // check, severity, verdict, detail
	EventException   = "exception"            // check, reason, by, initials
	EventClock       = "clock"                // machine, watch, by, offset: in seconds
	EventCommitment  = "commitment"           // sha256
	EventSource      = "source"               // source, and what it gave
	EventKey         = "key"                  // label, algorithm, derivation, fingerprint, public, and addresses by the kind of keygen.Name: made here
	EventRestored    = "restored"             // label, algorithm, fingerprint, public, and addresses: brought back from paper
	EventSheet       = "sheet"                // label, code, document, share, holder, how, copies
	EventProven      = "proven"               // label, quorum, from
	EventBag         = "bag"                  // document, holder, bag
	EventOutput      = "output"               // name, sha256, size, secret
	EventWrapping    = "wrapping"             // label, target, file, algorithm, fingerprint: people approved the key that the secret key is wrapped to
	EventExported    = "exported"             // label, target, output, wrapping: the fingerprint of that key, or ""
	EventSigned      = "signed"               // file, sha256, key, output
	EventDestroyed   = "destroyed"            // what, by
	EventMissing     = "missing"              // what, holder: was to be destroyed and was not there
	EventRefused     = "refused"              // try, why: an answer that was not taken
	EventDone        = "done"                 // by, initials: the line's step is over
	EventSigner      = "signer"               // name, key, public: this person's own key signs the seal
	EventEnd         = "end"                  // outcome, why, lines
	EventSeal        = "seal"
)

// The verdicts of findings that mean something: it went on for a reason; the plan lets nothing in earnest go on.
const (
	VerdictException = "exception"
	VerdictBlocked   = "blocked"
)

// NotPaper is in the "from" of a proven line where a sheet's text came from a file that was never paper, which proves little.
const NotPaper = "not the paper"

// PlanName is the output that is the plan itself.
const PlanName = "plan.yaml"

// The outcomes of a ceremony.
const (
	Done    = "done"
	GivenUp = "given up"
	Refused = "refused"
	Failed  = "failed"
)

const timeLayout = "2006-01-02T15:04:05Z"

var errNotCanonical = errors.New("not in the one form a line can have")

// Line is one entry. Data holds what its event says; it has no place for anything but plain text, so that a secret
// (a secret.Bytes) can't be put in it without being turned into a string by hand.
type Line struct {
	Seq        int               `json:"seq"`
	Prev       string            `json:"prev"` // SHA-256 of the line before with its newline, in hex; zeros in line 1
	Time       string            `json:"time"` // UTC, whole seconds
	Step       string            `json:"step"`
	Event      string            `json:"event"`
	Data       map[string]string `json:"data"`
	Signatures []Signature       `json:"signatures,omitempty"` // of the seal alone
}

// Signature is one signature over Message.
type Signature struct {
	By  string `json:"by"`  // "ceremony key", the label of a key, or "person: NAME"
	Alg string `json:"alg"` // see sigalg.Name
	Key []byte `json:"key"` // DER SubjectPublicKeyInfo
	Sig []byte `json:"sig"`
}

// encode returns the canonical bytes of a line, newline and all.
func (l Line) encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(l); err != nil {
		return nil, err
	}
	if out.Len() > MaxLine {
		return nil, fmt.Errorf("a line of %d bytes is longer than a transcript can hold", out.Len())
	}
	return out.Bytes(), nil
}

// decode reads one line, newline and all, and refuses every form of it but the canonical one.
func decode(raw []byte) (Line, error) {
	var l Line
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return Line{}, errNotCanonical
	}
	if _, err := dec.Token(); err != io.EOF {
		return Line{}, errNotCanonical
	}
	again, err := l.encode()
	if err != nil || !bytes.Equal(again, raw) || l.Data == nil {
		return Line{}, errNotCanonical
	}
	if t, err := time.Parse(timeLayout, l.Time); err != nil || t.Format(timeLayout) != l.Time {
		return Line{}, errNotCanonical
	}
	return l, nil
}

// link is what the next line's Prev holds.
func link(raw []byte) string {
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// firstLink is the Prev of line 1.
var firstLink = strings.Repeat("0", 2*sha256.Size)

// Message is what the seal's signatures sign: the SHA-256 of all bytes before the seal, with a line before it that keeps these
// signatures apart from all others that the same keys will ever make.
func Message(beforeSeal []byte) []byte {
	return []byte("sigtool ceremony transcript, format 1\nsha256 " + link(beforeSeal) + "\n")
}

// plainName tells whether an output's name can be joined to a folder without leaving it.
func plainName(name string) bool {
	if name == "" || len(name) > 128 || name[0] == '.' || name[0] == '-' {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
