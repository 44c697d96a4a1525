package sigblk

import (
	"bytes"
	"crypto"
	_ "crypto/sha3" // container version 2 knows it
	"encoding/binary"
	"fmt"

	"sigtool/formats/imx/srk"
)

// Tags and sizes of the parts.
const (
	tagBlock       = 0x90
	tagArray       = 0x5a
	tagTable       = 0xd7
	tagRecord      = 0xe1
	tagData        = 0x5d
	tagSignature   = 0xd8
	tagCertificate = 0xaf

	recordHeader = 12
	recordSum    = 64 // bytes of a hash in a record of version 2, whatever the hash
	dataHeader   = 8
)

// Algorithms of an SRK record.
const (
	algRSA       = 0x21 // PKCS#1 v1.5
	algPSS       = 0x22
	algECDSA     = 0x27
	algSM2       = 0x28
	algDilithium = 0xd1 // round 3 of the competition, before FIPS 204
	algMLDSA     = 0xd2

	flagCA = 0x80
)

// Hashes of an SRK record that nothing here calculates.
const (
	hashSM3      = 3
	hashSHAKE128 = 8
	hashSHAKE256 = 9
)

// hashes are what the other numbers stand for.
var hashes = map[byte]crypto.Hash{
	0: crypto.SHA256, 1: crypto.SHA384, 2: crypto.SHA512, 4: crypto.SHA3_256, 5: crypto.SHA3_384, 6: crypto.SHA3_512,
}

// readRecord reads the SRK record at the start of data. A key that is none (a point off its curve) leaves Key empty and is no error here:
// what the record's key is needed for fails then. Lengths are little-endian.
//
//	0  E1 | length 2 | algorithm
//	4  hash | size or curve | 00 | flags
//	8  length of modulus, X or key 2 | length of exponent or Y 2
//	12 version 0: the key. Version 2: the hash of its KeyData, zero-padded to 64 bytes
func readRecord(data []byte, version byte) (srk.Record, error) {
	var r srk.Record
	if len(data) < recordHeader || data[0] != tagRecord {
		return r, fmt.Errorf("no SRK record stands where one is due")
	}
	rest := recordSum
	if version == 0 {
		rest = keySize(data)
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	switch {
	case size != recordHeader+rest || size > len(data):
		return r, fmt.Errorf("an SRK record says that it has %d bytes, and its key would give it %d", size, recordHeader+rest)
	case data[6] != 0 || data[7]&^flagCA != 0:
		return r, fmt.Errorf("an SRK record with unknown flags (%#02x %#02x)", data[6], data[7])
	}
	r = srk.Record{Alg: algName(data[3], data[5]), CA: data[7] == flagCA, Hash: hashes[data[4]], PSS: data[3] == algPSS, Raw: data[:size:size]}
	if version == 0 {
		r.Key = readKey(data, data[recordHeader:size])
		return r, nil
	}
	r.Digest = data[recordHeader:size]
	if r.Hash == 0 {
		return r, nil
	}
	n := r.Hash.Size()
	if !zero(r.Digest[n:]) {
		return r, fmt.Errorf("an SRK record has bytes behind its hash")
	}
	r.Digest = r.Digest[:n]
	return r, nil
}

// keySize is how many bytes the key of a record has.
func keySize(record []byte) int {
	return int(binary.LittleEndian.Uint16(record[8:])) + int(binary.LittleEndian.Uint16(record[10:]))
}

// KeyData is a key of a container of version 2, which its record names by a hash.
type KeyData struct {
	Index byte             // of its record in the table
	Key   crypto.PublicKey // nil for kinds that are not known here, and for bytes that are no key of the record's kind
	Raw   []byte
}

// readData reads the KeyData at the start of data, of which records[Index] says what it is.
//
//	0  00 | length 2 | 5D
//	4  index | 00 00 00
//	8  the key, as a record of version 0 has it
func readData(data []byte, records []srk.Record) (*KeyData, error) {
	size, err := header(data, tagData, 0, "SRK data")
	switch {
	case err != nil:
		return nil, err
	case size < dataHeader || data[4] >= byte(len(records)) || !zero(data[5:dataHeader]):
		return nil, fmt.Errorf("SRK data that are of no record of their table")
	}
	record := records[data[4]].Raw
	if size != dataHeader+keySize(record) {
		return nil, fmt.Errorf("SRK data of %d bytes, while their record's key has %d", size-dataHeader, keySize(record))
	}
	return &KeyData{Index: data[4], Key: readKey(record, data[dataHeader:size]), Raw: data[:size:size]}, nil
}

// matches tells whether the record is this key's.
func (d *KeyData) matches(r srk.Record) bool {
	return r.Hash.Available() && bytes.Equal(sum(r.Hash, d.Raw), r.Digest)
}

// header reads the header that most parts have: version, length, tag. The length is that of the whole part, and within data.
func header(data []byte, tag, version byte, what string) (int, error) {
	if len(data) < 8 || data[3] != tag {
		return 0, fmt.Errorf("no %s stands where the offset says", what)
	}
	if data[0] != version {
		return 0, fmt.Errorf("%s of version %d, which is not known", what, data[0])
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	if size < 8 || size > len(data) {
		return 0, fmt.Errorf("%s of %d bytes, where there is room for %d", what, size, len(data))
	}
	return size, nil
}

func zero(data []byte) bool { return len(bytes.Trim(data, "\x00")) == 0 }

func sum(h crypto.Hash, data []byte) []byte {
	w := h.New()
	w.Write(data)
	return w.Sum(nil)
}
