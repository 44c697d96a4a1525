package sigblk

import (
	"crypto"
)

// Record is an SRK record: what kind of key it is about, and the key or its hash.
type Record struct {
	Alg  byte             // algRSA and its like
	Hash crypto.Hash      // what it signs with; 0 where Go has none (SM3, SHAKE)
	Size byte             // the number of its size or curve
	CA   bool             // its flag
	Key  crypto.PublicKey // version 0: nil for kinds that are not known here
	Sum  []byte           // version 2: the hash of the KeyData, as long as Hash makes it
	Raw  []byte
	hash byte
}

// KeyData is a key of a container of version 2.
type KeyData struct {
	Index byte // of its record in the table
	Bytes []byte
	Key   crypto.PublicKey // nil for kinds that are not known here
	Raw   []byte
}
