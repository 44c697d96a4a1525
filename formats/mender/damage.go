package mender

import (
	"fmt"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// damage is an artifact that is not what its manifest says. Of a signed one it means that its signature does not match; one that is to be signed is
// no file to sign.
type damage struct{ id, text string }

func (d *damage) Error() string { return d.text }

// as is the damage as an error of that kind.
func (d *damage) as(kind error) error {
	err := issue.New(d.id, kind, "%s", d.text)
	if kind == formats.ErrFormat {
		return err.Advise("it was damaged after it was made: make it anew, or fetch it again")
	}
	return err
}

// within says in which part something was found.
func within(part string, err error) error { return fmt.Errorf("%s: %w", part, err) }
