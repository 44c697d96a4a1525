package lineage

import (
	"bytes"
	"testing"

	"sigtool/formats/apk/apktest"
)

// Whatever is read is written again byte for byte.
func FuzzParseFile(f *testing.F) {
	f.Add([]byte("\xd1\x39\xff\x3e\x01\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00"))
	for _, name := range []string{"ec-p256-lineage-2-signers", "rsa-1024-lineage-2-signers", "rsa-2048-lineage-invalid-version"} {
		f.Add(apktest.Read(f, name))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := ParseFile(data); err == nil && !bytes.Equal(l.File(), data) {
			t.Error("written again it differs")
		}
		if l, err := ParseAttribute(data); err == nil && !bytes.Equal(l.Attribute(), data) {
			t.Error("written again it differs")
		}
	})
}
