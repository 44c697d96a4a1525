// Package issue names an error as the vendor's own tool names it, so that people and scripts who know that tool find their way.
package issue

import (
	"errors"
	"fmt"
)

// Error is an error with the vendor's name for it, such as "V2_SIG_DID_NOT_VERIFY".
type Error struct {
	ID   string
	Hint string // what a person can do about it; "" where the kind says enough
	err  error
}

// New makes an error of a kind, which the caller can tell by errors.Is, with a text for people. A nil kind is left out.
func New(id string, kind error, format string, args ...any) *Error {
	text := fmt.Errorf(format, args...)
	if kind != nil {
		text = fmt.Errorf("%w: %w", kind, text)
	}
	return &Error{ID: id, err: text}
}

// Advise gives the error a hint.
func (e *Error) Advise(hint string) *Error {
	e.Hint = hint
	return e
}

// Error is the text, with the name in brackets behind it.
func (e *Error) Error() string { return fmt.Sprintf("%v [%s]", e.err, e.ID) }

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.err }

// ID returns the vendor's name for an error, or "" when it has none.
func ID(err error) string {
	var named *Error
	if errors.As(err, &named) {
		return named.ID
	}
	return ""
}

// Hint returns what a person can do about an error, or "".
func Hint(err error) string {
	var named *Error
	if errors.As(err, &named) {
		return named.Hint
	}
	return ""
}
