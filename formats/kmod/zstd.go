package kmod

import (
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	maxWindow = 128 << 20 // bytes: what zstd itself unpacks without being told to
	maxBlock  = 128 << 10 // bytes that one block unpacks to (RFC 8878 §3.1.1.2.4)
)

// checkZstd walks over the frame (RFC 8878 §3.1.1) before anything is unpacked: that it is alone, and what it claims to unpack to.
//
//	frame header | blocks | checksum, 4 bytes if the header says so
//	block: 3 bytes, little endian: bit 0 last, bits 1-2 type (raw, one byte repeated, packed), the rest its size
func checkZstd(packed []byte) error {
	var h zstd.Header
	if err := h.Decode(packed); err != nil {
		return err
	}
	switch {
	case h.Skippable:
		return errors.New("a skippable frame")
	case h.DictionaryID != 0:
		return errors.New("it needs a dictionary")
	case h.WindowSize > maxWindow:
		return fmt.Errorf("the window is larger than %d MiB", maxWindow>>20)
	case h.HasFCS && h.FrameContentSize > maxModule:
		return errTooLarge
	}
	rest, blocks := packed[min(h.HeaderSize, len(packed)):], uint64(0)
	for last := false; !last; blocks++ {
		size, kind, end := block(rest)
		if kind == 1 {
			size = 1
		}
		if size < 0 || kind == 3 || len(rest) < 3+size {
			return errors.New("damaged data")
		}
		rest, last = rest[3+size:], end
	}
	if h.HasCheckSum {
		if len(rest) < 4 {
			return errors.New("damaged data")
		}
		rest = rest[4:]
	}
	if len(rest) > 0 {
		return errTrailing
	}
	if h.HasFCS && h.FrameContentSize > blocks*maxBlock {
		return errors.New("it claims to unpack to more than its blocks can")
	}
	return nil
}

// block reads a block's header; size is -1 when there is none.
func block(b []byte) (size, kind int, last bool) {
	if len(b) < 3 {
		return -1, 0, false
	}
	n := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
	return n >> 3, n >> 1 & 3, n&1 != 0
}

// The packer and unpacker are kept: making them costs more than most modules do. Both may be used from several goroutines at once.
var (
	zstdDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
		return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(maxModule))
	})
	zstdEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
		return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderCRC(true))
	})
)

func unzstd(packed []byte) ([]byte, error) {
	if err := checkZstd(packed); err != nil {
		return nil, err
	}
	decoder, err := zstdDecoder()
	if err != nil {
		return nil, err
	}
	module, err := decoder.DecodeAll(packed, nil)
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = errTooLarge
	}
	return module, err
}

// zstdPack keeps the window within the 8 MiB that every unpacker must take, and adds the checksum.
func zstdPack(module []byte) ([]byte, error) {
	encoder, err := zstdEncoder()
	if err != nil {
		return nil, err
	}
	return encoder.EncodeAll(module, nil), nil
}

// zstdHead unpacks the first block, which has up to 128 KiB: cut tells that packed does not hold all of it.
func zstdHead(packed []byte) (head []byte, cut bool) {
	var h zstd.Header
	if h.Decode(packed) != nil || h.Skippable || h.DictionaryID != 0 || h.WindowSize > maxWindow || h.HeaderSize > len(packed) {
		return nil, false
	}
	rest := packed[h.HeaderSize:]
	size, kind, _ := block(rest)
	if kind == 1 {
		size = 1
	}
	if size < 0 || kind == 3 || size > maxBlock {
		return nil, false
	}
	if len(rest) < 3+size {
		return nil, true
	}
	// The first block becomes the last of a frame of its own, with the smallest header that fits: 128 KiB of window.
	frame := append([]byte("\x28\xb5\x2f\xfd\x00\x38"), rest[:3+size]...)
	frame[6] |= 1
	decoder, err := zstdDecoder()
	if err != nil {
		return nil, false
	}
	module, err := decoder.DecodeAll(frame, nil)
	if err != nil {
		return nil, false
	}
	return module[:min(len(module), headerSize)], false
}
