package ahab

import (
	"encoding/binary"
	"fmt"

	"sigtool/formats/imx/srk"
)

// maxTables is how many SRK tables a hybrid container has.
const maxTables = 2

// readTables reads a file of SRK tables as srktool makes it: a table, or for containers of version 2 an array of one or two. For a hybrid
// container two such files may also stand one after the other, the classic one first. Both have their length in their second and third byte.
func readTables(data []byte) ([]*srk.Table, error) {
	var tables []*srk.Table
	for len(tables) == 0 || len(data) > 0 {
		size := len(data)
		if size > 3 {
			size = min(size, int(binary.LittleEndian.Uint16(data[1:])))
		}
		list, err := srk.ParseFile(data[:size])
		if err != nil {
			return nil, err
		}
		tables, data = append(tables, list...), data[size:]
		if n := len(tables); n > maxTables || n > 1 && tables[0].Kind != srk.AHABv2 || tables[n-1].Kind != tables[0].Kind {
			return nil, fmt.Errorf("%d SRK tables, and only containers of version 2 have more than one, two at most", n)
		}
	}
	if tables[0].Kind == srk.HAB {
		return nil, fmt.Errorf("an SRK table of %s, and not of AHAB, whose tables and fuses are others", tables[0].Kind)
	}
	return tables, nil
}
