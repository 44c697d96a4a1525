package sigblk_test

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"testing"

	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/keytest"
)

// SPSDK aligns nothing in a block of version 2: a certificate follows P-521's signature of 140 bytes at once. In version 0 that is refused.
func TestUnaligned(t *testing.T) {
	key := keytest.Key(t, "p521")
	for version, kind := range map[byte]srk.Kind{0: srk.AHAB, 2: srk.AHABv2} {
		order := sigblk.Order{Container: version, Sets: []sigblk.Set{{Table: table(t, kind, crypto.SHA512, 0, key.Public()), Key: key}}}
		order.Certificate = certificate(t, version, order, sigblk.PermitContainer)
		draft, err := order.Draft()
		if err != nil {
			t.Fatal(err)
		}
		end := len(draft.Head) + 8 + 132
		binary.LittleEndian.PutUint16(draft.Head[1:], uint16(end+len(order.Certificate)))
		binary.LittleEndian.PutUint16(draft.Head[4:], uint16(end))
		head := make([]byte, blockAt)
		head[0], head[4] = version, 2
		block, err := draft.Sign(steady{}, append(head[:blockAt:blockAt], draft.Head...))
		if err != nil {
			t.Fatal(err)
		}
		container := append(append(head, block[:end]...), order.Certificate...)
		if err := failure(container); version == 2 && err != nil || version == 0 && issue.ID(err) != "bad-signature-block" {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

// SPSDK writes RSA exponents in four bytes, which gives the table another hash; whoever has fused that one signs under it.
func TestLongExponent(t *testing.T) {
	key := keytest.Key(t, "rsa2048")
	short := table(t, srk.AHAB, crypto.SHA256, 0, key.Public())
	long := bytes.Clone(short.Raw[:4])
	for _, r := range short.Records {
		at := len(long)
		long = append(append(long, r.Raw[:len(r.Raw)-3]...), 0, 1, 0, 1)
		binary.LittleEndian.PutUint16(long[at+1:], uint16(len(r.Raw)+1))
		long[at+10] = 4
	}
	binary.LittleEndian.PutUint16(long[1:], uint16(len(long)))
	tab, err := srk.Parse(long)
	if err != nil {
		t.Fatal(err)
	}
	if err := failure(build(t, sigblk.Order{Used: 2, Sets: []sigblk.Set{{Table: tab, Key: key}}})); err != nil {
		t.Error(err)
	}
}
