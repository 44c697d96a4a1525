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
	data = data[:min(len(data), at+maxDictSize)]
	at += 2
	d = map[string]string{}
	name, from := "", 0
	done := func() {
		if name != "" && d[name] == "" {
			d[name] = string(bytes.TrimSpace(data[from:at]))
		}
	}
	for depth := 0; at < len(data); {
		size := tokenAt(data, at)
		switch token := string(data[at : at+size]); {
		case token == ">>" && depth == 0:
			done()
			return d, at + size, true
		case token == "<<" || token == "[":
			depth++
		case token == ">>" || token == "]":
			depth--
		case token[0] == '/' && depth == 0 && (name == "" || len(bytes.TrimSpace(data[from:at])) > 0):
			done()
			name, from = token[1:], at+size
		}
		at += size
	}
	return nil, at, false
}

// tokenAt is the size of what begins there: ( … ), a comment, a /name, << or >>, else a single character.
func tokenAt(data []byte, at int) int {
	rest := data[at:]
	end := -1
	switch {
	case rest[0] == '(':
		return skipString(data, at, len(data)) - at
	case rest[0] == '%':
		end = bytes.IndexAny(rest, "\r\n")
	case rest[0] == '/':
		if end = bytes.IndexAny(rest[1:], "/[]<>(){}% \t\r\n\f\x00"); end >= 0 {
			end++
		}
	case bytes.HasPrefix(rest, []byte("<<")), bytes.HasPrefix(rest, []byte(">>")):
		return 2
	default:
		return 1
	}
	if end < 0 {
		return len(rest)
	}
	return end
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
