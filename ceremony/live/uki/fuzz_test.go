package uki

import (
	"bytes"
	"reflect"
	"testing"

	"sigtool/ceremony/live/uki/ukitest"
)

// FuzzRead: what is read is all that there is; built again, it is the same image but for its signature.
func FuzzRead(f *testing.F) {
	image := built(f, ukitest.Stub(), sample())
	for _, seed := range [][]byte{image, signedWith(image, 30), signedWith(image, 8, 9), image[:2000], ukitest.Stub(), nil} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(data)
		if err != nil {
			return
		}
		again := append(built(t, got.Stub, got.Sections), got.Signature...)
		if got.Signature != nil {
			at := int(u32(data, peOffset))
			copy(again[at+checksumAt:], data[at+checksumAt:][:4])
			copy(again[at+signatureAt:], data[at+signatureAt:][:8])
		}
		if !bytes.Equal(again, data) {
			t.Error("another image")
		}
	})
}

// FuzzStub: of any stub that is accepted, and any text, there is an image, which is read as that.
func FuzzStub(f *testing.F) {
	f.Add(ukitest.Stub(), []byte("quiet"))
	f.Add(header(header(append(ukitest.Stub(), 4, 0, 0, 0), symbolsAt, ukitest.StubSize, 4), signatureAt, 0, 4), []byte{0})
	f.Fuzz(func(t *testing.T, stub, text []byte) {
		sections := []Section{{".cmdline", text}, {".initrd", append([]byte("x"), text...)}}
		image, err := Build(stub, sections)
		if err != nil {
			return
		}
		normal, err := Normal(stub)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(image)
		if err != nil || !bytes.Equal(got.Stub, normal) || !reflect.DeepEqual(got.Sections, sections) || got.Signature != nil {
			t.Errorf("%v, or another image", err)
		}
	})
}

// FuzzRelease: a release is a name that a folder can have.
func FuzzRelease(f *testing.F) {
	f.Add(ukitest.Kernel("6.1.0-56-amd64"))
	f.Add([]byte("MZ"))
	f.Fuzz(func(t *testing.T, data []byte) {
		release, err := Release(data)
		if err == nil && (release == "" || len(release) > maxRelease || bytes.ContainsAny([]byte(release), "/ \x00\n")) {
			t.Errorf("%q", release)
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	sections := []Section{{".linux", bytes.Repeat([]byte{1}, 8<<20)}, {".initrd", bytes.Repeat([]byte{2}, 9<<20)}}
	b.SetBytes(17 << 20)
	for b.Loop() {
		built(b, ukitest.Stub(), sections)
	}
}

func BenchmarkRead(b *testing.B) {
	image := built(b, ukitest.Stub(), []Section{{".linux", bytes.Repeat([]byte{1}, 8<<20)}, {".initrd", bytes.Repeat([]byte{2}, 9<<20)}})
	b.SetBytes(17 << 20)
	for b.Loop() {
		if _, err := Read(image); err != nil {
			b.Fatal(err)
		}
	}
}
