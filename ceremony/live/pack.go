package live

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"sigtool/internal/issue"
)

const (
	window      = 8 << 20   // bytes: what every unpacker of zstd must take (RFC 8878 §3.1.1.1.2), and the kernel of its memory
	maxUnpacked = 192 << 20 // bytes: sigtool and modules have some 25 MB
)

// packer is one for all, and uses one core: what it makes depends on nothing but its input.
var packer = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1),
		zstd.WithAllLitEntropyCompression(true), zstd.WithEncoderCRC(true), zstd.WithSingleSegment(false))
})

// pack makes one frame, with the size of its content in the header and a checksum behind it, as the kernel's unpacker reads it (lib/decompress_unzstd.c).
func pack(archive []byte) ([]byte, error) {
	encoder, err := packer()
	if err != nil {
		return nil, err
	}
	if len(archive) > maxUnpacked {
		return nil, issue.New("live-too-large", nil, "the first file system would have %d bytes, and at most %d are allowed", len(archive), maxUnpacked)
	}
	return encoder.EncodeAll(archive, nil), nil
}

// unpack is the way back; whether pack makes the same bytes again is for the caller to see. What is packed must be a single frame, as pack makes it: the kernel would unpack a second one over the first.
func unpack(packed []byte) ([]byte, error) {
	size, err := frameSize(packed)
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	archive, err := decoder.DecodeAll(packed, nil)
	if err != nil || uint64(len(archive)) != size {
		return nil, damagedFrame("it can't be unpacked: %v", err)
	}
	return archive, nil
}

// frameSize walks over the frame before anything is unpacked: that it is alone, and that it can be as large as it says.
//
//	frame header | blocks | checksum, 4 bytes
//	block: 3 bytes, little endian: bit 0 last, bits 1-2 type (raw, one byte repeated, packed), the rest its size (RFC 8878 §3.1.1.2)
func frameSize(packed []byte) (uint64, error) {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return 0, damagedFrame("%v", err)
	}
	if h.Skippable || h.DictionaryID != 0 || !h.HasFCS || !h.HasCheckSum || !h.SingleSegment && h.WindowSize > window || h.FrameContentSize > maxUnpacked {
		return 0, damagedFrame("its header is not as sigtool writes it")
	}
	const maxBlock = 128 << 10 // bytes that one block unpacks to
	rest, blocks := packed[min(h.HeaderSize, len(packed)):], uint64(0)
	for last := false; !last; blocks++ {
		if len(rest) < 3 {
			return 0, damagedFrame("it is cut off")
		}
		head := int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16
		size := head >> 3
		if head>>1&3 == 1 {
			size = 1
		}
		if len(rest) < 3+size {
			return 0, damagedFrame("it is cut off")
		}
		rest, last = rest[3+size:], head&1 != 0
	}
	switch {
	case len(rest) < 4:
		return 0, damagedFrame("it is cut off")
	case len(rest) > 4:
		return 0, issue.New("live-behind-initrd", ErrUnaccounted, "%d bytes stand behind the first file system: the kernel would unpack them over it", len(rest)-4)
	case h.FrameContentSize > blocks*maxBlock:
		return 0, damagedFrame("it claims to unpack to more than its blocks can")
	}
	return h.FrameContentSize, nil
}

func damagedFrame(format string, args ...any) error {
	return issue.New("live-initrd-damaged", nil, "the packed first file system: %s", fmt.Sprintf(format, args...))
}
