package sigblk

import (
	"crypto"
	"io"

	"sigtool/formats/imx/srk"
)

// Order is what a signature block is to be made of.
type Order struct {
	Container   byte   // the version of the container: 0 or 2
	Sets        []Set  // one; two for a hybrid container of version 2, the classic one first
	Used        int    // the index of the SRK in every table
	Certificate []byte // of the subordinate key that signs, as Certify makes it; nil where the SRK signs
	Blob        []byte // taken over as it is
	KeyID       uint32 // of the blob
}

// Set is an SRK table and who signs under it.
type Set struct {
	Table *srk.Table
	SRK   crypto.PublicKey // the SRK used; nil is the Key's own. Only a container of version 2 with a certificate needs it
	Key   crypto.Signer    // the SRK, or the subordinate key of the certificate
}

// Draft is a block that lacks only its signatures.
type Draft struct {
	Head []byte // of the block, up to its signatures
	Size int    // of the whole block, in bytes

	order Order
	tail  []byte
	sizes []int
}

// Draft lays the block out. Errors: formats.ErrKey for a key that is not the table's or certificate's, formats.ErrFormat for what does not fit.
func (o Order) Draft() (*Draft, error) { return o.draft() }

// Sign signs the container from its first byte on up to the end of Head, whose header names this block's Size already, and returns the whole
// block. RSA-PSS takes its salt from random; all other signatures are deterministic. Errors: those of the keys.
func (d *Draft) Sign(random io.Reader, covered []byte) ([]byte, error) {
	return d.sign(random, covered)
}
