package sigblk

import "crypto"

// Check is what is to be said of one signature.
type Check struct {
	Over  string           // "container" or "certificate"
	Table int              // whose key signed: 0, or 1 for the second of a hybrid pair
	Alg   string           // "ecdsa-p384-sha384", as sigalg.Name and NamePSS have it; "dilithium3-sha384" for what is not verified
	Key   crypto.PublicKey // that signed, or nil where it is of no kind known here
	SRK   crypto.PublicKey // of the table's record that the container names
	CA    bool             // that record's flag
	Err   error            // nil: it matches. formats.ErrMismatch, named; formats.ErrNoKey where it can't be told
	Notes []string
}

// Verify checks the block's signatures. covered is the container from its first byte up to Covered, and used the index of the SRK that its
// header names. The certificate's signatures, if there are any, come first; the container's follow, one for each table, and carry the
// certificate's error where there is one.
func (b *Block) Verify(covered []byte, used int) []Check { return b.verify(covered, used) }
