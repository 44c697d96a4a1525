package main

import (
	"crypto/x509"
	"fmt"
	"io/fs"
	"path/filepath"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/fileio"
)

// csfFiles finds and reads what a text names.
type csfFiles struct {
	folder   string // that the text is in
	replaced string // FILE of the command line, which takes the place of the file that is signed; "" for none

	named string // the file that is signed, as the text names it
	open  map[string]*fileio.File
	certs []csfCert
	read  []string // every file that was read
}

// csfCert is a certificate that was read, with where.
type csfCert struct {
	cert *x509.Certificate
	name string // as the text has it
	base string // what its path begins with before that: "" for the working folder
}

// find finds a file: in the working folder, where CST looks, or else in the text's. One that is in both is not guessed at.
func (f *csfFiles) find(name string) (base string, err error) {
	if filepath.IsAbs(name) || f.folder == "." {
		return "", nil
	}
	beside := under(f.folder, name)
	switch here, there := exists(name), exists(beside); {
	case here && there && !sameFile(name, beside):
		return "", withHint(fmt.Errorf("%s is both in the working folder and in that of the text (%s)", name, beside),
			"run sigtool in the text's folder; cst takes the file of the working folder")
	case here:
		return "", nil
	case there:
		return f.folder, nil
	}
	return "", withHint(fmt.Errorf("%s: %w; nor is %s", name, fs.ErrNotExist, beside), "paths in a text begin in the working folder, or in that of the text")
}

// under is a path in a folder, as it was written: "a/.." is not taken out, for a may be a link.
func under(base, name string) string {
	if base == "" {
		return name
	}
	return base + string(filepath.Separator) + name
}

// small reads a small file that the text names, and says what its path begins with.
func (f *csfFiles) small(name string, limit int64) (data []byte, base string, err error) {
	if base, err = f.find(name); err != nil {
		return nil, "", err
	}
	path := under(base, name)
	f.read = append(f.read, path)
	data, err = fileio.ReadLimited(path, limit)
	return data, base, err
}

// table reads an SRK table.
func (f *csfFiles) table(name string) ([]byte, error) {
	data, _, err := f.small(name, srk.MaxFile)
	if err == nil {
		if _, wrong := srk.ParseFile(data); wrong != nil {
			err = withHint(fmt.Errorf("%s: %w", name, wrong), hintSRKs)
		}
	}
	return data, err
}

// certificate reads a certificate.
func (f *csfFiles) certificate(name string) (*x509.Certificate, error) {
	data, base, err := f.small(name, maxKeyFile)
	if err != nil {
		return nil, err
	}
	chain, err := chainIn(name, data)
	if err != nil {
		return nil, err
	}
	f.certs = append(f.certs, csfCert{chain[0], name, base})
	return chain[0], nil
}

// block opens a file that blocks are in.
func (f *csfFiles) block(name string) (formats.Source, error) {
	path, err := f.signedFile(name)
	if err != nil {
		return nil, err
	}
	if file := f.open[path]; file != nil {
		return file, nil
	}
	file, err := fileio.Open(path)
	if err != nil {
		return nil, err
	}
	if f.open == nil {
		f.open = map[string]*fileio.File{}
	}
	f.open[path] = file
	f.read = append(f.read, path)
	return file, nil
}

// signedFile is the path of a file that is signed: the one that the command line puts in its place, or the one that the text names.
func (f *csfFiles) signedFile(name string) (string, error) {
	if f.replaced == "" {
		base, err := f.find(name)
		return under(base, name), err
	}
	if f.named != "" && f.named != name {
		return "", withHint(fmt.Errorf("the text signs several files, %s and %s", f.named, name), "leave FILE out: it can't take the place of both")
	}
	f.named = name
	return f.replaced, nil
}

// unchanged tells whether what was signed is still what it was.
func (f *csfFiles) unchanged() error {
	for _, file := range f.open {
		if err := file.Unchanged(); err != nil {
			return err
		}
	}
	return nil
}

func (f *csfFiles) close() {
	for _, file := range f.open {
		file.Close()
	}
}
