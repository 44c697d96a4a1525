package ahab

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"testing"

	"sigtool/formats/imx/srk"
)

// A file of tables is what srktool writes, or two of them after one another; whatever else follows is refused.
func TestReadTables(t *testing.T) {
	v0, v2 := tableOf(t, srk.AHAB, elliptic.P384(), crypto.SHA384), tableOf(t, srk.AHABv2, elliptic.P384(), crypto.SHA384)
	hab := tableOf(t, srk.HAB, elliptic.P256(), crypto.SHA256)
	for what, c := range map[string]struct {
		data []byte
		n    int
	}{
		"version 0": {v0, 1}, "version 2": {v2, 1}, "array": {array(v2), 1}, "array of two": {array(v2, v2), 2},
		"two arrays": {append(array(v2), array(v2)...), 2}, "two tables": {bytes.Repeat(v2, 2), 2},
		"nothing": {nil, 0}, "HABv4": {hab, 0}, "three": {append(array(v2, v2), v2...), 0}, "two of version 0": {bytes.Repeat(v0, 2), 0},
		"mixed": {append(bytes.Clone(v2), v0...), 0}, "a byte more": {append(array(v2), 0), 0}, "a byte less": {array(v2)[:100], 0},
	} {
		if tables, err := readTables(c.data); len(tables) != c.n || (err == nil) != (c.n > 0) {
			t.Errorf("%s: %d tables, %v", what, len(tables), err)
		}
	}
}
