package transcript

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"sigtool/keygen"
)

// ReadJournal reads a transcript that is not sealed yet, as far as its chain is whole. The last line may be torn, for whoever wrote it may
// have died in the middle, and is left out, as is the beginning of a seal that was not finished; Size says where the rest ends. Nothing
// vouches for a journal but its chain. One that is sealed is checked as Check does. Errors: ErrNotTranscript, ErrChanged.
func ReadJournal(data []byte) (*Transcript, error) {
	t, raws, err := read(data)
	if err != nil {
		if t, raws, err = readTorn(data, err); err != nil {
			return nil, err
		}
	}
	if t.last().Event == EventSeal {
		return Check(data[:t.Size])
	}
	size := t.Size
	for n := len(raws) - 1; t.Lines[n].Event == EventEnd || t.Lines[n].Event == EventSigner; n-- {
		size -= len(raws[n])
	}
	if size < t.Size {
		t, _, err = read(data[:size])
	}
	return t, err
}

// readTorn reads a journal whose last line has its end, but is none: of a medium that lost its power it may have the last block and not the one before.
// Who means harm could as well cut it off.
func readTorn(data []byte, whole error) (*Transcript, [][]byte, error) {
	end := bytes.LastIndexByte(data, '\n')
	begin := bytes.LastIndexByte(data[:max(end, 0)], '\n') + 1
	if begin == 0 || len(data) > MaxSize {
		return nil, nil, whole
	}
	if _, err := decode(data[begin : end+1]); err == nil {
		return nil, nil, whole
	}
	t, raws, err := read(data[:begin])
	if err != nil {
		return nil, nil, whole
	}
	return t, raws, nil
}

// Resume goes on from a journal: it adds a line "resume" with the new key, behind the last that ReadJournal takes. The caller cuts the
// journal's file to that Size before. It returns what the journal says.
func Resume(journal []byte, key ed25519.PrivateKey, now func() time.Time, add func(line []byte) error) (*Writer, *Transcript, error) {
	before, err := ReadJournal(journal)
	if err != nil {
		return nil, nil, err
	}
	if before.Outcome != "" {
		return nil, nil, errors.New("the journal is sealed: its ceremony is over")
	}
	raw := bytes.Clone(journal[:before.Size])
	t, raws, err := read(raw) // again, so that the two share nothing
	if err != nil {
		return nil, nil, err
	}
	der, err := keygen.MarshalPublic(key.Public())
	if err != nil {
		return nil, nil, err
	}
	w := &Writer{now: now, key: key, journal: add, t: *t, raw: raw, prev: link(raws[len(raws)-1])}
	data := map[string]string{"key": base64.StdEncoding.EncodeToString(der), "lines": strconv.Itoa(len(t.Lines))}
	return w, before, w.Append(t.last().Step, EventResume, data)
}
