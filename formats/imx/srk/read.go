package srk

import (
	"bytes"
	"crypto"
	"encoding/asn1"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"

	"sigtool/keygen"
)

// Read reads AHAB's table of that kind at the start of data. Unlike Parse it takes kinds of keys and hashes that nothing here knows, and keys that are
// none: they stand in containers all the same, and what they are has to be said. Such a record has no Key, or 0 for its Hash. Its
// errors have no kind.
func Read(data []byte, kind Kind) (*Table, error) {
	want := head(kind, 0)
	if len(data) < headSize || data[0] != want[0] || data[3] != want[3] {
		return nil, fmt.Errorf("no SRK table of the container's version stands where the offset says")
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	if size < headSize || size > len(data) {
		return nil, fmt.Errorf("an SRK table of %d bytes, where there is room for %d", size, len(data))
	}
	t := &Table{Kind: kind, Raw: data[:size:size]}
	rest := data[headSize:size]
	for len(rest) > 0 && len(t.Records) < MaxRecords {
		record, err := ReadRecord(rest, kind)
		if err != nil {
			return nil, err
		}
		rest = rest[len(record.Raw):]
		t.Records = append(t.Records, record)
	}
	if len(rest) > 0 || len(t.Records) < MaxRecords {
		return nil, fmt.Errorf("an SRK table that has not its %d records, whole", MaxRecords)
	}
	return t, nil
}

// ReadRecord reads the record of AHAB at the start of data, see parseAHAB, as Read does.
func ReadRecord(data []byte, kind Kind) (Record, error) {
	if len(data) < recordHead || data[0] != tagKey {
		return Record{}, fmt.Errorf("no SRK record stands where one is due")
	}
	r := Record{Alg: fmt.Sprintf("unknown (algorithm %#02x, size %#02x)", data[3], data[5]), CA: data[7] == flagCA, PSS: data[3] == algPSS}
	r.sizes = [2]int{int(binary.LittleEndian.Uint16(data[8:])), int(binary.LittleEndian.Uint16(data[10:]))}
	body := dataHash
	if kind == AHAB {
		body = r.KeySize()
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	switch {
	case size != recordHead+body || size > len(data):
		return Record{}, fmt.Errorf("an SRK record says that it has %d bytes, and its key would give it %d", size, recordHead+body)
	case data[6] != 0 || data[7]&^flagCA != 0:
		return Record{}, fmt.Errorf("an SRK record with unknown flags (%#02x %#02x)", data[6], data[7])
	}
	r.Raw = data[:size:size]
	if k, ok := r.kind(); ok {
		r.Alg = k.name
	}
	r.Hash, _ = hashOfCode(kind, data[4])
	if kind == AHAB {
		r.Key = r.ReadKey(r.Raw[recordHead:])
		return r, nil
	}
	r.Digest = r.Raw[recordHead:]
	if r.Hash != 0 {
		n := r.Hash.Size()
		if len(bytes.Trim(r.Digest[n:], "\x00")) > 0 {
			return Record{}, fmt.Errorf("an SRK record has bytes behind its hash")
		}
		r.Digest = r.Digest[:n]
	}
	return r, nil
}

// sm2 is a sort of key that Read alone takes.
var sm2 = keyKind{name: "sm2", alg: algSM2, size: 8, bytes: [2]int{32, 32}, sig: 64}

// kind is the sort of key of a record of AHAB, by its own bytes.
func (r Record) kind() (keyKind, bool) {
	alg := r.Raw[3]
	if alg == algPSS {
		alg = algRSA
	}
	for _, k := range append(keyKinds(), sm2) {
		if k.size != 0 && k.alg == alg && k.size == r.Raw[5] {
			return k, true
		}
	}
	return keyKind{}, false
}

// KeySize is how many bytes the key of a record of AHAB has.
func (r Record) KeySize() int { return r.sizes[0] + r.sizes[1] }

// SignatureSize is how many bytes a signature by the key of a record of AHAB has; 0 where its kind is not known.
func (r Record) SignatureSize() int {
	k, _ := r.kind()
	return k.sig
}

// ReadKey reads the key of a record of AHAB, in version 2 from the SRK data that the record is about: nil where it is of no kind known here, or
// no key.
func (r Record) ReadKey(data []byte) crypto.PublicKey {
	k, ok := r.kind()
	if !ok || r.sizes[0] != k.bytes[0] {
		return nil
	}
	switch k.alg {
	case algRSA, algECDSA:
		read := Record{sizes: r.sizes}
		if r.sizes[1] > 4 && k.alg == algRSA || place(0).readKey(&read, k, data) != nil {
			return nil
		}
		return read.Key
	case algMLDSA:
		return readMLDSA(k, data)
	}
	return nil
}

// readMLDSA reads a key of FIPS 204 §7.2 through its SubjectPublicKeyInfo (RFC 9881 §4), which keygen reads.
func readMLDSA(k keyKind, data []byte) crypto.PublicKey {
	oid := map[string]asn1.ObjectIdentifier{"ml-dsa-65": {2, 16, 840, 1, 101, 3, 4, 3, 18}, "ml-dsa-87": {2, 16, 840, 1, 101, 3, 4, 3, 19}}[k.name]
	b := cryptobyte.NewBuilder(nil)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) })
		b.AddASN1BitString(data)
	})
	pub, _, err := keygen.ParsePublic(b.BytesOrPanic())
	if err != nil {
		return nil
	}
	return pub
}

// AlgOf is what records call a key that AHAB's tables hold, as in Record.Alg; "" for others.
func AlgOf(key crypto.PublicKey) string {
	if k, err := kindOf(key); err == nil && k.size != 0 {
		return k.name
	}
	return ""
}
