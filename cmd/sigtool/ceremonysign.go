package main

import (
	"context"
	"crypto"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony"
	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/verify"
)

// hash reads a file that is to be signed, so that people can look at its digest.
func (p *ceremonyPlace) hash(name string) (sum [sha256.Size]byte, err error) {
	file, err := fileio.Open(filepath.Join(p.inputs, name))
	if err != nil {
		return sum, err
	}
	defer file.Close()
	return hashed(file)
}

func hashed(file *fileio.File) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	_, err = io.Copy(h, io.NewSectionReader(file, 0, file.Size()))
	return [sha256.Size]byte(h.Sum(nil)), err
}

// copyApproved reads a file of the folder of inputs once, and returns that copy if it has the digest that people approved: whatever the
// folder or the medium gives afterwards, this is what is signed.
func (p *ceremonyPlace) copyApproved(name string, approved [sha256.Size]byte) (*fileio.File, error) {
	path := filepath.Join(p.inputs, name)
	file, err := fileio.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	kept, err := fileio.Spool(io.NewSectionReader(file, 0, file.Size()), maxSpool)
	if err != nil {
		return nil, fmt.Errorf("%s: it could not be read to be signed: %w", path, errors.Unwrap(err)) // without the name of standard input
	}
	sum, err := hashed(kept)
	if err == nil && sum != approved {
		err = fmt.Errorf("%w: %s: it changed after it was looked at: its SHA-256 was %x, and is %x now", ceremony.ErrRefused, path, approved, sum)
	}
	if err != nil {
		kept.Close()
		return nil, err
	}
	return kept, nil
}

// sign signs a file of the folder of inputs as `sigtool sign` does, and tells what came of it. The certificate that some formats want is
// LABEL.crt in the same folder.
func (p *ceremonyPlace) sign(c *cli.Context, what ceremony.ToSign, approved [sha256.Size]byte, key crypto.Signer) ([]ceremony.Put, error) {
	format := formatNamed(what.Format)
	if format == nil {
		return nil, fmt.Errorf("there is no signing format %q", what.Format)
	}
	s := &signer{out: p.out, named: format, key: key, now: p.now(), output: p.folder, folder: true, options: &givenOptions{flags: c}}
	if name := filepath.Join(p.inputs, what.Key+".crt"); exists(name) {
		chain, err := readChain(name)
		if err != nil {
			return nil, err
		}
		s.chain = chain
	}
	file, err := p.copyApproved(what.File, approved)
	if err != nil {
		return nil, err
	}
	r := []signed{s.signOpen(context.Background(), input{name: filepath.Join(p.inputs, what.File), base: what.File}, file)}
	place(r)
	switch {
	case errors.Is(r[0].err, fileio.ErrExists) && r[0].output != filepath.Join(p.folder, what.File):
		if err := p.signedBefore(format, what, approved, key, r[0].output); err != nil {
			return nil, errors.Join(r[0].err, err)
		}
	case r[0].err != nil:
		return nil, r[0].err
	}
	return putAt(append([]string{r[0].output}, r[0].beside...)...)
}

// signedBefore tells whether a detached signature that a run before this one put is good for this very file.
func (p *ceremonyPlace) signedBefore(format formats.Format, what ceremony.ToSign, approved [sha256.Size]byte, key crypto.Signer, output string) error {
	file, err := p.copyApproved(what.File, approved)
	if err != nil {
		return err
	}
	defer file.Close()
	policy := verify.Policy{Keys: []crypto.PublicKey{key.Public()}, Now: p.now(), Rehearsal: true}
	signatures, err := format.Verify(context.Background(), file, formats.Keys{Public: policy.Keys, Sidecar: func(suffix, _ string, limit int64) ([]byte, error) {
		if !strings.HasSuffix(output, suffix) {
			return nil, nil
		}
		return fileio.ReadLimited(output, limit)
	}})
	if err != nil {
		return err
	}
	return verify.Judge(signatures, policy)
}

// putAt is what stands in files that were written, as it comes back from there.
func putAt(names ...string) (put []ceremony.Put, err error) {
	for _, name := range names {
		file, err := fileio.Open(name)
		if err != nil {
			return nil, err
		}
		sum, err := hashed(file)
		file.Close()
		if err != nil {
			return nil, err
		}
		put = append(put, ceremony.Put{Name: filepath.Base(name), SHA256: sum, Size: file.Size()})
	}
	return put, nil
}
