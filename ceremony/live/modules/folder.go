package modules

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/mikelolasagasti/xz"

	"sigtool/internal/issue"
)

// Bounds of what is read.
const (
	maxEntries    = 1 << 16  // files and folders; Debian's 6.1 has 4,600
	maxList       = 1 << 20  // bytes of modules.builtin; Debian's has 7 KB
	maxModule     = 64 << 20 // bytes of a module, packed and unpacked; the largest of Debian's, amdgpu, has 19 MB
	maxDictionary = 64 << 20 // bytes that xz and zstd may look back; kernels' modules are packed with 1 or 2 MiB
)

const unpackAgain = "unpack the kernel's package again, and give the whole folder lib/modules/RELEASE of it"

// folder is lib/modules/RELEASE as a kernel's package has it. The index modules.dep is not there: depmod writes it where a kernel is installed.
//
//	kernel/           modules: NAME.ko, or packed: NAME.ko.xz, .zst, .gz
//	modules.builtin   lines: where the module would stand that is built into the kernel instead
//
// Only kernel/ is read: updates/ and extra/ are for modules that somebody built himself.
type folder struct {
	tree    fs.FS
	files   map[string]string // by name: where it stands
	builtIn map[string]string // by name: where it would
}

var (
	pathName   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_+,./-]+$`) }) // what is said to a terminal
	fileName   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([A-Za-z0-9_+,.-]+?)\.ko(\.xz|\.zst|\.gz)?$`) })
	moduleName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_+,.]{1,55}$`) }) // the kernel has 56 bytes for it (MODULE_NAME_LEN), one of them a NUL
)

// normal is a name as the kernel says it: files may have - where the kernel has _.
func normal(name string) string { return strings.ReplaceAll(name, "-", "_") }

// plain tells whether a name, as the kernel says it, is fit for a file's name in the image.
func plain(name string) bool { return moduleName().MatchString(name) && name[0] != '.' }

// openFolder walks over the folder once and notes where each module is.
func openFolder(tree fs.FS) (*folder, error) {
	f := &folder{tree: tree, files: map[string]string{}, builtIn: map[string]string{}}
	list, err := readBounded(tree, "modules.builtin", maxList)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, issue.New("not-modules", nil, "the folder of modules has no file modules.builtin, so nobody can tell what is built into the kernel").Advise(unpackAgain)
	} else if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(list)) {
		at := strings.TrimSuffix(line, "\n")
		if match := fileName().FindStringSubmatch(path.Base(at)); match != nil && pathName().MatchString(at) {
			f.builtIn[normal(match[1])] = at
		} else {
			return nil, issue.New("not-modules", nil, "modules.builtin has a line %.80q", at).Advise(unpackAgain)
		}
	}
	return f, f.walk()
}

// walk fills in files. What is no regular file is passed over, links too: a package has none here.
func (f *folder) walk() error {
	entries := 0
	return fs.WalkDir(f.tree, "kernel", func(at string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && at == "kernel" {
			return issue.New("not-modules", nil, "the folder of modules has no folder kernel").Advise(unpackAgain)
		} else if err != nil {
			return err
		}
		if entries++; entries > maxEntries {
			return issue.New("not-modules", nil, "the folder of modules has more than %d entries", maxEntries).Advise(unpackAgain)
		}
		if entry.IsDir() && !pathName().MatchString(at) {
			return fs.SkipDir
		}
		match := fileName().FindStringSubmatch(entry.Name())
		if match == nil || !entry.Type().IsRegular() {
			return nil
		}
		name := normal(match[1])
		if f.files[name] != "" {
			return issue.New("not-modules", nil, "the module %s is there twice: %s and %s", name, f.files[name], at).Advise(unpackAgain)
		}
		if plain(name) {
			f.files[name] = at
		}
		return nil
	})
}

// has tells whether the kernel has a module, as a file or built in.
func (f *folder) has(name string) bool { return f.files[name] != "" || f.builtIn[name] != "" }

// read reads a module and unpacks it.
func (f *folder) read(at string) ([]byte, error) {
	data, err := readBounded(f.tree, at, maxModule)
	if err != nil {
		return nil, err
	}
	if data, err = unpack(path.Ext(at), data); err != nil {
		return nil, issue.New("bad-module", nil, "%s: %v", at, err).Advise(unpackAgain)
	}
	return data, nil
}

// unpack unpacks a module. What stands behind the packed data is not looked for: only what is unpacked comes into the image, and the kernel
// checks its signature.
func unpack(ext string, data []byte) ([]byte, error) {
	var r io.Reader
	var err error
	switch ext {
	default:
		return data, nil
	case ".gz":
		r, err = gzip.NewReader(bytes.NewReader(data))
	case ".xz":
		r, err = xz.NewReader(bytes.NewReader(data), maxDictionary)
	case ".zst":
		var decoder *zstd.Decoder
		decoder, err = zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxDictionary), zstd.WithDecoderMaxMemory(maxModule))
		if err == nil {
			defer decoder.Close()
		}
		r = decoder
	}
	if err != nil {
		return nil, err
	}
	return readAll(r, maxModule)
}

func readBounded(tree fs.FS, at string, limit int64) ([]byte, error) {
	if info, err := fs.Stat(tree, at); err == nil && !info.Mode().IsRegular() { // a FIFO would be waited for
		return nil, issue.New("not-modules", nil, "%s is no file", at).Advise(unpackAgain)
	}
	file, err := tree.Open(at)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := readAll(file, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	return data, nil
}

func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("it has more than %d bytes", limit)
	}
	return data, err
}
