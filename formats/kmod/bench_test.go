package kmod

import (
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// BenchmarkModule signs and verifies a module of 94 KB, the mean of Debian's.
func BenchmarkModule(b *testing.B) {
	module := append(read(b, samples+"sample.ko"), make([]byte, 94000)...)
	for _, key := range []string{"rsa2048", "p256"} {
		req := request(b, key, "sha256")
		b.Run(key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				result, err := Format{}.Sign(b.Context(), patch.Bytes(module), req)
				if err != nil {
					b.Fatal(err)
				}
				view, err := patch.NewView(patch.Bytes(module), result.Edits)
				if err != nil {
					b.Fatal(err)
				}
				sigs, err := Format{}.Verify(b.Context(), view, formats.Keys{Certs: req.Chain})
				if err != nil || sigs[0].Err != nil {
					b.Fatal(err, sigs)
				}
			}
		})
	}
}
