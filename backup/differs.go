package backup

import (
	"bytes"
	"fmt"
	"strings"
)

// Differs lists in sentences what the printed head says other than the code proves. want is the head that the code would print. What
// was read is quoted only where it has a form that no words of a secret have: the lists go to logs.
func (h Head) Differs(want []Field, isRehearsal bool) []string {
	var list []string
	for _, f := range h.Fields {
		proven := ""
		for _, w := range want {
			if w.Name == f.Name {
				proven = w.Value
			}
		}
		switch {
		case notInCode[f.Name], f.Value == "" && f.Name == FieldLabel, f.Value != "" && agrees(f, proven):
		default:
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
	name := strings.ToLower(f.Name)
	switch {
	case f.Value == "":
		return fmt.Sprintf("the head's %q can't be read", name)
	case f.Name == FieldLabel, !quotable(f):
		return fmt.Sprintf("the head says another %s", name)
	case proven == "":
		return fmt.Sprintf("the head says %s %q, the code has none", name, withoutRemark(f.Value))
	}
	return fmt.Sprintf("the head says %s %q, the code says %q", name, withoutRemark(f.Value), proven)
}

// quotable tells whether a value has its form, so that it is no piece of a secret.
func quotable(f Field) bool {
	switch f.Name {
	case FieldDocument, FieldCheck:
		_, ok := ParseID(withoutRemark(f.Value))
		return ok && strings.ContainsAny(f.Value, "0123456789")
	}
	return fits(f.Name, []byte(f.Value))
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
