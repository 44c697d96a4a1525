// Package srk reads and makes SRK tables, the lists of super root keys whose hash is burnt into the fuses of i.MX processors.
package srk

import (
	"crypto"
	"errors"
	"fmt"
)

// ErrTable says that bytes are no SRK table.
var ErrTable = errors.New("not an SRK table")

// Kind is what reads a table.
type Kind int

// The kinds.
const (
	HAB    Kind = iota // HABv4: tag, version 4.x; SHA-256
	AHAB               // AHAB, container version 0: tag, version 0x42; the records hold the keys
	AHABv2             // AHAB, container version 2: tag, version 0x43; the records hold hashes of keys, which follow apart
)

// Table is an SRK table.
type Table struct {
	Kind    Kind
	Records []Record
	Raw     []byte // as it stands in the file
}

// Record is an entry of a table.
type Record struct {
	Key    crypto.PublicKey // nil where the entry is a hash (HAB's short form, AHABv2)
	CA     bool             // its flag: the certificate may sign certificates
	Hash   crypto.Hash      // what the key signs with; for HAB SHA-256
	PSS    bool             // AHAB: the key signs by RSA-PSS
	Digest []byte           // of the entry: given where Key is nil, else made
	Raw    []byte           // as it stands in the table
}

// Parse reads the table at the start of data and returns it; len(Raw) is its size. Errors: ErrTable.
func Parse(data []byte) (*Table, error) { return nil, fmt.Errorf("%w: not there yet", ErrTable) }

// Fuses is the hash that is burnt into the fuses. For HAB it is the SHA-256 of the entries' digests, 32 bytes. For AHAB it is the hash of
// the whole table, by h: SHA-256 or SHA-512, whichever the processor has.
func (t *Table) Fuses(h crypto.Hash) []byte { return nil }

// Index is the position of a key in the table, or -1.
func (t *Table) Index(key crypto.PublicKey) int { return -1 }
