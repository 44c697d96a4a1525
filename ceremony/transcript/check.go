package transcript

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
)

// What a caller must tell apart.
var (
	// ErrNotTranscript: the first line is not that of a transcript that this program knows.
	ErrNotTranscript = errors.New("not a ceremony transcript")
	// ErrChanged: it was a transcript, and is not any more what was sealed.
	ErrChanged = errors.New("the transcript was changed or cut after it was written")
)

// Transcript is what a checked transcript says.
type Transcript struct {
	Header
	Outcome string // Done, GivenUp, Refused, Failed; "" of a journal that is not sealed
	Why     string
	Key     ed25519.PublicKey // the ceremony's own, the newest
	Keys    []Key             // those made and those brought back; of an outcome other than Done they did not sign, and those made are void
	People  []Person          // one for each name, however many roles it has
	Signers []string          // the names of the people whose own keys signed, in order
	Outputs []Output
	Lines   []Line
	Size    int               // bytes read: of a journal, without its torn end
	SHA256  [sha256.Size]byte // of these bytes
}

// Key is a key that the ceremony made, or brought back from paper.
type Key struct {
	Label, Algorithm, Derivation, Fingerprint string
	Public                                    crypto.PublicKey
	Restored                                  bool // it was not made in this ceremony
}

// Person is somebody whom the plan names.
type Person struct {
	Name     string
	Roles    []string
	Key      string           // fingerprint of the own key, or ""
	Initials string           // as at the roll call; "" for somebody who was not there
	Public   crypto.PublicKey // the own key, if it signed
}

// Output is a file that the ceremony put beside its transcript.
type Output struct {
	Name   string // a plain file name
	SHA256 string // hex
	Size   int64
	Secret bool // was never meant to stay beside the transcript
}

// Sniff tells whether data begins as a transcript does.
func Sniff(data []byte) bool {
	return bytes.HasPrefix(data, []byte(`{"seq":1,"prev":"`+firstLink+`","time":"`))
}

// Check reads a transcript and refuses it, naming the line, unless every byte is as it was sealed. Files that it names are the
// caller's to compare, and Complete tells whether everything is there that has to be. Errors: ErrNotTranscript, ErrChanged.
func Check(data []byte) (*Transcript, error) {
	t, raws, err := read(data)
	if err != nil {
		return nil, err
	}
	if t.Size < len(data) || t.Outcome == "" || t.last().Event != EventSeal {
		return nil, changed(len(raws), "the transcript ends here, without its seal")
	}
	before := t.Size - len(raws[len(raws)-1])
	if err := t.checkSeal(data[:before]); err != nil {
		return nil, err
	}
	return t, nil
}

// read reads all whole lines and what they mean; what comes behind the last newline is left out of Size.
func read(data []byte) (*Transcript, [][]byte, error) {
	if !Sniff(data) {
		return nil, nil, ErrNotTranscript
	}
	if len(data) > MaxSize {
		return nil, nil, fmt.Errorf("%w: it has more than %d bytes", ErrNotTranscript, MaxSize)
	}
	t := &Transcript{Size: bytes.LastIndexByte(data, '\n') + 1}
	t.SHA256 = sha256.Sum256(data[:t.Size])
	raws := split(data[:t.Size])
	if len(raws) == 0 {
		return nil, nil, fmt.Errorf("%w: its first line has no end", ErrNotTranscript)
	}
	lines, err := chain(raws)
	if err != nil {
		return nil, nil, err
	}
	for _, l := range lines {
		if err := t.add(l); err != nil {
			return nil, nil, err
		}
	}
	return t, raws, nil
}

func (t *Transcript) last() Line { return t.Lines[len(t.Lines)-1] }

func changed(line int, why string) error { return fmt.Errorf("%w: line %d: %s", ErrChanged, line, why) }

// split cuts after newlines; data ends with one.
func split(data []byte) (lines [][]byte) {
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n') + 1
		lines, data = append(lines, data[:n]), data[n:]
	}
	return lines
}

// chain reads all lines and checks form, order and links.
func chain(raws [][]byte) ([]Line, error) {
	var lines []Line
	prev := firstLink
	for i, raw := range raws {
		n := i + 1
		if len(raw) > MaxLine {
			return nil, changed(n, "it is too long")
		}
		l, err := decode(raw)
		switch {
		case err != nil:
			return nil, changed(n, err.Error())
		case l.Seq != n:
			return nil, changed(n, fmt.Sprintf("it calls itself line %d", l.Seq))
		case l.Prev != prev:
			return nil, changed(n-1, fmt.Sprintf("line %d was chained to another one", n))
		}
		prev = link(raw)
		lines = append(lines, l)
	}
	return lines, nil
}
