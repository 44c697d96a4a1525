package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/internal/term"
	"sigtool/keygen"
)

// headField is a statement of a sheet's head that its code does not carry and reading it needs. No head is secret.
type headField struct {
	name  string
	notes []string
	names []string                      // what the value can be; nil for anything that read takes
	read  func(string) (string, string) // the value as it is printed, or "" and why it is none
	value string
}

// headFields are the statements to ask for before the rows of a code.
func headFields(code string) []*headField {
	algorithm := &headField{name: backup.FieldAlgorithm, names: algorithmNames(), notes: []string{
		"What the sheet's head says after Algorithm; enough letters to tell it will do.",
		"Leave it empty if the sheet names none."}}
	document := &headField{name: backup.FieldDocument, read: readDocument, notes: []string{
		"Eight characters like QPZR-Y9X8, from the sheet's head. It finds a wrong word.",
		"Leave it empty if the sheet has none."}}
	check := &headField{name: backup.FieldCheck, read: readDocument, notes: []string{
		"Eight characters like QPZR-Y9X8, from the head of a share. It finds a forged one.",
		"Leave it empty if the sheet has none."}}
	switch code {
	case "lines":
		return nil
	case "words":
		return []*headField{algorithm, document}
	case "codex32":
		return []*headField{algorithm, check}
	}
	return []*headField{algorithm}
}

func readDocument(typed string) (value, why string) {
	id, ok := backup.ParseID(strings.ReplaceAll(strings.ToUpper(typed), "O", "0")) // there is no O
	if !ok {
		return "", "such a number is eight characters of " + backup.Alphabet
	}
	return backup.FormatID(id), ""
}

// askHead asks for one statement after the other, from that one on; arrow up goes back to the one before.
func askHead(form *term.Form, fields []*headField, from int) error {
	for i := from; i < len(fields); {
		back, err := fields[i].ask(form, headText(fields[:i]))
		switch {
		case err != nil:
			return err
		case !back:
			i++
		case i > 0:
			i--
		}
	}
	return nil
}

// headText is the head as Decode reads it.
func headText(fields []*headField) []byte {
	var text []byte
	for _, f := range fields {
		if f.value == "" {
			continue
		}
		text = fmt.Appendf(text, "%-13s %s\n", f.name, f.value)
		if f.name == backup.FieldAlgorithm {
			text = fmt.Appendf(text, "%-13s %s\n", backup.FieldDerivation, keygen.Derivation(keygen.Algorithm(f.value)))
		}
	}
	return text
}

func (f *headField) ask(form *term.Form, above []byte) (back bool, err error) {
	q := term.Question{Title: entryKeys, Above: above, Ask: f.name, Row: []byte(f.value), At: -1, Notes: f.notes, Look: f.look}
	for {
		typed, end, err := askWord(form, q)
		if err != nil || end == term.Earlier {
			return true, err
		}
		value, why := f.parse(typed)
		if why == "" {
			f.value = value
			return false, nil
		}
		q.Row, q.Wrong, q.Notes = []byte(typed), []term.Range{{To: len(typed)}}, append([]string{why + "."}, f.notes...)
		if err := form.DropPaste(); err != nil {
			return false, err
		}
	}
}

// askWord asks for a row that is no secret. Ctrl-D gives up: nothing was typed yet.
func askWord(form *term.Form, q term.Question) (string, term.End, error) {
	typed, end, err := form.Ask(q)
	defer typed.Destroy()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && end == term.Ended:
		return "", end, errInterrupted
	case err != nil:
		return "", end, err
	}
	return strings.TrimSpace(string(typed.Bytes())), end, nil
}

func (f *headField) parse(typed string) (value, why string) {
	if typed == "" {
		return "", ""
	}
	if f.names == nil {
		return f.read(typed)
	}
	rest, ok := completion(f.names, typed)
	if !ok {
		return "", "that is none of " + strings.Join(f.names, ", ")
	}
	return strings.ToLower(typed) + rest, ""
}

func (f *headField) look(row []byte) (wrong []term.Range, rest string) {
	if f.names == nil || len(row) == 0 {
		return nil, ""
	}
	return lookAmong(f.names, row)
}

func lookAmong(names []string, row []byte) (wrong []term.Range, rest string) {
	typed := strings.ToLower(string(row))
	if rest, ok := completion(names, typed); ok {
		return nil, rest
	}
	for _, name := range names {
		if strings.HasPrefix(name, typed) {
			return nil, ""
		}
	}
	return []term.Range{{To: len(row)}}, ""
}

// completion is what a name has more than what was typed; false where no name begins like that, or several do and none is it.
func completion(names []string, typed string) (rest string, ok bool) {
	typed = strings.ToLower(typed)
	if slices.Contains(names, typed) {
		return "", true
	}
	for _, name := range names {
		more, begins := strings.CutPrefix(name, typed)
		switch {
		case begins && ok:
			return "", false
		case begins:
			rest, ok = more, true
		}
	}
	return rest, ok
}

// codeLooks says how the rows of each code look.
var codeLooks = map[string]string{
	"lines":   "07/19  QPZR Y9X8 GF2T VDW0  S3JN 54KH CE6M UA7L   QPZR Y9X8",
	"words":   "01 abandon   02 ability   03 able   04 about ... 24 words",
	"codex32": "1/3  MS10 J6T6 SYXR VA6D PTVY 5VJ0 SUGV",
	"shares":  "01 academic  02 acid ... 33 words, on more than one sheet",
}

// askCode asks which code a sheet is in.
func askCode(form *term.Form) (string, error) {
	f := &headField{name: "Which code is the sheet in?", names: codeNames(), notes: []string{
		`The top of the sheet says it: "code: lines". The codes and how they look:`, ""}}
	for _, name := range f.names {
		f.notes = append(f.notes, fmt.Sprintf("  %-8s %s", name, codeLooks[name]))
	}
	for f.value == "" {
		if _, err := f.ask(form, nil); err != nil {
			return "", err
		}
	}
	return f.value, nil
}
