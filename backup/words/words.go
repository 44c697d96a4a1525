package words

import (
	"errors"

	"sigtool/backup"
)

// Codec is the codec "words".
type Codec struct{}

// Name is "words".
func (Codec) Name() string { return "words" }

// Takes is true for seeds.
func (Codec) Takes(kind backup.Kind) bool { return kind == backup.KindSeed }

// Encode is not written yet.
func (Codec) Encode(backup.Payload, backup.Meta) (*backup.Sheet, error) {
	return nil, errors.New("not written yet")
}

// Decode is not written yet.
func (Codec) Decode([]byte) (*backup.Restored, error) { return nil, errors.New("not written yet") }
