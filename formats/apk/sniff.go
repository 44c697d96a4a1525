package apk

import (
	"bytes"
	"encoding/binary"

	"sigtool/formats"
)

// What is read to know a package; together at most 64 KiB.
const (
	sniffHead = 4 << 10
	sniffTail = 22 + 1<<10
	sniffDir  = 48 << 10
)

// Sniff knows a ZIP file with an AndroidManifest.xml, or with the magic of a signing block before its directory.
func (Format) Sniff(src formats.Source) bool {
	head := piece(src, 0, sniffHead)
	if !bytes.HasPrefix(head, []byte("PK\x03\x04")) && !bytes.HasPrefix(head, []byte("PK\x05\x06")) && !bytes.HasPrefix(head, []byte("dex\n")) {
		return false
	}
	if hasManifest(head, "PK\x03\x04", 26, 30) {
		return true
	}
	tail := piece(src, max(0, src.Size()-sniffTail), sniffTail)
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < 22 {
		return false
	}
	directory := int64(binary.LittleEndian.Uint32(tail[at+16:]))
	before := piece(src, max(0, directory-16), 16+sniffDir)
	return bytes.HasPrefix(before, []byte("APK Sig Block 42")) || hasManifest(before, "PK\x01\x02", 28, 46)
}

// hasManifest looks for a header with that magic and size that names AndroidManifest.xml itself, its length at the offset given; app bundles
// (.aab), which are signed as JAR files, have one in a folder.
func hasManifest(b []byte, magic string, length, size int) bool {
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], []byte(manifestName))
		if i < 0 {
			return false
		}
		at += i
		if at < size {
			continue
		}
		header := b[at-size:]
		if bytes.HasPrefix(header, []byte(magic)) && int(binary.LittleEndian.Uint16(header[length:])) == len(manifestName) {
			return true
		}
	}
}

// piece reads up to n bytes at an offset, fewer where the source ends.
func piece(src formats.Source, at int64, n int) []byte {
	if at >= src.Size() {
		return nil
	}
	b := make([]byte, min(int64(n), src.Size()-at))
	got, _ := src.ReadAt(b, at)
	return b[:got]
}
