package backup

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// readFields reads a row of a head: a name, a colon or spaces, and a value; or two of them side by side, as pages print them. Words of a
// code can be names too (label, note, share, document, check): a row that may be such words is none, so that nobody shows them. One
// space is enough where the value has a form of its own and, in a text that was typed, behind a name with a capital.
func readFields(row []byte) []Field {
	name := nameAt(row)
	if name == "" {
		return nil
	}
	if at := besides(name, row); at > 0 {
		first, ok := readField(row[:at])
		second, also := readField(row[at:])
		if ok && also {
			return []Field{first, second}
		}
	}
	if f, ok := readField(row); ok {
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
		if len(value) > 0 && (row[i-2] == ' ' || isClosed(name) && len(bytes.Fields(value)) == 1) {
			return i
		}
	}
	return 0
}

// readField reads one. It makes no string of what may be words or groups of a code: a value has its form, or it stands where sheets print
// it, or it is none of them by its looks. A value that has not its form is left empty; Differs says so.
func readField(row []byte) (f Field, ok bool) {
	name := nameAt(row)
	if name == "" {
		return f, false
	}
	rest := row[len(name):]
	value := bytes.TrimSpace(bytes.TrimLeft(rest, " :"))
	colon := bytes.HasPrefix(bytes.TrimLeft(rest, " "), []byte(":"))
	apart := colon || bytes.HasPrefix(rest, []byte("  ")) || closeBy(row, name)
	switch {
	case !apart || len(value) == 0 && !colon:
		return f, false
	case isClosed(name) && !fits(name, value):
		return Field{Name: name}, !isListed(name)
	case isFree(name) && !asPrinted(row, name) && (countsUp(value) || !colon && likeCode(value)):
		return f, false
	}
	return Field{Name: name, Value: normal(name, squeeze(string(value)))}, true
}

// Stated tells whether a row is a statement as sheets print it: a name, and its value in its column or, in the text of QR codes, behind a
// colon. It is one then, whatever the value looks like.
func Stated(row []byte) bool {
	row = bytes.TrimSpace(row)
	name := nameAt(row)
	return name != "" && asPrinted(row, name)
}

func asPrinted(row []byte, name string) bool {
	if !bytes.HasPrefix(row, []byte(name)) {
		return false
	}
	column := len(row) > nameWidth+1 && len(bytes.TrimSpace(row[len(name):nameWidth+1])) == 0 && row[nameWidth+1] != ' '
	return column || bytes.HasPrefix(row[len(name):], []byte(": "))
}

// isFree tells the fields whose value may be anything and whose name may be a word of a code.
func isFree(name string) bool { return name == FieldLabel || name == FieldNote }

// isListed tells the other names that may be words of a code: without a value of their form they are.
func isListed(name string) bool {
	return name == FieldDocument || name == FieldCheck || name == FieldShare || name == FieldSet
}

// isClosed tells the fields whose value has a form of its own.
func isClosed(name string) bool {
	return !notInCode[name] && name != FieldLabel
}

// closeBy tells whether one space is enough: not where more words follow than the value has, nor behind a name that is written like any word.
func closeBy(row []byte, name string) bool {
	rest := row[len(name)+1:]
	switch {
	case name == FieldFingerprint && bytes.HasPrefix(bytes.ToUpper(rest), []byte(fingerprintPrefix)), isListed(name):
		return true
	case isClosed(name):
		return bytes.IndexByte(cutRemark(rest), ' ') < 0
	}
	return bytes.HasPrefix(row, []byte(name)) || bytes.HasPrefix(row, []byte(strings.ToUpper(name)))
}

// fits tells whether a value has the form that its field has. The number of a document may have been misread.
func fits(name string, value []byte) bool {
	value = cutRemark(value)
	words := bytes.Fields(value)
	if len(words) == 0 {
		return false
	}
	only := normal(name, string(value))
	switch name {
	case FieldAlgorithm:
		return algorithmForm().MatchString(only)
	case FieldDerivation:
		return derivationForm().MatchString(only)
	case FieldContents:
		return slices.Contains(Kinds(), Kind(strings.ToLower(only)))
	case FieldFingerprint:
		_, err := DigestOf(only)
		return err == nil
	case FieldMade:
		_, err := time.Parse("2006-01-02", only)
		return err == nil
	case FieldDocument, FieldCheck:
		return likeID(words)
	case FieldShare:
		return isNumber(words[0]) && (len(words) == 1 || len(words) > 2 && bytes.EqualFold(words[1], []byte("of")) && isNumber(words[2]))
	case FieldSet:
		return len(words) == 1 && len(words[0]) == 4 && isPlain(words[0])
	}
	return len(words) == 1 && isNumber(words[0]) // FieldLines
}

var (
	algorithmForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^((ed|p|secp|rsa)[0-9]{3,5}([kr]1)?|mldsa[0-9]{2}|bls12381)$`)
	})
	derivationForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(seed|scalar|c2sp-[a-z-]+/v[0-9]+)$`) })
)

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
