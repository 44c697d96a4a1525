package scan

import "bytes"

// number reads a plain number; -1 for anything else, as a reference.
func number(s string) int {
	n := 0
	if s == "" || len(s) > 9 {
		return -1
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func isSpace(c byte) bool { return bytes.IndexByte([]byte(" \t\r\n\f\x00"), c) >= 0 }

func skipSpace(data []byte, at int) int {
	for at < len(data) && isSpace(data[at]) {
		at++
	}
	return at
}

// dictionary reads the entries of << … >>, each value as it is written, in strings: dictionaries of images hold no secret. Values in
// values stay as they are.
func dictionary(data []byte, at int) (d map[string]string, end int, ok bool) {
	at = skipSpace(data, at)
	if !bytes.HasPrefix(data[at:], []byte("<<")) {
		return nil, at, false
	}
	limit := min(len(data), at+maxDictSize)
	at += 2
	d = map[string]string{}
	name, from := "", 0
	done := func(to int) {
		if name != "" && d[name] == "" {
			d[name] = string(bytes.TrimSpace(data[from:to]))
		}
	}
	for depth := 0; at < limit; {
		c := data[at]
		switch {
		case c == '(':
			at = skipString(data, at, limit)
			continue
		case c == '%':
			for at < limit && data[at] != '\n' && data[at] != '\r' {
				at++
			}
			continue
		case bytes.HasPrefix(data[at:limit], []byte(">>")) && depth == 0:
			done(at)
			return d, at + 2, true
		case bytes.HasPrefix(data[at:limit], []byte("<<")):
			depth++
			at++
		case bytes.HasPrefix(data[at:limit], []byte(">>")):
			depth--
			at++
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '/' && depth == 0 && (name == "" || len(bytes.TrimSpace(data[from:at])) > 0):
			done(at)
			start := at + 1
			for at++; at < limit && !isSpace(data[at]) && bytes.IndexByte([]byte("/[]<>(){}%"), data[at]) < 0; at++ {
			}
			name, from = string(data[start:at]), at
			continue
		}
		at++
	}
	return nil, at, false
}

// skipString steps over ( … ), which may hold brackets, and characters behind a backslash.
func skipString(data []byte, at, limit int) int {
	for depth := 0; at < limit; at++ {
		switch data[at] {
		case '\\':
			at++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return limit
}
