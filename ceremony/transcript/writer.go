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

	"sigtool/keygen"
)

// Writer chains lines in memory and hands each to a journal. It holds no secret but the ceremony's own key.
type Writer struct {
	now     func() time.Time
	key     ed25519.PrivateKey
	journal func(line []byte) error
	t       Transcript // what the lines so far say
	raw     []byte
	prev    string
	waiting [][]byte // lines that the journal has not taken yet
}

// NewWriter starts a transcript with its line 1. The key becomes the writer's: it signs the seal and is wiped. The journal may be nil;
// it adds a line at the end of a file, newline and all, or leaves nothing of it there and says why.
func NewWriter(h Header, key ed25519.PrivateKey, now func() time.Time, journal func(line []byte) error) (*Writer, error) {
	data, err := h.data(key.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	w := &Writer{now: now, key: key, journal: journal, prev: firstLink}
	return w, w.Append("plan", EventBegin, data)
}

// Append adds a line. It fails after the seal, for text that is not UTF-8, for what a reader would refuse, and for a transcript or line
// that would be longer than a reader takes; not for a journal that can't be written, see Behind.
func (w *Writer) Append(step, event string, data map[string]string) error {
	if err := w.add(w.line(step, event, data)); err != nil {
		return err
	}
	_ = w.Behind()
	return nil
}

func (w *Writer) line(step, event string, data map[string]string) Line {
	if data == nil {
		data = map[string]string{}
	}
	return Line{Time: w.now().UTC().Format(timeLayout), Step: step, Event: event, Data: data}
}

func (w *Writer) add(l Line) error {
	l.Seq, l.Prev = len(w.t.Lines)+1, w.prev
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
	if err := w.t.add(l); err != nil {
		return fmt.Errorf("event %s of step %s can't be logged: %v", l.Event, l.Step, err)
	}
	w.raw, w.prev, w.waiting = append(w.raw, raw...), link(raw), append(w.waiting, raw)
	return nil
}

// Behind gives the journal the lines that it could not take before, in order, and returns why it can't take them. It is nil when the
// journal holds every line.
func (w *Writer) Behind() error {
	for len(w.waiting) > 0 {
		if w.journal != nil {
			if err := w.journal(w.waiting[0]); err != nil {
				return err
			}
		}
		w.waiting = w.waiting[1:]
	}
	return nil
}

// Person adds the line for somebody whom the plan names, in one of the roles that they have; key is the fingerprint of the own key,
// with which that person may sign the transcript, or "".
func (w *Writer) Person(name, role, key string) error {
	return w.Append("plan", EventPerson, map[string]string{"name": name, "role": role, "key": key})
}

// Key adds the line for a key that was made.
func (w *Writer) Key(step, label, algorithm, derivation string, pub crypto.PublicKey) error {
	der, err := keygen.MarshalPublic(pub)
	if err != nil {
		return err
	}
	return w.Append(step, EventKey, withAddresses(pub, map[string]string{
		"label": label, "algorithm": algorithm, "derivation": derivation, "fingerprint": keygen.Fingerprint(pub),
		"public": base64.StdEncoding.EncodeToString(der),
	}))
}

// Restored adds the line for a key that came back from paper. It may be one that this ceremony made before it was resumed.
func (w *Writer) Restored(step, label, algorithm string, pub crypto.PublicKey) error {
	der, err := keygen.MarshalPublic(pub)
	if err != nil {
		return err
	}
	return w.Append(step, EventRestored, withAddresses(pub, map[string]string{
		"label": label, "algorithm": algorithm, "fingerprint": keygen.Fingerprint(pub), "public": base64.StdEncoding.EncodeToString(der),
	}))
}

func withAddresses(pub crypto.PublicKey, data map[string]string) map[string]string {
	for _, n := range Addresses(pub) {
		data[n.Kind] = n.Value
	}
	return data
}

// Output adds the line for a file that was put beside the transcript. A secret one may be taken away later; a public one may not.
func (w *Writer) Output(step, name string, data []byte, secret bool) error {
	return w.Put(step, name, sha256.Sum256(data), int64(len(data)), secret)
}

// Put is Output for a file that somebody else put, by its SHA-256 and its size in bytes.
func (w *Writer) Put(step, name string, sum [sha256.Size]byte, size int64, secret bool) error {
	return w.Append(step, EventOutput, map[string]string{
		"name": name, "sha256": hex.EncodeToString(sum[:]), "size": strconv.FormatInt(size, 10), "secret": strconv.FormatBool(secret),
	})
}
