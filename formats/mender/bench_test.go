package mender

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// BenchmarkUnpack reads a program, this one, from xz and from gzip. `make pgo` takes its profile: see the Makefile.
func BenchmarkUnpack(b *testing.B) {
	name, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	program := read(b, name)
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(program)
	w.Close()
	tool := exec.Command(oracle.Need(b, "xz"), "-c")
	tool.Stdin = bytes.NewReader(program)
	xz, err := tool.Output()
	if err != nil {
		b.Fatal(err)
	}
	for ending, data := range map[string][]byte{".gz": packed.Bytes(), ".xz": xz} {
		b.Run(ending, func(b *testing.B) {
			b.SetBytes(int64(len(program)))
			for b.Loop() {
				a := &artifact{src: patch.Bytes(data)}
				in, err := a.unpack(b.Context(), part{packed: codecOf(b, ending), size: int64(len(data))})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := new(hasher).large(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func codecOf(b *testing.B, ending string) *codec {
	for i := range codecs {
		if codecs[i].ending == ending {
			return &codecs[i]
		}
	}
	b.Fatal("no codec " + ending)
	return nil
}
