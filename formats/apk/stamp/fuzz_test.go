package stamp

import (
	"math"
	"testing"

	"sigtool/formats/apk/content"
	"sigtool/internal/issue"
)

// Whatever stands in the block, there is a verdict with a name, and none is good but for what was signed.
func FuzzCheck(f *testing.F) {
	digests := map[int]map[content.Algorithm][]byte{3: {content.SHA256: make([]byte, 32)}}
	f.Add([]byte("\x04\x00\x00\x00\x00\x00\x00\x00"), make([]byte, 32), false)
	for _, name := range []string{"v3-only-with-stamp.apk", "stamp-lineage-with-3-signers.apk", "stamp-invalid-timestamp-value-zero.apk"} {
		in := input(f, name, 0, math.MaxInt32)
		f.Add(in.V2, in.CertHash, true)
	}
	f.Fuzz(func(t *testing.T, block, hash []byte, second bool) {
		in := Input{CertHash: hash, V2: block, Digests: digests, MaxSDK: math.MaxInt32}
		if !second {
			in.V1, in.V2 = block, nil
		}
		if got := Check(in); got != nil && issue.ID(got.Err) == "" {
			t.Errorf("no verdict, or a good one: %+v", got)
		}
	})
}
