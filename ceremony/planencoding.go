package ceremony

import (
	"bytes"
	"unicode/utf8"

	"sigtool/internal/issue"
)

// The encodings that editors save text in when nobody tells them to save it as UTF-8, by the bytes at its begin (Unicode 15, §23.8).
var (
	markUTF8    = []byte("\xef\xbb\xbf")
	markUTF16LE = []byte("\xff\xfe")
	markUTF16BE = []byte("\xfe\xff")
)

const saveAgain = `open it in an editor on another computer and save it again as plain UTF-8, without a byte order mark (in Notepad: Save as, encoding "UTF-8", not "UTF-8 with BOM")`

// plainUTF8 refuses text that is not UTF-8 or has bytes that no editor shows, and says where, and what it most likely is instead.
func plainUTF8(data []byte) error {
	no := func(line int, format string, args ...any) error {
		return issue.New("text-encoding", nil, "line %d: not plain UTF-8 text: "+format, append([]any{line}, args...)...).Advise(saveAgain)
	}
	switch {
	case bytes.HasPrefix(data, markUTF8):
		return no(1, "it begins with a byte order mark, which is invisible")
	case bytes.HasPrefix(data, markUTF16LE), bytes.HasPrefix(data, markUTF16BE):
		return no(1, `it is UTF-16, which Windows calls "Unicode"`)
	}
	line := 1
	for rest := data; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		switch {
		case c == utf8.RuneError && size == 1:
			return no(line, "the byte 0x%02X stands alone, as for a letter with an accent in Latin-1 or Windows-1252", rest[0])
		case c == 0 && size == 1:
			return no(line, "it has a zero byte: UTF-16 without its mark, or no text at all")
		case c == '\n':
			line++
		}
		rest = rest[size:]
	}
	return nil
}
