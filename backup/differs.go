package backup

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Differs lists in sentences what the printed head says other than the code proves. want is the head that the code would print. What
// was read is quoted only where its form shows that it can't be words of the secret: the lists go to logs.
func (h Head) Differs(want []Field, isRehearsal bool) []string {
	var list []string
	for _, f := range h.Fields {
		if notInCode[f.Name] || f.Value == "" {
			continue
		}
		proven := ""
		for _, w := range want {
			if w.Name == f.Name {
				proven = w.Value
			}
		}
		if !agrees(f, proven) {
			list = append(list, differs(f, proven))
		}
	}
	if h.Printed && h.Rehearsal != isRehearsal {
		list = append(list, map[bool]string{
			true:  "the head does not say REHEARSAL, the code does",
			false: "the head says REHEARSAL, the code does not",
		}[isRehearsal])
	}
	return list
}

func differs(f Field, proven string) string {
	name, read := strings.ToLower(f.Name), "another"
	if value := withoutRemark(f.Value); harmless(f.Name, value) {
		read = fmt.Sprintf("%q", value)
	}
	if proven == "" {
		return fmt.Sprintf("the head says %s %s, the code has none", name, strings.Replace(read, "another", "something", 1))
	}
	return fmt.Sprintf("the head says %s %s, the code says %q", name, read, proven)
}

// harmless tells whether a value has the closed form of its statement, so that nobody's secret can stand in it.
func harmless(name, value string) bool {
	switch name {
	case FieldMade:
		_, err := time.Parse("2006-01-02", value)
		return err == nil
	case FieldFingerprint:
		_, err := DigestOf(value)
		return err == nil
	case FieldDocument, FieldCheck:
		_, ok := ParseID(value)
		return ok && strings.ContainsAny(value, "0123456789")
	case FieldAlgorithm:
		at := strings.IndexAny(value, "0123456789")
		return at > 0 && slices.Contains([]string{"ed", "p", "rsa", "secp"}, value[:at])
	case FieldDerivation:
		return value == "seed" || value == "scalar" || strings.HasPrefix(value, "c2sp-")
	case FieldContents:
		return slices.Contains(Kinds(), Kind(value))
	case FieldShare, FieldLines:
		return fits(name, []byte(value))
	}
	return false
}

// agrees compares a printed value with the proven one. What a remark says may change with the version of sigtool; paper does not. The
// values that are names or numbers are the same in capitals.
func agrees(f Field, proven string) bool {
	switch f.Name {
	case FieldDocument, FieldCheck:
		return plainID(withoutRemark(f.Value)) == plainID(proven)
	case FieldAlgorithm, FieldContents, FieldDerivation, FieldMade, FieldShare, FieldSet, FieldLines:
		return strings.EqualFold(withoutRemark(f.Value), proven)
	}
	return f.Value == proven || proven != "" && strings.HasPrefix(f.Value, proven+" (") && strings.HasSuffix(f.Value, ")")
}

// withoutRemark cuts off what stands in brackets.
func withoutRemark(value string) string {
	value, _, _ = strings.Cut(value, " (")
	return value
}

func cutRemark(value []byte) []byte {
	value, _, _ = bytes.Cut(value, []byte(" ("))
	return bytes.TrimSpace(value)
}
