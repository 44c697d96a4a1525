package ahab

import (
	"encoding/binary"
	"fmt"

	"sigtool/formats/imx/srk"
)

// tagArray is what the file of tables that srktool makes for containers of version 2 has in its fourth byte.
const tagArray = 0x5a

// readTables reads the file that srktool makes: an SRK table, or for containers of version 2 an array of one or two. Nothing may follow.
//
//	0  00 | length 2 | 5A
//	4  number of tables | 00 00 00
//	8  table; again, where there are two
func readTables(data []byte) ([]*srk.Table, error) {
	count := 1
	if len(data) >= 8 && data[3] == tagArray {
		count = int(data[4])
		if data[0] != 0 || count < 1 || count > 2 || int(binary.LittleEndian.Uint16(data[1:])) != len(data) {
			return nil, fmt.Errorf("an array of %d SRK tables whose head does not fit its %d bytes", count, len(data))
		}
		data = data[8:]
	}
	var tables []*srk.Table
	for range count {
		t, err := srk.Parse(data)
		if err != nil {
			return nil, err
		}
		if t.Kind == srk.HAB {
			return nil, fmt.Errorf("an SRK table of %s, and this is AHAB, whose tables and fuses are others", t.Kind)
		}
		tables, data = append(tables, t), data[len(t.Raw):]
	}
	if len(data) > 0 {
		return nil, fmt.Errorf("%d bytes follow the SRK table", len(data))
	}
	return tables, nil
}
