package ahab

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
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

// A signature of an algorithm that is not verified here does not match, and is not called wrong either.
func TestUnknownAlgorithm(t *testing.T) {
	key := ecKey(t, elliptic.P384(), 1)
	data, _, err := signed(version2(t, "tiny.bin"), key, false, options(tableFor(t, srk.AHABv2, key, crypto.SHA384)))
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		record := bytes.Index(data, []byte{0xe1, 0x4c, 0x00, 0x27})
		data[record+3], data[record+5] = 0xd1, 9
	}
	if _, err := verified(data, formats.Values{}); !errors.Is(err, formats.ErrNoKey) || issue.ID(err) != "unknown-algorithm" {
		t.Errorf("Dilithium: %v", err)
	}
}
