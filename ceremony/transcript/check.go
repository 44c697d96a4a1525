package transcript

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
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
	Outcome string // Done, GivenUp, Refused, Failed
	Why     string
	Key     ed25519.PublicKey // the ceremony's own
	Keys    []Key             // those made; of an outcome other than Done they are void and did not sign
	Outputs []Output
	Lines   []Line
}

// Key is a key that the ceremony made.
type Key struct {
	Label, Algorithm, Derivation, Fingerprint string
	Public                                    crypto.PublicKey
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
// caller's to compare. Errors: ErrNotTranscript, ErrChanged.
func Check(data []byte) (*Transcript, error) {
	if !Sniff(data) {
		return nil, ErrNotTranscript
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%w: it has more than %d bytes", ErrNotTranscript, MaxSize)
	}
	raws, whole := split(data)
	t := &Transcript{}
	if err := t.chain(raws); err != nil {
		return nil, err
	}
	if !whole || t.Lines[len(raws)-1].Event != EventSeal {
		return nil, changed(len(raws), "the transcript ends here, without its seal")
	}
	for n, l := range t.Lines {
		if err := t.take(n+1, l); err != nil {
			return nil, err
		}
	}
	last := len(raws[len(raws)-1])
	return t, t.checkSeal(data[:len(data)-last])
}

func changed(line int, why string) error { return fmt.Errorf("%w: line %d: %s", ErrChanged, line, why) }

// split cuts at newlines and keeps them; whole is false when the last line has none.
func split(data []byte) (lines [][]byte, whole bool) {
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n') + 1
		if n == 0 {
			return append(lines, data), false
		}
		lines, data = append(lines, data[:n]), data[n:]
	}
	return lines, true
}

// chain reads all lines and checks form, order and links.
func (t *Transcript) chain(raws [][]byte) error {
	prev := firstLink
	for i, raw := range raws {
		n := i + 1
		if len(raw) > MaxLine {
			return changed(n, "it is too long")
		}
		l, err := decode(raw)
		switch {
		case err != nil:
			return changed(n, err.Error())
		case l.Seq != n:
			return changed(n, fmt.Sprintf("it calls itself line %d", l.Seq))
		case l.Prev != prev:
			return changed(n-1, fmt.Sprintf("line %d was chained to another one", n))
		}
		prev = link(raw)
		t.Lines = append(t.Lines, l)
	}
	return nil
}
