package backup

import (
	"bytes"
	"strings"
)

// readFields reads a row of a head: a name, a colon or spaces, and a value; or two of them side by side, as pages print them. Words of a
// code can be names too (label, note, share, document, check): a row that may be such words is none, so that nobody shows them. One
// space is enough where the value has a form of its own and, in a text that was typed, behind a name with a capital.
func readFields(row []byte, printed bool) []Field {
	name := nameAt(row)
	if name == "" {
		return nil
	}
	if at := besides(name, row); at > 0 {
		first, ok := readField(row[:at], printed)
		second, also := readField(row[at:], printed)
		if ok && also {
			return []Field{first, second}
		}
	}
	if f, ok := readField(row, printed); ok {
		return []Field{f}
	}
	return nil
}

// nameAt is the name of a field that a row begins with, or "".
func nameAt(row []byte) string {
	for _, name := range fieldNames {
		if n := len(name); len(row) > n && (row[n] == ' ' || row[n] == ':') && bytes.EqualFold(row[:n], []byte(name)) {
			return name
		}
	}
	return ""
}

// besides is where the name of a second field stands: behind a gap, or behind a value that is one word; 0 if there is none.
func besides(name string, row []byte) int {
	for i := len(name) + 2; i < len(row); i++ {
		if row[i-1] != ' ' || nameAt(row[i:]) == "" {
			continue
		}
		value := bytes.TrimLeft(row[len(name):i], " :")
		if len(value) > 0 && (row[i-2] == ' ' || isToken(name) && len(bytes.Fields(value)) == 1) {
			return i
		}
	}
	return 0
}

// isToken tells the fields whose value is one word.
func isToken(name string) bool {
	switch name {
	case FieldAlgorithm, FieldContents, FieldDerivation, FieldFingerprint, FieldMade, FieldDocument, FieldSet, FieldCheck:
		return true
	}
	return false
}

// readField reads one. It makes no string of what may be words of a code.
func readField(row []byte, printed bool) (f Field, ok bool) {
	name := nameAt(row)
	if name == "" {
		return f, false
	}
	rest := row[len(name):]
	colon := bytes.HasPrefix(bytes.TrimLeft(rest, " "), []byte(":"))
	value := bytes.TrimSpace(bytes.TrimLeft(rest, " :"))
	f = Field{Name: name, Value: ""}
	switch {
	case isFree(name) && countsUp(value):
		return f, false
	case colon:
	case len(value) == 0, !fits(name, value):
		return f, false
	case isFree(name) && !inColumn(row, name) && likeCode(value):
		return f, false
	case !bytes.HasPrefix(rest, []byte("  ")) && !closeBy(row, name, printed):
		return f, false
	}
	f.Value = normal(name, squeeze(string(value)))
	return f, true
}

// isFree tells the fields of which name and value both may be words of a code: of the other names that are such words, the value has a
// form that none has.
func isFree(name string) bool { return name == FieldLabel || name == FieldNote }

// inColumn tells whether the value stands where sheets print it: nobody's words do.
func inColumn(row []byte, name string) bool {
	return len(row) > nameWidth+1 && bytes.HasPrefix(row, []byte(name)) && len(bytes.TrimSpace(row[len(name):nameWidth+1])) == 0 && row[nameWidth+1] != ' '
}

// closeBy tells whether one space is enough.
func closeBy(row []byte, name string, printed bool) bool {
	switch name {
	case FieldFingerprint:
		return bytes.HasPrefix(bytes.ToUpper(row[len(name)+1:]), []byte(fingerprintPrefix)) || bytes.IndexByte(row[len(name)+1:], ' ') < 0
	case FieldAlgorithm, FieldContents, FieldDerivation, FieldMade:
		return bytes.IndexByte(cutRemark(row[len(name)+1:]), ' ') < 0
	case FieldDocument:
		return true
	case FieldShare, FieldSet, FieldCheck, FieldLines:
		return !printed
	}
	return !printed && (bytes.HasPrefix(row, []byte(name)) || bytes.HasPrefix(row, []byte(strings.ToUpper(name))))
}

// fits tells whether a value has the form that its field has, where that is a closed one.
func fits(name string, value []byte) bool {
	value = cutRemark(value)
	words := bytes.Fields(value)
	if len(words) == 0 {
		return false
	}
	switch name {
	case FieldDocument, FieldCheck:
		return likeID(words)
	case FieldShare:
		return isNumber(words[0]) && (len(words) == 1 || len(words) > 2 && bytes.EqualFold(words[1], []byte("of")) && isNumber(words[2]))
	case FieldSet:
		return len(words) == 1 && len(words[0]) == 4 && isPlain(words[0])
	case FieldLines:
		return len(words) == 1 && isNumber(words[0])
	}
	return true
}

// likeID knows a document's number, even one that was misread.
func likeID(words [][]byte) bool {
	if len(words) > 2 {
		return false
	}
	before, after, dash := bytes.Cut(words[0], []byte("-"))
	if dash && len(words) == 1 {
		return len(before) >= 3 && len(after) >= 3 && len(before)+len(after) <= 2+idChars && isPlain(before) && isPlain(after)
	}
	all := bytes.Join(words, nil)
	whole := len(all) >= idChars-1 && len(all) <= idChars+1 && len(words[0]) >= 3 && len(words[len(words)-1]) >= 3
	return whole && isPlain(all) && bytes.ContainsAny(all, "0123456789")
}

// normal is a value as sheets print it, where a person may type it in capitals or with a space in it.
func normal(name, value string) string {
	switch name {
	case FieldAlgorithm, FieldDerivation:
		return strings.ToLower(value)
	case FieldFingerprint:
		if n := len(fingerprintPrefix); len(value) > n && strings.EqualFold(value[:n], fingerprintPrefix) {
			return fingerprintPrefix + strings.ReplaceAll(value[n:], " ", "")
		}
	}
	return value
}

func isNumber(word []byte) bool {
	for _, c := range word {
		if !isDigit(c) {
			return false
		}
	}
	return len(word) > 0
}

// isPlain tells whether there are letters, digits and ? alone.
func isPlain(word []byte) bool {
	for _, c := range word {
		if !isDigit(c) && !isLetter(c) && c != '?' {
			return false
		}
	}
	return len(word) > 0
}
