package ahab

import (
	"errors"
	"fmt"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// rekind is a named error of another kind: what can't be signed (formats.ErrFormat) is, in a file that says that it is signed, a
// signature that does not match (formats.ErrMismatch). Other errors, a disk's or a cancelled context's, stay as they are.
func rekind(err error, kind error) error {
	id := issue.ID(err)
	if id == "" || errors.Is(err, kind) {
		return err
	}
	text := strings.TrimSuffix(err.Error(), fmt.Sprintf(" [%s]", id))
	for _, other := range []error{formats.ErrFormat, formats.ErrMismatch, formats.ErrNoKey} {
		text = strings.ReplaceAll(text, other.Error()+": ", "")
	}
	return issue.New(id, kind, "%s", text).Advise(issue.Hint(err))
}
