package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"path"
	"strings"

	pack "github.com/klauspost/compress/gzip"

	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/internal/tartree"
)

// tree is a tar file, packed by gzip or not, that holds files of a format.
type tree struct {
	in     input
	file   *fileio.File
	format formats.Format
	packed bool
}

// treeOf tells whether an input is a tree, which only what was named is, with a format that has names for its files: nil when it is not, or when it is
// a file of the format itself.
func treeOf(in input, file *fileio.File, named formats.Format) (*tree, error) {
	if named == nil || in.walk || in.inTree || len(named.Files()) == 0 || matches(named, in.name) || named.Sniff(file) {
		return nil, nil
	}
	for ending, tool := range otherTrees {
		if strings.HasSuffix(in.name, ending) {
			return nil, errorIn(in, issue.New("tree-compression", nil, "packed by %s: of trees, only plain tar files and those packed by gzip are taken", tool).
				Advise("unpack it first, with "+tool+" -d"))
		}
	}
	packed, is := looksTree(file)
	if !is {
		return nil, nil
	}
	return &tree{in, file, named, packed}, nil
}

// otherTrees are the endings of names of trees that are not taken, and what unpacks those.
var otherTrees = map[string]string{".tar.xz": "xz", ".txz": "xz", ".tar.zst": "zstd", ".tzst": "zstd", ".tar.bz2": "bzip2", ".tbz2": "bzip2", ".tar.lz4": "lz4"}

// looksTree tells whether a file begins as tar files do, and whether it is packed.
func looksTree(file formats.Source) (packed, is bool) {
	head := make([]byte, 512)
	from := io.Reader(io.NewSectionReader(file, 0, file.Size()))
	if n, _ := file.ReadAt(head, 0); bytes.HasPrefix(head[:n], []byte("\x1f\x8b")) {
		unpacked, err := gzip.NewReader(from)
		if err != nil {
			return false, false
		}
		packed, from = true, unpacked
	}
	_, err := io.ReadFull(from, head)
	return packed, err == nil && tartree.Looks(head)
}

// isMember tells by its name whether a member of the tree is a file of its format.
func (t *tree) isMember(name string) bool { return matches(t.format, path.Base(name)) }

// member is a member of the tree as an input: there is nothing beside it, and nothing that it could be opened by.
func (t *tree) member(name string) input {
	return input{name: t.in.name + ":" + name, base: name, inTree: true}
}

// walk reads the tree to its end, which checks it as a whole, and works on the files of its format. A nil dst takes nothing.
func (t *tree) walk(ctx context.Context, dst io.Writer, jobs int, work func(string, []byte) (patch.Source, func())) (count tartree.Count, err error) {
	src := io.Reader(bufio.NewReaderSize(io.NewSectionReader(t.file, 0, t.file.Size()), 64<<10))
	if t.packed {
		if src, err = gzip.NewReader(src); err != nil {
			return count, errorIn(t.in, err)
		}
	}
	options := tartree.Options{Wanted: t.isMember, Work: work, Jobs: jobs}
	if !t.packed || dst == nil {
		count, err = tartree.Walk(ctx, dst, src, options)
	} else {
		packer := pack.NewWriter(dst) // without a name and a time: the bytes depend on the tree alone
		packer.OS = 3                 // Unix
		if count, err = tartree.Walk(ctx, packer, src, options); err == nil {
			err = packer.Close()
		}
	}
	switch {
	case ctx.Err() != nil:
		return count, errInterrupted
	case err != nil:
		return count, errorIn(t.in, err)
	case count.Wanted == 0:
		return count, withHint(fmt.Errorf("%s: there is no %s file in it", t.in.name, t.format.Name()),
			"files of a tree go by their names: "+strings.Join(t.format.Files(), ", "))
	}
	return count, nil
}

// links says which of the tree's members were passed over although their names are the format's; "" for none.
func (t *tree) links(count tartree.Count) string {
	if count.Links == 0 {
		return ""
	}
	return fmt.Sprintf("%d links in it are named as %s files are, and were left alone: what they lead to counts", count.Links, t.format.Name())
}

// eachMember does work on every file of the tree's format, jobs at a time, and hands each result to done in the order of the tree.
func eachMember[T any](ctx context.Context, t *tree, jobs int, work func(input, formats.Source) T, done func(input, T)) (tartree.Count, error) {
	return t.walk(ctx, nil, jobs, func(name string, data []byte) (patch.Source, func()) {
		in := t.member(name)
		result := work(in, patch.Bytes(data))
		return nil, func() { done(in, result) }
	})
}
