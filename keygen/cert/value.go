package cert

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// readValue reads an attribute's value up to the separator, "+" or the end, and returns which of them ended it (0 for the end) and what
// follows. RFC 4514 section 2.4 says what must be escaped; with the separator "/" only / + and \ must.
func readValue(text string, separator byte) (value string, ended byte, rest string, err error) {
	text = strings.TrimLeft(text, " ")
	if separator == ',' && strings.HasPrefix(text, "#") {
		return "", 0, "", errors.New("a value in hexadecimal isn't taken (write \\# for a # at the start)")
	}
	var b strings.Builder
	kept := 0 // the length without trailing spaces that weren't escaped
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == separator || c == '+':
			return b.String()[:kept], c, text[i+1:], nil
		case c == '\\':
			escaped, size, err := readEscape(text[i+1:])
			if err != nil {
				return "", 0, "", err
			}
			b.WriteByte(escaped)
			kept = b.Len()
			i += size
			continue
		case separator == ',' && strings.IndexByte(`";<>`, c) >= 0:
			return "", 0, "", fmt.Errorf("write \\%c for %c", c, c)
		}
		b.WriteByte(c)
		if c != ' ' {
			kept = b.Len()
		}
	}
	return b.String()[:kept], 0, "", nil
}

// readEscape reads what follows a backslash: a special character, or a byte as two hexadecimal digits.
func readEscape(text string) (c byte, size int, err error) {
	if text == "" {
		return 0, 0, errors.New("a backslash at the end")
	}
	if strings.IndexByte(` "#+,;<=>\/`, text[0]) >= 0 {
		return text[0], 1, nil
	}
	var b [1]byte
	if len(text) < 2 {
		return 0, 0, fmt.Errorf("\\%s means nothing", text)
	}
	if _, err := hex.Decode(b[:], []byte(text[:2])); err != nil {
		return 0, 0, fmt.Errorf("\\%.2q means nothing: write \\\\ for a backslash", text)
	}
	return b[0], 2, nil
}
