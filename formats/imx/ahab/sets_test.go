package ahab

import (
	"bytes"
	"context"
	"crypto"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// byNXP is a container's file signed as NXP does it: under a table of its own, with its set.
func byNXP(t *testing.T, data []byte) []byte {
	curve := elliptic.P384()
	return signedAs(t, data, setNXP, 1, ecKey(t, curve, 0), tableOf(t, srk.AHAB, curve, crypto.SHA384))
}

// signedAs is a file whose first n containers are signed by SRK 0 of a table for a set, whatever their images are.
func signedAs(t *testing.T, data []byte, s set, n int, key crypto.Signer, table []byte) []byte {
	t.Helper()
	found, err := find(patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	list, err := readTables(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found[:n] {
		draft, err := sigblk.Order{Container: c.version, Sets: []sigblk.Set{{Table: list[0], Key: key}}}.Draft()
		if err != nil {
			t.Fatal(err)
		}
		covered := append(bytes.Clone(c.raw[:c.block]), draft.Head...)
		binary.LittleEndian.PutUint16(covered[1:], uint16(c.block+draft.Size))
		covered[4] = byte(s)
		block, err := draft.Sign(zeros{}, covered)
		if err != nil {
			t.Fatal(err)
		}
		data = at(data, int(c.at), append(covered[:c.block], block...)...)
	}
	return data
}

// flash is a flash.bin: NXP's container and two of ours in the first set, then a set with U-Boot's.
func flash(t *testing.T) []byte {
	t.Helper()
	nxp, two, one := byNXP(t, sample(t, "tiny.bin")), sample(t, "two.bin"), sample(t, "one.bin")
	data := make([]byte, secondAt+len(two)+100)
	copy(data, nxp[:secondAt])
	copy(data[secondAt:], two)
	binary.LittleEndian.PutUint32(data[headSize:], uint32(secondAt+len(two))) // its image follows theirs
	copy(data[secondAt+len(two):], nxp[secondAt:])
	data = byNXP(t, data)
	return append(data, append(make([]byte, step-100), one...)...) // at the next step
}

// All sets are found, at whatever offset the medium has; NXP's container stays as it is and vouches for nobody, but has to be whole.
func TestSets(t *testing.T) {
	curve := elliptic.P256()
	key, table := ecKey(t, curve, 2), tableOf(t, srk.AHAB, curve, crypto.SHA256)
	for _, offset := range []int{0, 0x400, 0x1000, 0x8000} {
		unsigned := append(make([]byte, offset), flash(t)...)
		if !(Format{}).Sniff(patch.Bytes(unsigned)) {
			t.Errorf("at 0x%x it is not known", offset)
		}
		if _, err := verified(unsigned, formats.Values{}); !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("NXP's signature alone: %v", err)
		}
		data := mustSign(t, unsigned, key, options(table))
		found, err := verified(data, options(table))
		if err != nil || len(found) != 4 {
			t.Fatalf("at 0x%x: %d signatures, %v", offset, len(found), err)
		}
		if !found[0].Aside || found[0].Pinned || found[1].Aside || !found[3].Pinned {
			t.Errorf("at 0x%x: who stands aside: %+v", offset, found)
		}
		if len(data) != len(unsigned) || !bytes.Equal(data[:offset+secondAt], unsigned[:offset+secondAt]) {
			t.Errorf("at 0x%x: NXP's container changed", offset)
		}
		image := bytes.Index(data, sample(t, "tiny.bin")[secondAt:])
		if _, err := verified(at(data, image, 0xff), formats.Values{}); issue.ID(err) != "image-hash" {
			t.Errorf("NXP's image changed: %v", err)
		}
		if _, err := verified(at(data, offset+headSize, 0xff), formats.Values{}); err == nil {
			t.Error("NXP's image array changed, and nobody noticed")
		}
		if _, _, err := signed(at(unsigned, image, 0xff), key, false, options(table)); !errors.Is(err, formats.ErrFormat) || issue.ID(err) != "image-hash" {
			t.Errorf("signing beside NXP's changed image: %v", err)
		}
		if _, _, err := signed(at(unsigned, offset+headSize+8, 0xff), key, false, options(table)); !errors.Is(err, formats.ErrFormat) || errors.Is(err, formats.ErrMismatch) {
			t.Errorf("signing beside NXP's changed image array: %v", err)
		}
	}
}

// One container alone is signed with --container; the file is not good before all are.
func TestOneContainer(t *testing.T) {
	curve := elliptic.P521()
	key, table := ecKey(t, curve, 0), tableOf(t, srk.AHAB, curve, crypto.SHA512)
	half := mustSign(t, sample(t, "two.bin"), key, options(table, optionContainer, "1024"))
	if _, err := verified(half, options(table)); issue.ID(err) != "unsigned-container" {
		t.Errorf("half of it: %v", err)
	}
	whole, _, err := signed(half, key, false, options(table, optionContainer, "0x0"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verified(whole, options(table)); err != nil {
		t.Error(err)
	}
	if both := mustSign(t, sample(t, "two.bin"), key, options(table)); !bytes.Equal(both, whole) {
		t.Error("signed at once it is another file")
	}
}

// Signed anew without a table it keeps its own, and its revocations; nothing stays of a longer signature.
func TestAgain(t *testing.T) {
	p256, p521 := tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256), tableOf(t, srk.AHAB, elliptic.P521(), crypto.SHA512)
	once := mustSign(t, sample(t, "tiny.bin"), ecKey(t, elliptic.P521(), 0), options(p521, optionRevoke, "0x6"))
	other := mustSign(t, once, ecKey(t, elliptic.P521(), 3), options(nil))
	c, err := find(patch.Bytes(other))
	if err != nil || c[0].index() != 3 || c[0].revoked() != 6 {
		t.Errorf("SRK %d, revokes 0x%x, %v", c[0].index(), c[0].revoked(), err)
	}
	short := mustSign(t, once, ecKey(t, elliptic.P256(), 0), options(p256, optionRevoke, "0"))
	if !bytes.Equal(short, mustSign(t, sample(t, "tiny.bin"), ecKey(t, elliptic.P256(), 0), options(p256))) {
		t.Error("something stays of the signature before")
	}
}

// An image may have any hash that CST 4 knows, in version 0 the first of them; a dummy needs none.
func TestHashes(t *testing.T) {
	curve := elliptic.P256()
	key, table := ecKey(t, curve, 0), tableOf(t, srk.AHAB, curve, crypto.SHA256)
	src := sample(t, "tiny.bin")
	image := src[secondAt:]
	for _, number := range []int{0, 1, 2, 4, 5, 6} {
		src, table := src, table
		if number > 3 {
			src, table = at(src, 0, 2), tableOf(t, srk.AHABv2, curve, crypto.SHA256)
		}
		_, h, err := newSum(number)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(image)
		data := at(src, headSize+32, append(h.Sum(nil), make([]byte, 64)...)[:64]...)
		data[headSize+25] = byte(number)
		if _, err := verified(mustSign(t, data, key, options(table)), options(table)); err != nil {
			t.Errorf("hash %d: %v", number, err)
		}
		data[headSize+32] ^= 1
		if _, _, err := signed(data, key, false, options(table)); issue.ID(err) != "image-hash" {
			t.Errorf("hash %d, wrong: %v", number, err)
		}
		data[0] = 0
		if _, _, err := signed(data, key, false, options(table)); number > 3 && issue.ID(err) != "image-hash-kind" {
			t.Errorf("hash %d in version 0: %v", number, err)
		}
	}
	for n, want := range map[int]string{8: "7f9c2ba4e88f827d616045507605853e", 9: "46b9dd2b0ba88d13233b3feb743eeb24"} { // SHAKE of nothing (FIPS 202)
		_, h, err := newSum(n)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)); got[:32] != want || len(got) != 64<<(n-8) {
			t.Errorf("hash %d of nothing is %s", n, got)
		}
	}
	dummy := at(src, headSize+4, 0, 0, 0, 0)
	for _, hash := range [][]byte{make([]byte, 64), append(hashOf(nil), make([]byte, 32)...)} {
		data := at(dummy, headSize+32, hash...)
		data[headSize+25] = 0
		if _, err := verified(mustSign(t, data, key, options(table)), options(table)); err != nil {
			t.Errorf("a dummy: %v", err)
		}
	}
}

func hashOf(b []byte) []byte { h := sha256.Sum256(b); return h[:] }

// Keys that are elsewhere are asked for all signatures before the first error is returned.
func TestElsewhere(t *testing.T) {
	asked := 0
	key := elsewhere{ecKey(t, elliptic.P256(), 0).Public(), &asked}
	_, _, err := signed(sample(t, "two.bin"), key, false, options(tableOf(t, srk.AHAB, elliptic.P256(), crypto.SHA256)))
	if !errors.Is(err, formats.ErrKey) || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

// Describe names what is there; a cancelled context ends everything.
func TestDescribe(t *testing.T) {
	properties, err := Format{}.Describe(context.Background(), patch.Bytes(sample(t, "cst3-sgk.bin")))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []formats.Property{
		{Name: "container", Value: "1 at 0x0, version 0, 0x3a0 bytes, signed by an OEM's SRK 2"},
		{Name: "flags", Value: "0x00000122, revokes SRK 0; software version 0, fuse version 0"},
		{Name: "map", Value: "in file           bytes  loaded to    entry"},
		{Name: "image 1.1", Value: "at 0x2000         0x400  0x80000000   0x80000000   executable, core 4 (Cortex-A35 or A53)"},
		{Name: "SRK 0", Value: "p384 SHA-384    SHA256:P51i1tEYsmBYlwgv35SzhnXan7doKIi7SnBhnU5tPlo=  revoked by it"},
		{Name: "SRK 2", Value: "p384 SHA-384    SHA256:XUXpQJaNuLdyH5zh5CrWsWcgu9ND2kzVUaZfSBJ9TE0=  <- this one"},
		{Name: "signed", Value: "at 0x0            0x258  the signature is at 0x258"},
	} {
		if !slices.Contains(properties, want) {
			t.Errorf("%q is not among %q", want, properties)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Format{}).Verify(cancelled, patch.Bytes(sample(t, "cst3-p256.bin")), formats.Keys{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
