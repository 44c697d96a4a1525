package ahab

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// goldens are what NXP's tools made, see testdata/imx/ahab/README.md.
var goldens = []struct {
	name, unsigned, table, alg string
	index                      int
	revokes                    []int // of each container
	step                       int64 // which bytes are changed: slow curves have fewer
}{
	{"cst3-p256.bin", "two.bin", "srk_p256.tbl", "ecdsa-p256-sha256", 0, []int{0, 0}, 1},
	{"cst4-p384.bin", "two.bin", "srk_p384.tbl", "ecdsa-p384-sha384", 2, []int{3, 1}, 5},
	{"cst3-sgk.bin", "one.bin", "srk_p384.tbl", "ecdsa-p384-sha384", 2, []int{1}, 1},
	{"cst3-rsa2048.bin", "one.bin", "srk_rsa2048.tbl", "rsa-pkcs1-sha256", 1, []int{0}, 1},
}

// What CST signed verifies, with the table pinned and by its hash; and signed by us with the very signatures that CST made, the unsigned image becomes
// what CST wrote, byte for byte: offsets, lengths, flags, padding.
func TestGoldens(t *testing.T) {
	for _, g := range goldens {
		t.Run(g.name, func(t *testing.T) {
			data, table := sample(t, g.name), sample(t, g.table)
			found, err := verified(data, options(table))
			if err != nil || len(found) != len(g.revokes) {
				t.Fatalf("%d signatures, %v", len(found), err)
			}
			containers, err := find(patch.Bytes(data))
			if err != nil {
				t.Fatal(err)
			}
			made := sample(t, g.unsigned)
			for i, s := range found {
				c := containers[i]
				if !s.Pinned || !s.Alone || s.Alg != g.alg || c.index() != g.index || c.revoked() != g.revokes[i] {
					t.Errorf("container %d: %s by SRK %d, revokes 0x%x, pinned %v", i+1, s.Alg, c.index(), c.revoked(), s.Pinned)
				}
				b, err := sigblk.Parse(c.raw[c.block:], c.version)
				if err != nil {
					t.Fatal(err)
				}
				v := options(table, optionContainer, fmt.Sprintf("0x%x", c.at), optionRevoke, fmt.Sprint(g.revokes[i]))
				if b.Certificate != nil {
					v.SetBytes(optionSGK, b.Certificate.Raw)
				}
				made = mustSign(t, made, copyist{s.Key, b.Signatures[0].Value}, v)
			}
			if !bytes.Equal(made, data) {
				t.Error("signed by the same signatures, it is not what CST wrote")
			}
		})
	}
}

// The pin: the hash as long as the fuses are, the table, an SRK. Another's is told from bytes that changed.
func TestPins(t *testing.T) {
	data, table := sample(t, "cst3-sgk.bin"), sample(t, "srk_p384.tbl")
	parsed, err := srk.Parse(table)
	if err != nil {
		t.Fatal(err)
	}
	withHash := func(h []byte) (v formats.Values) { v.SetBytes(optionHash, h); return v }
	for what, row := range map[string]struct {
		options formats.Values
		pinned  bool
		err     error
	}{
		"nobody":               {formats.Values{}, false, nil},
		"the table":            {options(table), true, nil},
		"another table":        {options(sample(t, "srk_p256.tbl")), false, formats.ErrOther},
		"no table":             {options([]byte("table")), false, formats.ErrOption},
		"SHA-256 of the fuses": {withHash(parsed.Fuses(5)), true, nil},
		"SHA-512 of the fuses": {withHash(parsed.Fuses(7)), true, nil},
		"another hash":         {withHash(make([]byte, 32)), false, formats.ErrOther},
		"another long hash":    {withHash(make([]byte, 64)), false, formats.ErrOther},
		"half a hash":          {withHash(make([]byte, 16)), false, formats.ErrOption},
	} {
		found, err := verified(data, row.options)
		if !errors.Is(err, row.err) || row.err == nil && (err != nil || found[0].Pinned != row.pinned) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i, record := range parsed.Records { // the SRK that certified the subordinate key, whose key the signature's is not
		found, err := verified(data, formats.Values{}, record.Key)
		if err != nil || found[0].Pinned != (i == 2) || formats.SameKey(found[0].Key, record.Key) {
			t.Errorf("SRK %d: pinned is %v, %v", i, found[0].Pinned, err)
		}
	}
}
