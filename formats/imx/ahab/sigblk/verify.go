package sigblk

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/sigalg"
)

// Check is what is to be said of one signature.
type Check struct {
	Over  string           // "container" or "certificate"
	Table int              // whose key signed: 0, or 1 for the second of a hybrid pair
	Alg   string           // "ecdsa-p384-sha384", "ml-dsa-65-sha384"; "dilithium3-sha384" for what is not verified
	Key   crypto.PublicKey // that signed, or nil where it is of no kind known here
	SRK   crypto.PublicKey // of the table's record that the container names
	CA    bool             // that record's flag
	Err   error            // nil: it matches. formats.ErrMismatch, named; formats.ErrNoKey where it can't be told
	Notes []string
}

// Covered is how many bytes of a container its signatures cover, from its first byte on, where this block begins at that offset of it:
// header, image array, and the block up to its signatures.
func (b *Block) Covered(offset int) int { return offset + b.At.Signatures }

// Subordinate tells whether a subordinate key signs the container. A certificate that is for something else leaves that to the SRK.
func (b *Block) Subordinate() bool {
	return b.Certificate != nil && b.Certificate.Permissions&PermitContainer != 0
}

// signer is a key with the record that says how it signs.
type signer struct {
	record srk.Record
	key    crypto.PublicKey
	err    error // the key is not the one that the record is about
}

// Verify checks the block's signatures. covered is the container from its first byte up to Covered, and used the index of the SRK that its
// header names. The certificate's signatures, if there are any, come first; the container's follow, one for each table, and carry the
// certificate's error where there is one.
func (b *Block) Verify(covered []byte, used int) []Check {
	var checks []Check
	srks := make([]signer, len(b.Tables))
	failed := make([]error, len(b.Tables))
	for i, table := range b.Tables {
		srks[i] = table.signer(used)
		if b.Certificate != nil {
			c := b.certified(i, srks[i])
			failed[i] = c.Err
			checks = append(checks, c)
		}
	}
	for i, who := range srks {
		if b.Subordinate() {
			who = b.Certificate.signer(i)
		}
		c := check("container", i, who, covered, b.Signatures[i].Value)
		if c.Err == nil && failed[i] != nil {
			c.Err = fmt.Errorf("its certificate does not count: %w", failed[i])
		}
		c.SRK, c.CA = srks[i].key, srks[i].record.CA
		checks = append(checks, c)
	}
	return checks
}

// certified checks the certificate's signature by the SRK of a table.
func (b *Block) certified(i int, who signer) Check {
	cert := b.Certificate
	c := check("certificate", i, who, cert.Raw[:cert.signed], cert.Signatures[i].Value)
	c.SRK, c.CA, c.Notes = who.key, who.record.CA, cert.notes() // those on the algorithm come with the container's signature
	if !c.CA {
		c.Notes = append(c.Notes, "the SRK's record has no CA flag, while it signed a certificate: NXP's tools make certificates only of SRKs that are CAs")
	}
	if key := cert.Keys[i].Record; !sameSort(key, who.record) {
		c.Notes = append(c.Notes, fmt.Sprintf("the subordinate key is %s with %s, and its SRK %s with %s; SPSDK refuses that", key.Alg, key.Hash, who.record.Alg, who.record.Hash))
	}
	if errors.Is(c.Err, formats.ErrMismatch) {
		c.Err = issue.New("bad-certificate", nil, "%w (the firmware would say ELE_BAD_CERTIFICATE_FAILURE)", c.Err)
	}
	return c
}

// check verifies one signature.
func check(over string, table int, who signer, message, sig []byte) Check {
	c := Check{Over: over, Table: table, Alg: algorithm(who.record, who.key), Key: who.key, Err: who.err}
	if c.Err != nil {
		return c
	}
	note, err := verify(who.record, who.key, message, sig)
	if errors.Is(err, sigalg.ErrMismatch) && issue.ID(err) == "" {
		err = issue.New("bad-signature", nil, "%w: over the %s, by %s (the firmware would say ELE_BAD_SIGNATURE_FAILURE)", err, over, who.record.Alg)
	}
	if err == nil && note != "" {
		c.Notes = []string{note}
	}
	c.Err = err
	return c
}

// signer is the SRK of that index.
func (t Table) signer(used int) signer {
	if used < 0 || used >= len(t.Records) {
		return signer{err: badKey("the table has no record %d", used)}
	}
	record := t.Records[used]
	switch {
	case t.Kind != srk.AHABv2:
		return signer{record: record, key: record.Key}
	case int(t.Data.Index) != used:
		return signer{record: record, err: badKey("the key of SRK %d follows the table, while the container names SRK %d", t.Data.Index, used)}
	}
	return signerOf(record, t.Data)
}

// signerOf is a key whose record has only its hash.
func signerOf(record srk.Record, data *KeyData) signer {
	who := signer{record: record, key: data.Key}
	if record.Hash != 0 && !data.matches(record) {
		who.err = badKey("the key is not the one whose hash the record has")
	}
	return who
}

// sameSort tells whether two records have one algorithm, one hash and one size, whatever the keys.
func sameSort(a, b srk.Record) bool {
	return len(a.Raw) > 5 && len(b.Raw) > 5 && bytes.Equal(a.Raw[3:6], b.Raw[3:6])
}

func badKey(format string, args ...any) error {
	return issue.New("bad-key", formats.ErrMismatch, format+" (the firmware would say ELE_INVALID_KEY_FAILURE)", args...)
}
