// Package srk reads and makes SRK tables, the lists of super root keys whose hash is burnt into the fuses of i.MX processors: byte for byte
// those of NXP's srktool. What is not as srktool would write it is refused, so that one list of keys has one table and one hash.
package srk

import (
	"crypto"
	"errors"
)

// ErrTable says that bytes are no SRK table, or that a table can't be made.
var ErrTable = errors.New("no SRK table")

// Kind is what reads a table.
type Kind int

// The kinds.
const (
	HAB    Kind = iota // HABv4: tag, version 4.0; SHA-256
	AHAB               // AHAB, container version 0: tag, version 0x42; the records hold the keys
	AHABv2             // AHAB, container version 2: tag, version 0x43; the records hold hashes of keys, which follow apart
)

// String is the kind as people call it.
func (k Kind) String() string {
	switch k {
	case HAB:
		return "HABv4"
	case AHAB:
		return "AHAB"
	case AHABv2:
		return "AHAB, container version 2"
	}
	return "unknown"
}

// MaxSize bounds a table, in bytes: four records of RSA-4096.
const MaxSize = headSize + MaxRecords*(recordHead+512+4)

// MaxRecords is how many keys a table has at most. AHAB's has exactly as many.
const MaxRecords = 4

// Table is an SRK table.
type Table struct {
	Kind    Kind
	Records []Record
	Raw     []byte             // as it stands in the file
	keys    []crypto.PublicKey // that New made it of
}

// Record is an entry of a table.
type Record struct {
	Key    crypto.PublicKey // *rsa.PublicKey or *ecdsa.PublicKey; nil where the entry is a hash (HAB's short form, AHABv2)
	Alg    string           // "rsa2048", "p256", "ml-dsa-65", "dilithium3"; "" where HAB's short form hides it
	CA     bool             // its flag: the certificate may sign certificates; false where HAB's short form hides it
	Hash   crypto.Hash      // what the key signs with; for HAB SHA-256
	PSS    bool             // AHAB: the key signs by RSA-PSS
	sizes  [2]int           // AHAB: bytes of the modulus and of the exponent, or of X and of Y
	Digest []byte           // of the entry for HAB, SHA-256; of the SRK data for AHABv2, by Hash; nil for AHAB
	Raw    []byte           // as it stands in the table
}

// Entry is what New makes a record of.
type Entry struct {
	Key   crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey; for AHABv2 also a key of ML-DSA (anything with Bytes, 1952 or 2592 of them)
	CA    bool             // the key signs certificates; see EntryOf
	Hash  crypto.Hash      // AHAB: what the key signs with. SHA-256, SHA-384 or SHA-512; HAB has SHA-256 alone and does not look
	PSS   bool             // AHAB: the key, of RSA, signs by PSS
	Short bool             // HAB: the entry is the key's hash alone, as srktool makes it of %CERT; the table's hash is the same
}
