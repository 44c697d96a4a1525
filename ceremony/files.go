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
	// good tells whether what a run before this one put under the same name will do; nil where nobody can tell.
	good func([]byte) error
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

// putFile puts a file, or takes the one that is there if it is as good.
func (r *Run) putFile(id string, f file) error {
	there, err := r.world.ReadBack(f.name)
	if err != nil {
		return r.put(id, f.name, f.data, f.secret)
	}
	for _, o := range r.outputs {
		if o.name == f.name && o.sum == sha256.Sum256(there) {
			return nil
		}
	}
	if bytes.Equal(there, f.data) || r.resumed && f.good != nil && f.good(there) == nil {
		return r.record(id, f.name, there, f.secret)
	}
	return fmt.Errorf("%s: there is a file of that name, and it is another one", f.name)
}
