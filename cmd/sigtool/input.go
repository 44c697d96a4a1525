package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"sigtool/formats"
	"sigtool/formats/all"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
)

// maxSpool bounds what is taken from standard input, in bytes.
const maxSpool = 64 << 30

// input is a file to work on.
type input struct {
	name string // as given, or below the folder given
	base string // its name in an output folder: relative to the folder given
	walk bool   // found in a folder rather than named
	link bool   // a symbolic link found in a folder

	inTree bool // a member of a tar file
}

// open opens an input, or takes all of standard input for "-".
func (in input) open() (*fileio.File, error) {
	switch {
	case in.name == "-":
		return fileio.Spool(os.Stdin, maxSpool)
	case in.link:
		return nil, withHint(fmt.Errorf("%s: a link, and links in a folder are not followed", in.name), "name the file that it leads to")
	}
	file, err := fileio.Open(in.name)
	if errors.Is(err, fs.ErrNotExist) && !in.walk && !strings.ContainsAny(in.name, "./") {
		err = withHint(err, "sigtool formats lists the formats, if one was meant")
	}
	return file, err
}

// beside returns what opens another file of the input's folder, or of a folder in it, by its name there: nil for standard input, and the file is nil
// where there is none.
func (in input) beside() func(string) (formats.BesideFile, error) {
	if in.name == "-" || in.inTree {
		return nil
	}
	return func(name string) (formats.BesideFile, error) {
		if name != path.Clean(name) || !filepath.IsLocal(name) || strings.Count(name, "/") > 1 || strings.Contains(name, "\x00") {
			return nil, fmt.Errorf("%q is no name of a file beside it", name)
		}
		file, err := fileio.Open(filepath.Join(filepath.Dir(in.name), name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil
		case err != nil:
			return nil, err
		}
		return file, nil
	}
}

// readSmall reads a key, a certificate or a plan: a file, or standard input for "-".
func readSmall(name string, limit int64) ([]byte, error) {
	if name != "-" {
		return fileio.ReadLimited(name, limit)
	}
	data := make([]byte, limit+1) // one piece: growing would leave copies behind
	n, err := readAll(os.Stdin, data)
	if err == nil && int64(n) > limit {
		err = fmt.Errorf("has more than %d bytes", limit)
	}
	if err != nil {
		secret.Wipe(data)
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return data[:n], nil
}

// gather turns the arguments into inputs: a folder (or a link to one) stands for every file below it, in order of name.
func gather(args []string) ([]input, bool, error) {
	var inputs []input
	folder := false
	for _, arg := range args {
		info, err := os.Stat(arg)
		if arg == "-" || err != nil || !info.IsDir() {
			inputs = append(inputs, input{name: arg, base: filepath.Base(arg)})
			continue
		}
		folder = true
		err = filepath.WalkDir(arg+string(filepath.Separator), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			// A link is passed over, unless its name says that it should be signed: then nobody must take it for done.
			link := entry.Type()&fs.ModeSymlink != 0 && slices.ContainsFunc(all.List(), func(f formats.Format) bool { return matches(f, name) })
			if entry.Type().IsRegular() || link {
				base, _ := filepath.Rel(arg, name)
				inputs = append(inputs, input{name: name, base: base, walk: true, link: link})
			}
			return nil
		})
		if err != nil {
			return nil, folder, err
		}
	}
	return inputs, folder, nil
}

// errSkip says that a file in a folder is none of the format's.
var errSkip = errors.New("not this format's")

// choose finds the format of an input: the one named, or the only one that claims it. A file met in a folder that no format claims
// is passed over, unless its name says that it should be one: a damaged kernel module must not be left unsigned in silence.
func choose(in input, src formats.Source, named formats.Format) (formats.Format, error) {
	if named != nil {
		if in.walk && !named.Sniff(src) && !matches(named, in.name) {
			return nil, errSkip
		}
		return named, nil
	}
	found := formats.Detect(all.List(), src)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, usageHint("name the format: sigtool sign FORMAT …", "%s: could be %s or %s", in.name, found[0].Name(), found[1].Name())
	case src.Size() == 0 && !in.walk:
		return nil, withHint(fmt.Errorf("%s: the file is empty", in.name), "was it cut off? fetch or make it again")
	}
	for _, format := range all.List() {
		if matches(format, in.name) {
			return format, nil // so that it says itself what is wrong
		}
	}
	if in.walk {
		return nil, errSkip
	}
	if of := signedBy(in.name); of != "" {
		return nil, withHint(fmt.Errorf("%s: %w known here", in.name, errUnknownFormat), "a signature is verified by the file that it signs: sigtool verify raw "+shellWord(of)+", or verify kmod --p7s")
	}
	if hasSidecar(in.name) {
		return nil, withHint(fmt.Errorf("%s: %w known here", in.name, errUnknownFormat), "there is a signature beside it: sigtool verify raw, or verify tezos")
	}
	if _, is := looksTree(src); is {
		return nil, withHint(fmt.Errorf("%s: %w known here", in.name, errUnknownFormat), "it is a tree of files: say of which format, as in: sigtool sign kmod …; any file can be signed apart from itself: sigtool sign raw")
	}
	if looksZIP(src) {
		return nil, withHint(fmt.Errorf("%s: %w known here", in.name, errUnknownFormat), "jarsigner signs JAR files and app bundles (.aab); any file can be signed apart from itself: sigtool sign raw")
	}
	return nil, withHint(fmt.Errorf("%s: %w known here", in.name, errUnknownFormat), "sigtool formats lists them; any file can be signed apart from itself: sigtool sign raw")
}

// looksZIP tells whether a file begins as ZIP files do.
func looksZIP(src formats.Source) bool {
	var magic [4]byte
	_, err := src.ReadAt(magic[:], 0)
	return err == nil && string(magic[:]) == "PK\x03\x04"
}

// hasSidecar tells whether there is a signature beside a file.
func hasSidecar(name string) bool { return exists(name+".sig") || exists(name+".p7s") }

// signedBy is the file beside which a signature stands, by its name; "" where there is none.
func signedBy(name string) string {
	if ending := filepath.Ext(name); ending == ".sig" || ending == ".p7s" {
		if of := strings.TrimSuffix(name, ending); exists(of) {
			return of
		}
	}
	return ""
}

var errUnknownFormat = errors.New("not a format")

func matches(format formats.Format, name string) bool {
	for _, pattern := range format.Files() {
		if ok, _ := path.Match(pattern, filepath.Base(name)); ok {
			return true
		}
	}
	return false
}

// formatNamed returns the format of that name, or nil.
func formatNamed(name string) formats.Format {
	for _, format := range all.List() {
		if format.Name() == name {
			return format
		}
	}
	return nil
}

// inOrder does work on every input, jobs at a time, and hands each result to done in the order of the inputs. When ctx ends, what is
// in flight is finished and nothing new begun.
func inOrder[I, T any](ctx context.Context, inputs []I, jobs int, work func(I) T, done func(I, T)) {
	results := make([]chan T, len(inputs))
	for i := range results {
		results[i] = make(chan T, 1)
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(jobs, len(inputs)) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(inputs)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				results[i] <- work(inputs[i])
			}
		})
	}
	stopped := make(chan struct{})
	go func() { workers.Wait(); close(stopped) }()
	for i := range inputs {
		select {
		case result := <-results[i]:
			done(inputs[i], result)
			continue
		case <-stopped:
		}
		select {
		case result := <-results[i]:
			done(inputs[i], result)
		default:
			return
		}
	}
}

// readAll fills buf from r, and says how much there was; a full buf may mean that there is more.
func readAll(r io.Reader, buf []byte) (int, error) {
	n, err := io.ReadFull(r, buf)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return n, err
}
