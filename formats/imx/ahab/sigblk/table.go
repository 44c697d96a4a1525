package sigblk

import (
	"fmt"

	"sigtool/formats/imx/srk"
)

const (
	arrayHeader = 8
	maxTables   = 2
)

// readTables reads the SRK table of a container of version 0, or the array of version 2.
//
//	0  00 | length 2 | 5A
//	4  number of tables | 00 00 00
//	8  table, KeyData; again, where there are two
func (b *Block) readTables(data []byte) (int, error) {
	if b.Container == 0 {
		table, err := srk.Read(data, srk.AHAB)
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
		table, err := srk.Read(rest, srk.AHABv2)
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
