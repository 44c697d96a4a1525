package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/patch"
	"sigtool/verify"
)

// signed is what became of one file.
type signed struct {
	format     string
	signatures []formats.Signature
	notes      []string // the format's, said once for all files
	warnings   []string // this file's
	output     string
	beside     []string // names of what is written beside it
	err        error
	staged     *fileio.Staged // written, and not in its place yet; made from source, which is open until then
	source     *fileio.File
	placed     func() error // what is left to do when it is in its place; nil for nothing
	tree       *treeResult  // what became of the files in it, if it is a tree
}

// sign is the straight line for one file: open, choose the format, sign, check the result before it exists, write it.
func (s *signer) sign(ctx context.Context, in input) signed {
	file, err := in.open()
	if err != nil {
		return signed{err: err}
	}
	return s.signOpen(ctx, in, file)
}

// signOpen signs the input from a file that is open, and closes it unless there is a staged file that is made from it.
func (s *signer) signOpen(ctx context.Context, in input, file *fileio.File) (r signed) {
	defer func() {
		if r.staged == nil {
			file.Close()
		}
	}()
	t, err := treeOf(in, file, s.named)
	switch {
	case err != nil:
		return signed{err: err}
	case t != nil:
		return s.signTree(ctx, t)
	}
	format, err := choose(in, file, s.named)
	if err != nil {
		return signed{err: err}
	}
	r.format, r.source = format.Name(), file
	request, err := s.request(in, format)
	aside := apart(format, file, request.Options)
	switch {
	case err != nil:
		return signed{err: err}
	case in.walk && aside && !matches(format, in.name):
		return signed{err: errSkip} // a signature that was made apart in this folder before
	case s.inPlace && aside:
		return signed{err: nothingToReplace(format)}
	case !s.inPlace && s.output == "" && !aside:
		return signed{err: errNowhere}
	}
	view, result, _ := s.signAndProve(ctx, in, file, format, request, &r)
	if r.err != nil {
		return r
	}
	r.output = s.target(in)
	r.err = s.write(in, &r, view, result, aside)
	return r
}

// request is what a file of the format is signed with.
func (s *signer) request(in input, format formats.Format) (formats.Request, error) {
	request := formats.Request{Key: s.key, Chain: s.chain, Time: s.now, Rand: rand.Reader, Force: s.force, Beside: in.beside(), Memo: new(patch.Memo)}
	options, err := s.options.values(format)
	request.Options = options
	if err == nil {
		err = s.elsewhere.steady(format, options)
	}
	return request, err
}

// signAndProve signs a file and proves the result. What there is to say of it goes into r; the error, too. What keys that are elsewhere were asked for comes
// back, nil where the keys are here.
func (s *signer) signAndProve(ctx context.Context, in input, src formats.Source, format formats.Format, request formats.Request, r *signed) (view *patch.View, result *formats.Result, wanted *asked) {
	wanted = s.elsewhere.began(&request)
	result, err := format.Sign(ctx, src, request)
	if err != nil {
		r.err = errorIn(in, wanted.explain(err))
		return nil, nil, wanted
	}
	r.notes, r.warnings = result.Notes, result.Warnings
	view, err = patch.NewView(src, result.Edits)
	if err == nil {
		r.signatures, err = s.prove(ctx, format, view, request, result)
	}
	switch {
	case ctx.Err() != nil:
		r.err = errInterrupted
	case err != nil:
		r.err = errorIn(in, fmt.Errorf("the signed file does not verify and was not written: %w", err))
	}
	r.warnings = append(r.warnings, verify.Warnings(r.signatures)...)
	return view, result, wanted
}

// prove verifies what would be written with the public half of the key that signed: an output that does not verify never exists.
func (s *signer) prove(ctx context.Context, format formats.Format, view *patch.View, request formats.Request, result *formats.Result) ([]formats.Signature, error) {
	keys := formats.Keys{Options: request.Options, Certs: s.chain, Beside: request.Beside, Memo: request.Memo, Sidecar: func(suffix, _ string, _ int64) ([]byte, error) {
		for _, sidecar := range result.Sidecars {
			if sidecar.Suffix == suffix {
				return sidecar.Data, nil
			}
		}
		return nil, nil
	}}
	if len(s.chain) == 0 {
		keys.Public = []crypto.PublicKey{s.key.Public()}
	}
	signatures, err := format.Verify(ctx, view, keys)
	if err != nil {
		return nil, err
	}
	return signatures, verify.Judge(signatures, verify.Policy{Keys: signing(request), Now: s.now, Rehearsal: true})
}

// signing lists the public halves of all keys that a request signs with.
func signing(request formats.Request) []crypto.PublicKey {
	keys := []crypto.PublicKey{request.Key.Public()}
	for _, option := range keyOptions() {
		for _, key := range request.Options.Keys(option) {
			keys = append(keys, key.Public())
		}
	}
	return keys
}
