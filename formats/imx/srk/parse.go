package srk

import (
	"bytes"
	"encoding/binary"
)

// Parse reads the table at the start of data and returns it; len(Raw) is its size. What srktool would not write, or SPSDK, which gives the
// exponents of RSA keys a fourth byte, is refused. Errors: ErrTable.
//
//	HABv4: D7  length, big-endian     40  1 to 4 entries
//	AHAB:  D7  length, little-endian  42  4 records          (43 for container version 2)
func Parse(data []byte) (*Table, error) {
	if len(data) < headSize || data[0] != tagTable {
		return nil, refuse("srk-tag", "it does not begin with the byte D7, 2 bytes of length and a version")
	}
	t := &Table{}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	switch data[3] {
	case versionHAB:
		size = int(binary.BigEndian.Uint16(data[1:]))
	case versionAHAB:
		t.Kind = AHAB
	case versionAHABv2:
		t.Kind = AHABv2
	default:
		return nil, refuse("srk-version", "version %02X: there are 40 (HABv4), 42 (AHAB) and 43 (AHAB, container version 2)", data[3])
	}
	switch {
	case size > len(data):
		return nil, refuse("srk-truncated", "it says that it has %d bytes, and there are %d", size, len(data))
	case size < headSize || size > MaxSize:
		return nil, refuse("srk-length", "a table of %d bytes", size)
	}
	t.Raw = bytes.Clone(data[:size])
	for rest := t.Raw[headSize:]; len(rest) > 0; {
		if len(t.Records) == MaxRecords {
			return nil, refuse("srk-count", "%d bytes follow its fourth record", len(rest))
		}
		record, err := place(len(t.Records)).parse(t.Kind, rest)
		if err != nil {
			return nil, err
		}
		t.Records = append(t.Records, record)
		rest = rest[len(record.Raw):]
	}
	if n := len(t.Records); n == 0 || t.Kind != HAB && n != MaxRecords {
		return nil, refuse("srk-count", "a table of %d records; %s has %s", n, t.Kind, counts(t.Kind))
	}
	return t, nil
}

func counts(k Kind) string {
	if k == HAB {
		return "1 to 4"
	}
	return "4"
}
