package sigblk

import (
	"crypto"
	"encoding/binary"
	"io"
	"strconv"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// maxSize bounds a block: its length has 16 bits.
const maxSize = 1<<16 - 1

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

// srk is the SRK used.
func (s Set) srk() crypto.PublicKey {
	if s.SRK != nil {
		return s.SRK
	}
	return s.Key.Public()
}

// Draft is a block that lacks only its signatures.
type Draft struct {
	Head []byte // of the block, up to its signatures
	Size int    // of the whole block, in bytes

	sets    []Set
	records []srk.Record // how each Set's key signs
	tail    []byte       // what follows the signatures
}

// Draft lays the block out as CST does: header, tables, signatures, certificate, blob, each at a multiple of 8. Errors: formats.ErrKey for a
// key that is not the table's or the certificate's, formats.ErrFormat for what does not fit together.
func (o Order) Draft() (*Draft, error) {
	d := &Draft{sets: o.Sets}
	tables, err := o.tables(d)
	if err != nil {
		return nil, err
	}
	if o.Certificate != nil {
		if err := o.certified(d); err != nil {
			return nil, err
		}
	}
	signatures := 0
	for i, set := range o.Sets {
		if err := fits(d.records[i], set.Key.Public()); err != nil {
			return nil, err
		}
		signatures += signatureHeader + d.records[i].SignatureSize()
	}
	d.Head = append(make([]byte, HeaderSize), padded(tables)...)
	d.tail = padded(o.Certificate)
	d.tail = append(make([]byte, -signatures&(align-1)), d.tail...)
	certificate := len(d.Head) + signatures + len(d.tail) - len(padded(o.Certificate))
	d.tail = append(d.tail, o.Blob...)
	d.Size = len(d.Head) + signatures + len(d.tail)
	if d.Size > maxSize {
		return nil, issue.New("signature-block-too-large", formats.ErrFormat, "the signature block would have %d bytes, more than %d", d.Size, maxSize)
	}
	o.header(d, certificate)
	return d, nil
}

// header writes the block's own header; see Parse.
func (o Order) header(d *Draft, certificate int) {
	at := func(i, n int) { binary.LittleEndian.PutUint16(d.Head[i:], uint16(n)) }
	d.Head[0], d.Head[3] = o.Container>>1, tagBlock // version 1 in a container of version 2
	at(1, d.Size)
	if o.Certificate != nil {
		at(4, certificate)
	}
	at(6, HeaderSize)
	at(8, len(d.Head))
	if o.Blob != nil {
		at(10, d.Size-len(o.Blob))
		binary.LittleEndian.PutUint32(d.Head[12:], o.KeyID)
	}
}

// tables are the SRK table, or the array.
func (o Order) tables(d *Draft) ([]byte, error) {
	kind := srk.AHAB
	if o.Container == 2 {
		kind = srk.AHABv2
	}
	if n := len(o.Sets); n == 0 || n > maxTables || n > 1 && o.Container != 2 {
		return nil, issue.New("bad-srk-table", formats.ErrFormat, "%d SRK tables for a container of version %d", n, o.Container)
	}
	var body []byte
	for _, set := range o.Sets {
		if set.Table.Kind != kind {
			return nil, issue.New("bad-srk-table", formats.ErrFormat, "the SRK table is one of %s, and the container's version is %d", set.Table.Kind, o.Container).
				Advise("sigtool cert imx-srk --ahab --container-version " + strconv.Itoa(int(o.Container)) + " -o TABLE CERT... makes one of the same keys, with another hash for the fuses")
		}
		if o.Used < 0 || o.Used >= len(set.Table.Records) {
			return nil, issue.New("bad-srk-index", formats.ErrOption, "there is no SRK %d in a table of %d", o.Used, len(set.Table.Records))
		}
		d.records = append(d.records, set.Table.Records[o.Used])
		body = append(body, set.Table.Raw...)
		data, err := o.used(set)
		if err != nil {
			return nil, err
		}
		body = append(body, data...)
	}
	if o.Container == 0 {
		return body, nil
	}
	head := binary.LittleEndian.AppendUint16([]byte{0}, uint16(min(arrayHeader+len(body), maxSize)))
	return append(append(head, tagArray, byte(len(o.Sets)), 0, 0, 0), body...), nil
}

// used sees to it that the SRK is the table's, and gives its KeyData for a container of version 2.
func (o Order) used(set Set) ([]byte, error) {
	key := set.srk()
	if o.Container == 2 {
		if err := fits(set.Table.Records[o.Used], key); err != nil {
			return nil, err
		}
		data, err := set.Table.Data(o.Used, key)
		if err != nil {
			return nil, issue.New("wrong-srk", formats.ErrKey, "the key is not SRK %d of the table", o.Used)
		}
		return data, nil
	}
	if (set.SRK != nil || o.Certificate == nil) && !formats.SameKey(set.Table.Records[o.Used].Key, key) {
		return nil, issue.New("wrong-srk", formats.ErrKey, "the key is not SRK %d of the table", o.Used)
	}
	return nil, nil
}

// certified sees to it that the certificate is one by the SRKs, for the keys that are to sign.
func (o Order) certified(d *Draft) error {
	cert, err := ParseCertificate(o.Certificate)
	if err != nil {
		return err
	}
	if len(cert.Keys) != len(o.Sets) {
		return issue.New("bad-certificate", formats.ErrFormat, "a certificate of %d keys beside %d SRK tables", len(cert.Keys), len(o.Sets))
	}
	if cert.Permissions&PermitContainer == 0 {
		return issue.New("bad-certificate", formats.ErrKey, "the certificate does not let its key sign containers (permissions %#02x)", cert.Permissions)
	}
	for i, set := range o.Sets {
		who := cert.signer(i)
		if who.err != nil {
			return who.err
		}
		if !formats.SameKey(who.key, set.Key.Public()) {
			return issue.New("wrong-key", formats.ErrKey, "the certificate is another key's")
		}
		key := set.Table.Records[o.Used].Key
		if key == nil {
			key = set.srk()
		}
		if _, err := verify(d.records[i], key, cert.Raw[:cert.signed], cert.Signatures[i].Value); err != nil {
			return issue.New("wrong-srk", formats.ErrKey, "the certificate is not by SRK %d of the table: %v", o.Used, err)
		}
		if !sameSort(who.record, d.records[i]) {
			return issue.New("bad-certificate", formats.ErrKey, "the certificate is for %s with %s, and the SRK signs as %s with %s; SPSDK refuses that", who.record.Alg, who.record.Hash, d.records[i].Alg, d.records[i].Hash).
				Advise("an SRK and the subordinate keys under it are of one kind and size, and sign with one hash")
		}
		d.records[i] = who.record
	}
	return nil
}

// Sign signs the container from its first byte on up to the end of Head, whose header names this block's Size already, and returns the whole
// block. RSA-PSS takes its salt from random; all other signatures are deterministic. Every key is asked before an error is returned.
func (d *Draft) Sign(random io.Reader, covered []byte) ([]byte, error) {
	block := append([]byte(nil), d.Head...)
	var failed error
	for i, set := range d.sets {
		sig, err := sign(random, set.Key, d.records[i], covered)
		if failed == nil {
			failed = err
		}
		block = append(block, sig...)
	}
	if failed != nil {
		return nil, failed
	}
	return append(block, d.tail...), nil
}

func padded(data []byte) []byte {
	return append(append([]byte(nil), data...), make([]byte, -len(data)&(align-1))...)
}
