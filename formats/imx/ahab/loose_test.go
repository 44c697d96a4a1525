package ahab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/elliptic"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// What stands beside the containers is told of, for no signature is over it: a raw U-Boot behind them, a loader before them.
func TestLoose(t *testing.T) {
	key, table := ecKey(t, elliptic.P256(), 0), tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)
	good := sample(t, "cst3-p256.bin")
	behind := append(bytes.Clone(good), make([]byte, 3000)...)
	far := append(bytes.Clone(good), make([]byte, reach+step)...)
	for what, row := range map[string]struct {
		data []byte
		want []string
	}{
		"nothing":        {good, nil},
		"zeros":          {behind, nil},
		"erased flash":   {append(bytes.Clone(good), bytes.Repeat([]byte{0xff}, 3000)...), nil},
		"a raw U-Boot":   {at(behind, len(good)+10, 0xd0, 0x0d, 0xfe, 0xed), []string{"0x2c0a to 0x2c0d"}},
		"between":        {at(good, 0x1800, 1), []string{"0x1800 to 0x1800"}},
		"in two places":  {at(at(good, 0x1800, 1), 0x380, 7, 0, 0, 9), []string{"0x380 to 0x383, 0x1800 to 0x1800"}},
		"far away":       {far, []string{"goes on behind byte 0x1002c00"}},
		"before the end": {at(far, len(good)+reach-1, 1), []string{"0x1002bff to 0x1002bff", "goes on"}},
	} {
		found, err := verified(row.data, formats.Values{})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		var notes []string
		for _, s := range found {
			notes = append(notes, s.Notes...)
		}
		_, result, err := signed(row.data, key, true, options(table))
		if err != nil || !slices.Equal(result.Warnings, notes) {
			t.Errorf("%s, signing: %v, %v", what, result, err)
		}
		if len(notes) != len(row.want) {
			t.Errorf("%s: %q", what, notes)
			continue
		}
		for i, want := range row.want {
			if !strings.Contains(notes[i], want) {
				t.Errorf("%s: %q says nothing of %s", what, notes[i], want)
			}
		}
	}
}

// Who says that he is NXP is not believed where he signs for cores that NXP's firmware is not for.
func TestNotNXP(t *testing.T) {
	for flags, want := range map[byte]int{0x66: 1, 0x9b: 1, 0x13: 2, 0x24: 2} {
		data := byNXP(t, at(sample(t, "tiny.bin"), headSize+24, flags))
		data = append(append(data, make([]byte, 2*step-len(data))...), sample(t, "cst3-p256.bin")...)
		found, err := Format{}.Verify(context.Background(), patch.Bytes(data), formats.Keys{})
		if err != nil || !found[0].Aside || found[0].Err != nil || len(found[0].Notes) != want {
			t.Errorf("flags %#02x: %v, %+v", flags, err, found)
		}
	}
}

// An encrypted image needs a wrapped key, which no signature covers; NXP's have none.
func TestBlobNotes(t *testing.T) {
	c := container{flags: uint32(setOEM), images: []image{{size: 1, flags: 1 << 11}}}
	nxp := container{flags: uint32(setNXP), images: c.images}
	for what, row := range map[string]struct {
		c    container
		blob []byte
		want string
	}{
		"no wrapped key":  {c, nil, "image 1 is encrypted"},
		"room for one":    {c, bytes.Repeat([]byte{0xca}, 72), "CST's filler"},
		"a wrapped key":   {c, make([]byte, 72), "not covered"},
		"NXP's":           {nxp, nil, ""},
		"nothing is said": {container{flags: c.flags, images: []image{{size: 1}}}, nil, ""},
	} {
		notes := strings.Join(row.c.blobNotes(&sigblk.Block{Blob: row.blob}), "; ")
		if !strings.Contains(notes, row.want) || (row.want == "") != (notes == "") {
			t.Errorf("%s: %q", what, notes)
		}
	}
}
