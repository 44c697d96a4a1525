package backup

import (
	"errors"
	"fmt"
	"strings"
)

// ErrDamaged is what every *Damage wraps: the paper does not check and what it holds can't be proven.
var ErrDamaged = errors.New("the paper does not check")

// Fault is one place of a sheet that is missing or wrong. Why shows nothing of the secret.
type Fault struct {
	Page  int    `json:"page"`            // from 1
	Line  int    `json:"line"`            // the number printed before the line or word; 0 if it is not known
	Group int    `json:"group,omitempty"` // from 1, where the fault probably is; 0 if it is not known
	Why   string `json:"why"`
	Hint  string `json:"-"` // what it may be; it can show a piece of the secret, so it is for the eyes of whoever holds the paper
}

// Damage is the refusal of a sheet: every place at fault, in order. Its message shows nothing of the secret.
type Damage struct {
	Unit   string // what is counted: "line", "word"
	Total  int    // how many there should be; 0 if it is not known
	Faults []Fault
	Note   string // what a person can do or should know; may be empty
}

// faultsShown bounds the message; Faults has them all.
const faultsShown = 16

// Error names each place at fault, and what a person can do.
func (d *Damage) Error() string {
	text := ErrDamaged.Error()
	if len(d.Faults) > 0 {
		text += ": " + d.Places()
	}
	if d.Note != "" {
		text += "; " + d.Note
	}
	return text
}

// Places names each place at fault, with its page where the page changes: "page 1 line 3 (missing), line 5 group 2, page 2 (…)".
func (d *Damage) Places() string {
	var places []string
	page := 0
	for i, f := range d.Faults {
		if i == faultsShown {
			places = append(places, fmt.Sprintf("and %d more", len(d.Faults)-i))
			break
		}
		places = append(places, f.where(d.Unit, page))
		page = f.Page
	}
	return strings.Join(places, ", ")
}

// where names a place; before is the page that was named last.
func (f Fault) where(unit string, before int) string {
	var words []string
	if f.Page != before || f.Line == 0 {
		words = append(words, fmt.Sprintf("page %d", f.Page))
	}
	if f.Line > 0 {
		words = append(words, fmt.Sprintf("%s %d", unit, f.Line))
	}
	if f.Group > 0 {
		words = append(words, fmt.Sprintf("group %d", f.Group))
	}
	if f.Why != "" {
		words = append(words, "("+f.Why+")")
	}
	return strings.Join(words, " ")
}

// Hints lists in sentences what the faults may be: for a terminal, not for a log.
func (d *Damage) Hints() (hints []string) {
	for _, f := range d.Faults {
		if f.Hint != "" {
			hints = append(hints, fmt.Sprintf("%s %d may be %s", d.Unit, f.Line, f.Hint))
		}
	}
	return hints
}

// Unwrap returns ErrDamaged.
func (d *Damage) Unwrap() error { return ErrDamaged }
