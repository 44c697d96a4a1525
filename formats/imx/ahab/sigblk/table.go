package sigblk

import (
	"encoding/binary"
	"fmt"

	"sigtool/formats/imx/srk"
)

const (
	tableHeader = 4
	arrayHeader = 8
	maxTables   = 2

	tableVersion  = 0x42 // container version 0
	tableVersion2 = 0x43
)

// readTables reads the SRK table of a container of version 0, or the array of version 2.
//
//	0  00 | length 2 | 5A
//	4  number of tables | 00 00 00
//	8  table, KeyData; again, where there are two
func (b *Block) readTables(data []byte) (int, error) {
	if b.Container == 0 {
		table, err := readTable(data, srk.AHAB)
		if err != nil {
			return 0, err
		}
		b.Tables = []Table{{Table: table}}
		return len(table.Raw), nil
	}
	size, err := header(data, tagArray, 0, "SRK table array")
	if err != nil {
		return 0, err
	}
	if data[4] == 0 || data[4] > maxTables || !zero(data[5:arrayHeader]) {
		return 0, fmt.Errorf("an SRK table array of %d tables", data[4])
	}
	rest := data[arrayHeader:size]
	for range data[4] {
		table, err := readTable(rest, srk.AHABv2)
		if err != nil {
			return 0, err
		}
		rest = rest[len(table.Raw):]
		key, err := readData(rest, table.Records)
		if err != nil {
			return 0, err
		}
		rest = rest[len(key.Raw):]
		b.Tables = append(b.Tables, Table{Table: table, Data: key})
	}
	if len(rest) > 0 {
		return 0, fmt.Errorf("%d bytes behind the last table of an SRK table array", len(rest))
	}
	return size, nil
}

// readTable reads the SRK table at the start of data. Unlike srk.Parse it takes kinds of keys and hashes that we can't verify with, and
// keys that are none: they are in files all the same, and what they are gets said.
//
//	0  D7 | length 2 | 42 or 43
//	4  four records
func readTable(data []byte, kind srk.Kind) (*srk.Table, error) {
	version, recordVersion := byte(tableVersion), byte(0)
	if kind == srk.AHABv2 {
		version, recordVersion = tableVersion2, 2
	}
	if len(data) < tableHeader || data[0] != tagTable || data[3] != version {
		return nil, fmt.Errorf("no SRK table of the container's version stands where the offset says")
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	if size < tableHeader || size > len(data) {
		return nil, fmt.Errorf("an SRK table of %d bytes, where there is room for %d", size, len(data))
	}
	table := &srk.Table{Kind: kind, Raw: data[:size:size]}
	rest := data[tableHeader:size]
	for len(rest) > 0 && len(table.Records) < srk.MaxRecords {
		record, err := readRecord(rest, recordVersion)
		if err != nil {
			return nil, err
		}
		rest = rest[len(record.Raw):]
		table.Records = append(table.Records, record)
	}
	if len(rest) > 0 || len(table.Records) < srk.MaxRecords {
		return nil, fmt.Errorf("an SRK table that has not its %d records, whole", srk.MaxRecords)
	}
	if whole, err := srk.Parse(table.Raw); err == nil { // it knows more of its records
		for i, record := range table.Records {
			whole.Records[i].Key = record.Key
		}
		return whole, nil
	}
	return table, nil
}
