package fileio

import (
	"bufio"
	"io"
	"os"

	"sigtool/internal/patch"
)

// StageReplaceBy is StageReplace for a file that is made in one go, from its begin to its end, by write. It is called once, before
// StageReplaceBy returns, and f is what it reads.
func StageReplaceBy(f *File, write func(io.Writer) error) (*Staged, error) {
	return stageReplace(f, inOneGo(write))
}

// StageCreateBy is StageCreate for a file that is made in one go by write, as with StageReplaceBy.
func StageCreateBy(path string, f *File, write func(io.Writer) error, force bool) (*Staged, error) {
	return stageCreate(path, f, inOneGo(write), force)
}

// Scratch makes a file that has no name and vanishes with the process. It is called "temporary file".
func Scratch(write func(io.Writer) error) (*File, error) {
	f := &File{name: "temporary file", temp: true}
	file, err := nameless()
	if err != nil {
		return nil, named(f.name, err)
	}
	f.file = file
	if err := inOneGo(write)(file); err != nil {
		file.Close()
		return nil, named(f.name, err)
	}
	if f.stat.Size, err = file.Seek(0, io.SeekCurrent); err != nil {
		file.Close()
		return nil, named(f.name, err)
	}
	return f, nil
}

// inOneGo has write fill a file. Where that file can't be given its name and another has to be filled, it gets what the first one has.
func inOneGo(write func(io.Writer) error) func(*os.File) error {
	var first *os.File
	return func(file *os.File) error {
		if first != nil {
			_, err := io.Copy(file, io.NewSectionReader(first, 0, 1<<62))
			return err
		}
		first = file
		w := bufio.NewWriterSize(file, 256<<10)
		if err := write(w); err != nil {
			return err
		}
		return w.Flush()
	}
}

// overlaid fills a file from a view.
func overlaid(v *patch.View) func(*os.File) error {
	return func(file *os.File) error { return fill(file, v) }
}
