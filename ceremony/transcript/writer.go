package transcript

import (
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sigtool/internal/sigalg"
	"sigtool/keygen"
)

const ceremonyKey = "ceremony key"

// Header is what line 1 says about the ceremony.
type Header struct {
	Program   string // name and version of the program
	Plan      string // SHA-256 of the plan file, hex
	Title     string
	Kind      string
	Front     string // how the answers came: "plain", "answers"
	Rehearsal bool
}

// Writer chains lines in memory. It holds no secret but the ceremony's own key.
type Writer struct {
	now    func() time.Time
	key    ed25519.PrivateKey
	raw    []byte
	seq    int
	prev   string
	last   string // time of the last line, which the seal repeats so as to hold nothing that is not signed
	keys   []string
	names  map[string]bool
	sealed bool
}

// NewWriter starts a transcript with its line 1. The key becomes the writer's: it signs the seal and is wiped.
func NewWriter(h Header, key ed25519.PrivateKey, now func() time.Time) (*Writer, error) {
	w := &Writer{now: now, key: key, prev: firstLink, names: map[string]bool{}}
	der, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		return nil, err
	}
	return w, w.Append("plan", EventBegin, map[string]string{
		"format": Format, "program": h.Program, "plan": h.Plan, "title": h.Title, "kind": h.Kind, "front": h.Front,
		"mode": modeName(h.Rehearsal), "key": base64.StdEncoding.EncodeToString(der),
	})
}

func modeName(rehearsal bool) string {
	if rehearsal {
		return "rehearsal"
	}
	return "production"
}

// Append adds a line. It fails after the seal, and for a transcript or line that would be longer than a reader takes.
func (w *Writer) Append(step, event string, data map[string]string) error {
	return w.add(Line{Time: w.now().UTC().Format(timeLayout), Step: step, Event: event, Data: data})
}

func (w *Writer) add(l Line) error {
	if w.sealed {
		return errors.New("the transcript is sealed already")
	}
	if l.Data == nil {
		l.Data = map[string]string{}
	}
	l.Seq, l.Prev = w.seq+1, w.prev
	raw, err := l.encode()
	if err != nil {
		return err
	}
	if len(w.raw)+len(raw) > MaxSize {
		return errors.New("the transcript is full")
	}
	if _, err := decode(raw); err != nil { // text that is not UTF-8 would not come back as it went in
		return fmt.Errorf("event %s of step %s can't be logged: %v", l.Event, l.Step, err)
	}
	w.raw, w.seq, w.prev, w.last = append(w.raw, raw...), l.Seq, link(raw), l.Time
	return nil
}

// Key adds the line for a key that was made.
func (w *Writer) Key(step, label, algorithm, derivation string, pub crypto.PublicKey) error {
	der, err := keygen.MarshalPublic(pub)
	if err != nil {
		return err
	}
	w.keys = append(w.keys, label)
	return w.Append(step, EventKey, map[string]string{
		"label": label, "algorithm": algorithm, "derivation": derivation, "fingerprint": keygen.Fingerprint(pub),
		"public": base64.StdEncoding.EncodeToString(der),
	})
}

// Output adds the line for a file that was put beside the transcript. A secret one may be taken away later; a public one may not.
func (w *Writer) Output(step, name string, data []byte, secret bool) error {
	if !plainName(name) || w.names[name] {
		return fmt.Errorf("%q can't be the name of an output, or is one already", name)
	}
	w.names[name] = true
	sum := sha256.Sum256(data)
	return w.Append(step, EventOutput, map[string]string{
		"name": name, "sha256": hex.EncodeToString(sum[:]), "size": strconv.Itoa(len(data)), "secret": strconv.FormatBool(secret),
	})
}

// Seal ends the transcript and returns all of it. A ceremony that is done is signed by every key that it made: signers, by label.
// Any other outcome is signed by the ceremony's key alone, for then its keys are void.
func (w *Writer) Seal(outcome, why string, signers map[string]crypto.Signer) ([]byte, error) {
	err := w.Append("transcript", EventEnd, map[string]string{"outcome": outcome, "why": why, "lines": strconv.Itoa(w.seq + 2)})
	if err != nil {
		return nil, err
	}
	message := Message(w.raw)
	own, err := sign(ceremonyKey, w.key, message)
	if err != nil {
		return nil, err
	}
	signatures := []Signature{own}
	if outcome == Done {
		for _, label := range w.keys {
			if signers[label] == nil {
				return nil, fmt.Errorf("key %s is not there to sign the transcript", label)
			}
			s, err := sign(label, signers[label], message)
			if err != nil {
				return nil, err
			}
			signatures = append(signatures, s)
		}
	}
	if err := w.add(Line{Time: w.last, Step: "transcript", Event: EventSeal, Signatures: signatures}); err != nil {
		return nil, err
	}
	w.sealed = true
	clear(w.key)
	return w.raw, nil
}

func sign(by string, key crypto.Signer, message []byte) (Signature, error) {
	der, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		return Signature{}, err
	}
	sig, err := sigalg.SignMessage(key, crypto.SHA256, message)
	if err != nil {
		return Signature{}, err
	}
	return Signature{By: by, Alg: sigalg.Name(key.Public(), crypto.SHA256), Key: der, Sig: sig}, nil
}
