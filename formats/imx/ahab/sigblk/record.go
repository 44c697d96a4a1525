package sigblk

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"fmt"

	"sigtool/formats/imx/srk"
)

// Tags and sizes of the parts.
const (
	tagBlock       = 0x90
	tagArray       = 0x5a
	tagData        = 0x5d
	tagSignature   = 0xd8
	tagCertificate = 0xaf

	dataHeader = 8
)

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
	record := records[data[4]]
	if size != dataHeader+record.KeySize() {
		return nil, fmt.Errorf("SRK data of %d bytes, while their record's key has %d", size-dataHeader, record.KeySize())
	}
	return &KeyData{Index: data[4], Key: record.ReadKey(data[dataHeader:size]), Raw: data[:size:size]}, nil
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
