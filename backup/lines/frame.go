package lines

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// maxSecret is the longest secret that a sheet takes, in bytes: a sealed 4096-bit RSA key has 2.5 kB.
const maxSecret = 4096

const (
	version    = 1
	digestSize = 16
	rehearsal  = 1 // bit of the flags
)

// kinds in the order of their codes, from 1. The codes are on paper: never reorder.
var kinds = []backup.Kind{backup.KindSealedKey, backup.KindKey, backup.KindSeed, backup.KindPassphrase, backup.KindData, backup.KindAgeKey}

// marshal builds the frame that the doc of this package draws, a whole number of lines. at is the offset of the secret in it.
func marshal(p backup.Payload, m backup.Meta) (frame []byte, at int, err error) {
	if err := errors.Join(p.Valid(), m.Valid()); err != nil {
		return nil, 0, err
	}
	if p.Secret.Len() > maxSecret {
		return nil, 0, fmt.Errorf("the secret has %d bytes; a sheet takes at most %d", p.Secret.Len(), maxSecret)
	}
	fingerprint, err := backup.DigestOf(p.Fingerprint)
	if err != nil {
		return nil, 0, err
	}
	head := []byte{version, byte(slices.Index(kinds, p.Kind) + 1), 0}
	if m.Rehearsal {
		head[2] |= rehearsal
	}
	head = append(head, packDate(m.Date)...)
	for _, field := range [][]byte{[]byte(p.Label), []byte(p.Algorithm), []byte(p.Derivation), fingerprint} {
		head = append(append(head, byte(len(field))), field...)
	}
	head = binary.BigEndian.AppendUint16(head, uint16(p.Secret.Len()))
	used := len(head) + p.Secret.Len()
	frame = make([]byte, frameSize(used))
	copy(frame[copy(frame, head):], p.Secret.Bytes())
	pad(frame[used : len(frame)-digestSize])
	copy(frame[len(frame)-digestSize:], digest(frame))
	return frame, len(head), nil
}

// frameSize is the length of a frame of so many bytes before padding and digest: whole lines, three at least.
func frameSize(used int) int {
	n := max(used+digestSize, (minTotal-2)*lineBytes)
	return n + (lineBytes-n%lineBytes)%lineBytes
}

// pad fills with 1, 2, 3 and so on: zeros would print as a row of equal characters, which people lose count of.
func pad(b []byte) {
	for i := range b {
		b[i] = byte(i + 1)
	}
}

// digest is what the last 16 bytes of a frame must be.
func digest(frame []byte) []byte {
	sum := sha256.Sum256(frame[:len(frame)-digestSize])
	return sum[:digestSize]
}

// proven tells whether the frame is exactly the one whose number is id.
func proven(frame []byte, id uint64) bool {
	return number(frame) == id && subtle.ConstantTimeCompare(digest(frame), frame[len(frame)-digestSize:]) == 1
}

// number is the document number: the first 40 bits of the digest that the frame carries.
func number(frame []byte) uint64 {
	return backup.IDOf(frame[len(frame)-digestSize:])
}

// unmarshal reads a proven frame. It still believes no length: whoever made the sheet could have written anything.
func unmarshal(frame []byte) (*backup.Restored, error) {
	bad := func(what string) error {
		return fmt.Errorf("the sheet is whole, but not one that this version reads: %s", what)
	}
	body := bytes.NewBuffer(frame[:len(frame)-digestSize])
	head := body.Next(7)
	if len(head) < 7 || head[0] != version {
		return nil, bad("another version")
	}
	if head[1] == 0 || int(head[1]) > len(kinds) || head[2]&^rehearsal != 0 {
		return nil, bad("an unknown kind or flag")
	}
	r := &backup.Restored{Code: Name, DocumentID: backup.FormatID(number(frame))}
	r.Kind, r.Meta.Rehearsal = kinds[head[1]-1], head[2]&rehearsal != 0
	var err error
	if r.Meta.Date, err = unpackDate(head[3:7]); err != nil {
		return nil, bad("its date")
	}
	var fields [4]string
	for i := range fields {
		n, _ := body.ReadByte()
		fields[i] = string(body.Next(int(n))) // a length beyond the end makes what follows too short
	}
	r.Label, r.Algorithm, r.Derivation, r.Fingerprint = fields[0], fields[1], fields[2], backup.FingerprintOf([]byte(fields[3]))
	size := body.Next(2)
	if len(size) < 2 || int(binary.BigEndian.Uint16(size)) > min(body.Len(), maxSecret) {
		return nil, bad("a length beyond its end")
	}
	r.Secret = secret.From(body.Next(int(binary.BigEndian.Uint16(size)))) // wipes it in the frame too
	padding := make([]byte, body.Len())
	pad(padding)
	if len(frame) != frameSize(len(frame)-digestSize-body.Len()) || !bytes.Equal(padding, body.Bytes()) {
		err = errors.New("something behind the secret")
	} else {
		err = r.Payload.Valid()
	}
	if err != nil {
		r.Destroy()
		return nil, bad(err.Error())
	}
	return r, nil
}

// packDate writes a day as its digits, two to a byte: 20 26 11 21 in hexadecimal; zeros for none.
func packDate(t time.Time) []byte {
	if t.IsZero() {
		return make([]byte, 4)
	}
	y, m, d := t.UTC().Date()
	digits := func(n int) byte { return byte(n/10<<4 | n%10) }
	return []byte{digits(y / 100), digits(y % 100), digits(int(m)), digits(d)}
}

func unpackDate(b []byte) (time.Time, error) {
	if bytes.Equal(b, make([]byte, 4)) {
		return time.Time{}, nil
	}
	date, err := time.Parse("20060102", fmt.Sprintf("%x", b))
	if err == nil && date.Year() == 0 {
		err = errors.New("the year 0")
	}
	return date, err
}
