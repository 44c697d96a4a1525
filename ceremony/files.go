package ceremony

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// file is an output that is ready to be put.
type file struct {
	name   string
	data   []byte
	secret bool
	check  func([]byte) error // opens it as a reader would; nil where nobody here can
}

// putting makes files and puts them. What can't be written is tried again when people have put the medium right.
func (r *Run) putting(id string, make func() ([]file, error), then func() ([]Step, error)) Step {
	return work(id, "Files are made, opened, written and read back …", func() ([]Step, error) {
		files, err := make()
		if err != nil {
			return nil, err
		}
		return r.putAll(id, files, then)
	})
}

func (r *Run) putAll(id string, files []file, then func() ([]Step, error)) ([]Step, error) {
	for i, f := range files {
		if err := r.putFile(id, f); err != nil {
			return []Step{tryAgain(id, notWritten, err, func() ([]Step, error) { return r.putAll(id, files[i:], then) })}, nil
		}
	}
	if then == nil {
		return nil, nil
	}
	return then()
}

// What went wrong with a file.
const (
	notWritten = "A file could not be written."
	notRead    = "A file could not be read or signed."
)

// tryAgain asks for things to be put right.
func tryAgain(id, what string, why error, again func() ([]Step, error)) Step {
	return Step{ID: id, Prompt: Prompt{
		Kind: Confirm, Warning: what,
		Text: []string{why.Error() + ".", "Put it right: free some room on the medium, or plug it in again where it was. Nothing is lost while this program runs."},
		Ask:  "Type yes to try again",
	}, Take: func(Answer) ([]Step, error) { return again() }}
}

// putFile puts a file. What a run before this one put under that name is left as it is: if it was recorded, it must be what was recorded
// (or, of a secret one, have been taken away since); if it was not, it must be just the same, or open with the passphrase as this key.
func (r *Run) putFile(id string, f file) error {
	there, err := r.world.ReadBack(f.name)
	for _, o := range r.outputs {
		switch {
		case o.name != f.name:
		case err == nil && o.sum == sha256.Sum256(there), err != nil && o.secret:
			return nil
		default:
			return fmt.Errorf("%s: it is not what was recorded when it was put: put that back", f.name)
		}
	}
	switch {
	case err != nil:
		return r.put(id, f.name, f.data, f.secret)
	case bytes.Equal(there, f.data), r.resumed && f.secret && f.check != nil && f.check(there) == nil:
		return r.record(id, f.name, there, f.secret)
	}
	const other = "%s: there is a file of that name, and it is another one"
	if r.resumed {
		return fmt.Errorf(other+": if the run that was stopped left it, take it away", f.name)
	}
	return fmt.Errorf(other, f.name)
}
