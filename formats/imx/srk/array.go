package srk

import (
	"encoding/binary"
)

const (
	tagArray     = 0x5A
	tagData      = 0x5D
	arrayHead    = 8 // of an array, and of SRK data
	maxTables    = 2
	maxArrayData = arrayHead + 2592
)

// MaxFile bounds a file of tables, in bytes.
const MaxFile = arrayHead + maxTables*(MaxSize+maxArrayData)

// ParseFile reads a file of tables: one table, or the array of one or two that CST 4's srktool makes for container version 2, where a key for
// ML-DSA's table follows. Nothing may follow. Errors: ErrTable.
//
//	00  length, little-endian  5A  number of tables  00 00 00  then for each table, with version 43: the table, and room for its SRK data:
//	00  length, little-endian  5D  number of record  00 00 00  the key, or zeros
func ParseFile(data []byte) ([]*Table, error) {
	if len(data) == 0 || data[0] == tagTable {
		t, err := Parse(data)
		if err == nil && len(t.Raw) != len(data) {
			err = refuse("srk-length", "%d bytes follow the table", len(data)-len(t.Raw))
		}
		if err != nil {
			return nil, err
		}
		return []*Table{t}, nil
	}
	if len(data) < arrayHead || data[0] != 0 || data[3] != tagArray {
		return nil, refuse("srk-tag", "it begins neither as a table (D7) nor as an array of tables (00, length, 5A)")
	}
	if int(binary.LittleEndian.Uint16(data[1:])) != len(data) || data[4] == 0 || data[4] > maxTables || data[5]|data[6]|data[7] != 0 {
		return nil, refuse("srk-array", "an array of %d tables that says it has %d bytes, in %d", data[4], binary.LittleEndian.Uint16(data[1:]), len(data))
	}
	var tables []*Table
	rest := data[arrayHead:]
	for range data[4] {
		t, err := Parse(rest)
		if err != nil {
			return nil, err
		}
		if t.Kind != AHABv2 {
			return nil, refuse("srk-array", "an array of a table of %s", t.Kind)
		}
		rest = rest[len(t.Raw):]
		size, err := dataSize(rest)
		if err != nil {
			return nil, err
		}
		tables, rest = append(tables, t), rest[size:]
	}
	if len(rest) > 0 {
		return nil, refuse("srk-array", "%d bytes follow the last table", len(rest))
	}
	return tables, nil
}

// dataSize is the size of the SRK data that begins the bytes.
func dataSize(data []byte) (int, error) {
	if len(data) < arrayHead || data[0] != 0 || data[3] != tagData {
		return 0, refuse("srk-array", "no SRK data follow the table")
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	if size < arrayHead || size > len(data) {
		return 0, refuse("srk-array", "SRK data of %d bytes, of the %d that are left", size, len(data))
	}
	return size, nil
}

// Array puts tables of version 2 into the array that CST 4 takes, with zeros where a signer puts the SRK data of the key that signs. Errors:
// ErrTable.
func Array(tables ...*Table) ([]byte, error) {
	if len(tables) == 0 || len(tables) > maxTables {
		return nil, refuse("srk-array", "an array of %d tables", len(tables))
	}
	data := []byte{0, 0, 0, tagArray, byte(len(tables)), 0, 0, 0}
	for _, t := range tables {
		if t.Kind != AHABv2 {
			return nil, refuse("srk-array", "an array of a table of %s", t.Kind)
		}
		room := srkData(0, make([]byte, t.Records[0].sizes[0]), make([]byte, t.Records[0].sizes[1]))
		data = append(append(data, t.Raw...), room...)
	}
	binary.LittleEndian.PutUint16(data[1:], uint16(len(data)))
	return data, nil
}
