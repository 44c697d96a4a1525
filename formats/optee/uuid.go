package optee

import (
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strings"

	"sigtool/formats"
)

// UUID is the number of a trusted application or a subkey, in the order of RFC 4122.
type UUID [16]byte

// String is the usual form: 8aaaf200-2450-11e4-abe2-0002a5d5c51b.
func (u UUID) String() string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// ParseUUID reads the usual form, in small or capital letters. Errors: formats.ErrOption.
func ParseUUID(text string) (u UUID, err error) {
	digits := strings.ReplaceAll(text, "-", "")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) != len(u) {
		return u, fmt.Errorf("%w: %q is no UUID", formats.ErrOption, text)
	}
	copy(u[:], b)
	if !strings.EqualFold(u.String(), text) {
		return u, fmt.Errorf("%w: %q is no UUID: its dashes stand elsewhere", formats.ErrOption, text)
	}
	return u, nil
}

// mixed turns a UUID as C's TEE_UUID has it in memory, whose first three fields are little-endian numbers, into RFC 4122's order, and back.
func (u UUID) mixed() UUID {
	return UUID{u[3], u[2], u[1], u[0], u[5], u[4], u[7], u[6], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15]}
}

// below is the UUID of a name in this one's namespace: version 5 of RFC 4122 §4.3, but with SHA-512 in place of SHA-1, as OP-TEE has it
// (core/crypto/signed_hdr.c).
func (u UUID) below(name string) (made UUID) {
	sum := sha512.Sum512(append(u[:], name...))
	copy(made[:], sum[:])
	made[6] = made[6]&0x0f | 0x50
	made[8] = made[8]&0x3f | 0x80
	return made
}
