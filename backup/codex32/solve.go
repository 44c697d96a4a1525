package codex32

import "sigtool/internal/secret"

// solve finds what has to be added at the places to close the gap: as many unknowns in GF(32) as places, one equation for each symbol
// of the checksum, by Gauss and Jordan. Which rows are exchanged depends on the places alone, not on the gap, which holds
// symbols of the string where some are erased. Not ok: the places do not determine the values, or nothing there closes the gap.
func (c *checksum) solve(gap []byte, places []int, n int) (values []byte, ok bool) {
	rows := make([][]byte, c.len()) // a row is one symbol of the gap: the coefficients of the places, then the gap
	for i := range rows {
		rows[i] = make([]byte, len(places)+1)
		rows[i][len(places)] = gap[i]
		defer secret.Wipe(rows[i])
	}
	for i, at := range places {
		for k, symbol := range c.reach(at, n) {
			rows[k][i] = symbol
		}
	}
	if len(places) > len(rows) {
		return nil, false
	}
	for i := range places {
		if !pivot(rows, i) {
			return nil, false
		}
	}
	var left byte
	for _, row := range rows[len(places):] {
		left |= row[len(places)]
	}
	for _, row := range rows[:len(places)] {
		values = append(values, row[len(places)])
	}
	return values, left == 0
}

// reach is what the symbol 1 at a place adds to the gap.
func (c *checksum) reach(at, n int) []byte {
	rest, one := make([]byte, c.len()), make([]byte, n-at)
	one[0] = 1
	c.divide(rest, one)
	return rest
}

// pivot makes column i zero in all rows but the i-th, and 1 there.
func pivot(rows [][]byte, i int) bool {
	at := i
	for at < len(rows) && rows[at][i] == 0 {
		at++
	}
	if at == len(rows) {
		return false
	}
	rows[i], rows[at] = rows[at], rows[i]
	scale := inverse(rows[i][i])
	for k := range rows[i] {
		rows[i][k] = mul(rows[i][k], scale)
	}
	for j, row := range rows {
		if j == i {
			continue
		}
		f := row[i]
		for k := range row {
			row[k] ^= mul(f, rows[i][k])
		}
	}
	return true
}
