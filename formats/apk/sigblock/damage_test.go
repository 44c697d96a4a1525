package sigblock

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/zipdir"
)

// sample reads the block of a package in testdata/apk.
func sample(t testing.TB, name string) (data []byte, zip *zipdir.Archive, b *Block) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../testdata/apk", name))
	if err != nil {
		t.Fatal(err)
	}
	zip, err = zipdir.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b, err = Find(bytes.NewReader(data), zip)
	if err != nil || b == nil {
		t.Fatalf("%s: %v %v", name, b, err)
	}
	return data, zip, b
}

// good tells whether a value has signers and nothing is wrong with them.
func good(scheme Scheme, value []byte) bool {
	signers, err := Signers(scheme, value, 28, math.MaxInt32)
	for _, s := range signers {
		if s.Err != nil {
			return false
		}
	}
	return err == nil && len(signers) > 0
}

// A value with a changed byte, cut short, or cut to pieces is never good; there is no byte in these that nothing covers.
func TestDamagedValue(t *testing.T) {
	for _, row := range []struct {
		file   string
		id     uint32
		scheme Scheme
	}{{"sample-p256.apk", V2, 2}, {"sample-p256.apk", V3, 3}, {"sample-rsa2048.apk", V2, 2}, {"sample-rsa2048-v2v3.apk", V3, 3}} {
		_, _, b := sample(t, row.file)
		value, _ := b.Value(row.id)
		if !good(row.scheme, value) {
			t.Fatalf("%s %s: not good", row.file, row.scheme)
		}
		for i := range value {
			for _, bit := range []byte{0x01, 0x80} {
				value[i] ^= bit
				if good(row.scheme, value) {
					t.Errorf("%s %s: byte %d of %d changed by %02x is good", row.file, row.scheme, i, len(value), bit)
				}
				value[i] ^= bit
			}
			if good(row.scheme, value[:i]) {
				t.Errorf("%s %s: good when cut to %d bytes of %d", row.file, row.scheme, i, len(value))
			}
		}
	}
}

// What no platform reads is covered by nothing: signatures by unknown algorithms, and bytes behind the signers.
func TestUncovered(t *testing.T) {
	_, b, _ := open(t, "v2-only-with-ignorable-unsupported-sig-algs.apk")
	value, _ := b.Value(V2)
	uncovered := 0
	for i := range value {
		value[i] ^= 1
		if good(2, value) {
			uncovered++
		}
		value[i] ^= 1
	}
	if uncovered == 0 || uncovered > len(value)/2 {
		t.Errorf("%d of %d bytes are covered by nothing", uncovered, len(value))
	}
	if !good(2, append(bytes.Clone(value), 0)) {
		t.Error("a byte behind the signers, which platforms let pass, was not let pass")
	}
}

// In the block, each byte before the padding pair is noticed, and in its frame; the padding itself is covered by nothing, and need be by nothing, as nobody reads it.
func TestDamagedBlock(t *testing.T) {
	data, zip, b := sample(t, "sample-rsa2048-v2v3.apk")
	if last := b.Pairs[len(b.Pairs)-1]; last.ID != Padding {
		t.Fatalf("the last pair is 0x%08x", last.ID)
	}
	used := int64(8)
	for _, p := range b.Pairs[:len(b.Pairs)-1] {
		used += 12 + int64(len(p.Value))
	}
	missed := 0
	for i := range b.Size {
		at := b.Offset + i
		data[at] ^= 1
		got, err := Find(bytes.NewReader(data), zip)
		if err == nil && got != nil && same(got, b) {
			missed++
			if i < used || i >= b.Size-footerSize {
				t.Errorf("byte %d of %d was not noticed", i, b.Size)
			}
		}
		data[at] ^= 1
	}
	if want := b.Size - footerSize - used - 12; int64(missed) != want {
		t.Errorf("%d bytes were not noticed, and %d are padding", missed, want)
	}
}

// same tells whether two blocks are one.
func same(a, b *Block) bool {
	if a.Offset != b.Offset || a.Size != b.Size || len(a.Pairs) != len(b.Pairs) {
		return false
	}
	for i := range a.Pairs {
		if a.Pairs[i].ID != b.Pairs[i].ID || !bytes.Equal(a.Pairs[i].Value, b.Pairs[i].Value) {
			return false
		}
	}
	return true
}
