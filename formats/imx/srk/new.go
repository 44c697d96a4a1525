package srk

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"fmt"

	"sigtool/formats"
)

// New makes a table of 1 to 4 entries for HAB, of 4 for AHAB, which stand all for the same: keys that sign certificates, or keys that do not.
// AHAB's keys are of one sort and size, and sign with one hash. Errors: ErrTable.
func New(kind Kind, entries []Entry) (*Table, error) {
	if n := len(entries); n == 0 || n > MaxRecords || kind != HAB && n != MaxRecords {
		return nil, refuse("srk-count", "%d keys: a table of %s has %s", n, kind, counts(kind)).
			Advise("four different keys are best: those that are not in use wait for the day one of them has to be revoked")
	}
	t := &Table{Kind: kind, Raw: make([]byte, headSize)}
	for n, e := range entries {
		if e.CA != entries[0].CA {
			return nil, refuse("srk-ca", "key %d signs certificates and key 1 does not, or the other way round", n+1).
				Advise("all certificates of a table are CA certificates, or none is (fast authentication)")
		}
		record, err := newRecord(kind, n, e)
		if err != nil {
			return nil, err
		}
		if first := t.Records; kind != HAB && n > 0 && !alike(first[0], record) {
			return nil, refuse("srk-mixed", "key %d is one of %s, and key 1 of %s: an AHAB table's keys are of one sort and size, and sign with one hash",
				n+1, record.sort(), first[0].sort())
		}
		t.Records = append(t.Records, record)
		t.Raw = append(t.Raw, record.Raw...)
	}
	copy(t.Raw, head(kind, len(t.Raw)))
	made, err := Parse(t.Raw)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		made.keys = append(made.keys, e.Key)
	}
	return made, nil
}

// head is the head of a table of so many bytes; see Parse.
func head(kind Kind, size int) []byte {
	data := []byte{tagTable, 0, 0, versionAHAB}
	binary.LittleEndian.PutUint16(data[1:], uint16(size))
	switch kind {
	case HAB:
		binary.BigEndian.PutUint16(data[1:], uint16(size))
		data[3] = versionHAB
	case AHABv2:
		data[3] = versionAHABv2
	}
	return data
}

// newRecord makes record n. Its errors name the key by its number, from 1.
func newRecord(kind Kind, n int, e Entry) (Record, error) {
	sort, err := kindOf(e.Key)
	if err == nil {
		err = e.check(kind, sort)
	}
	if err != nil {
		return Record{}, refuse("srk-key", "key %d: %v", n+1, err)
	}
	a, b, err := numbers(e.Key, 0)
	if err != nil {
		return Record{}, err
	}
	r := Record{Key: e.Key, Alg: sort.name, CA: e.CA, Hash: e.Hash, PSS: e.PSS, sizes: [2]int{len(a), len(b)}}
	if kind == AHABv2 {
		r.Digest = sum(r.Hash, srkData(n, a, b))
	}
	if r.Raw, err = r.encode(kind); err == nil && e.Short {
		r.Raw = appendShort(nil, sum(crypto.SHA256, r.Raw))
	}
	return r, err
}

// check says why a kind of table can't hold such a key.
func (e Entry) check(kind Kind, sort keyKind) error {
	key, isRSA := e.Key.(*rsa.PublicKey)
	switch {
	case isRSA && (key.E < 3 || key.E > 1<<31-1 || key.E%2 == 0):
		return fmt.Errorf("an exponent of %d: it is odd, and has 2 to 31 bits", key.E)
	case kind == HAB && e.PSS:
		return errors.New("HABv4 knows no RSA-PSS; srktool makes such a table all the same")
	case kind != AHABv2 && sort.alg == algMLDSA:
		return fmt.Errorf("%s knows no ML-DSA; AHAB's containers of version 2 do", kind)
	case kind == HAB:
		return nil
	case e.Short:
		return errors.New("AHAB's tables know no hashed entries: give the certificate without %")
	case sort.size == 0:
		return fmt.Errorf("AHAB knows no %s", sort.name)
	case e.PSS && !isRSA:
		return fmt.Errorf("a key of %s does not sign by RSA-PSS", sort.name)
	}
	if code, ok := hashCodes[e.Hash]; !ok || kind == AHAB && code > 2 {
		return fmt.Errorf("%s is not among the hashes that %s signs with: SHA-256, SHA-384 and SHA-512", e.Hash, kind)
	}
	return nil
}

// alike tells whether two records of AHAB stand for the same sort of key, which SPSDK's verifier wants.
func alike(a, b Record) bool {
	return a.Alg == b.Alg && a.Hash == b.Hash && a.PSS == b.PSS && a.CA == b.CA && a.sizes == b.sizes
}

// sort is what sort of key a record stands for, for people.
func (r Record) sort() string {
	text := fmt.Sprintf("%s with %s", r.Alg, r.Hash)
	if r.PSS {
		text += " by PSS"
	}
	return text
}

// Index is the position of a key in the table, or -1. A hashed entry is known by its hash.
func (t *Table) Index(key crypto.PublicKey) int {
	for n, r := range t.Records {
		if t.holds(n, r, key) {
			return n
		}
	}
	return -1
}

func (t *Table) holds(n int, r Record, key crypto.PublicKey) bool {
	switch {
	case r.Key != nil:
		return formats.SameKey(r.Key, key)
	case t.Kind == AHABv2:
		_, err := t.Data(n, key)
		return err == nil
	}
	for _, ca := range []bool{true, false} { // the hash hides the flag
		raw, err := Record{Key: key, CA: ca}.encode(HAB)
		if err == nil && bytes.Equal(sum(crypto.SHA256, raw), r.Digest) {
			return true
		}
	}
	return false
}

// Data makes the SRK data of record n of a table of container version 2: the key itself, in the length that the record says. Errors: ErrTable,
// also where the key is another than the record's hash says.
func (t *Table) Data(n int, key crypto.PublicKey) ([]byte, error) {
	if t.Kind != AHABv2 || n < 0 || n >= len(t.Records) {
		return nil, refuse("srk-data", "this table has no record %d whose key stands apart", n+1)
	}
	r := t.Records[n]
	if r.Hash == 0 { // Read takes what Parse does not
		return nil, refuse("srk-data", "the hash of record %d is none that we know", n+1)
	}
	a, b, err := numbers(key, r.sizes[1])
	if err != nil {
		return nil, err
	}
	data := srkData(n, a, b)
	if !bytes.Equal(sum(r.Hash, data), r.Digest) {
		return nil, refuse("srk-data", "the key is not that of record %d, by its hash", n+1)
	}
	return data, nil
}
