package tezos

import (
	"bytes"
	"encoding/hex"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// MaxBytes bounds what is signed. Operations have at most 32 KiB.
const MaxBytes = 1 << 20

// body reads the bytes that the watermark stands before: those of the file, or with --hex those that its text writes. Which of the two a file
// is is never guessed: text that could be either is refused without --hex. Error: ErrFormat.
func body(src formats.Source, isHex bool) ([]byte, error) {
	if limit := int64(MaxBytes); src.Size() > 2*limit+4 || !isHex && src.Size() > limit {
		return nil, fmt.Errorf("%w: at most %d bytes are signed; this file has %d", formats.ErrFormat, limit, src.Size())
	}
	data := make([]byte, src.Size())
	if err := patch.ReadFull(src, data, 0); err != nil {
		return nil, err
	}
	decoded, err := fromHex(data)
	switch {
	case !isHex && err == nil:
		return nil, issue.New("hex-text", formats.ErrFormat, "the file is hexadecimal text, and its letters themselves are hardly what is to be signed").
			Advise("give --hex to sign the bytes that it writes")
	case !isHex:
		decoded = data
	case err != nil:
		return nil, fmt.Errorf("%w: --hex: %v", formats.ErrFormat, err)
	}
	if len(decoded) == 0 {
		return nil, fmt.Errorf("%w: it is empty", formats.ErrFormat)
	}
	if len(decoded) > MaxBytes {
		return nil, fmt.Errorf("%w: at most %d bytes are signed, and this is text of %d", formats.ErrFormat, MaxBytes, len(decoded))
	}
	return decoded, nil
}

// fromHex reads one line of hexadecimal digits in pairs, with or without 0x before and the line's end behind.
func fromHex(text []byte) ([]byte, error) {
	text = oneLine(text)
	text, _ = bytes.CutPrefix(text, []byte("0x"))
	if len(text) == 0 {
		return nil, fmt.Errorf("no hexadecimal digits")
	}
	data := make([]byte, hex.DecodedLen(len(text)))
	if _, err := hex.Decode(data, text); err != nil {
		return nil, fmt.Errorf("not hexadecimal digits in pairs on one line (%v)", err)
	}
	return data, nil
}

// oneLine is a text without the end of its line.
func oneLine(text []byte) []byte {
	text, _ = bytes.CutSuffix(text, []byte("\n"))
	text, _ = bytes.CutSuffix(text, []byte("\r"))
	return text
}
