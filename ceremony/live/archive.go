package live

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"sigtool/ceremony/live/modules"
	"sigtool/ceremony/live/newc"
	"sigtool/internal/issue"
)

// moduleFile is a module in the archive. Its name has at most 55 bytes (MODULE_NAME_LEN of Linux, less the NUL). The form is made when it is first
// wanted: every other verb starts without it.
var moduleFile = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^` + ModulesPath + `/[0-9]{2}-([A-Za-z0-9_+,.]{1,55})\.ko$`)
})

func modulePath(number int, name string) string {
	return fmt.Sprintf("%s/%02d-%s.ko", ModulesPath, number, name)
}

const (
	markHead  = "sigtool live image 1\nversion "
	folder    = 0o40000
	permFile  = 0o444
	permFiles = 0o555 // of folders, and of what is run
)

// file is a file or a folder of the first file system.
type file newc.File

func (f file) folder() bool { return f.Mode&folder != 0 }

func plainFiles(files []file) []newc.File {
	var all []newc.File
	for _, f := range files {
		all = append(all, newc.File(f))
	}
	return all
}

// files are the first file system of a live system, in the order in which they stand in the archive.
func (p Parts) files() []file {
	all := []file{{Path: InitPath, Mode: permFiles, Data: p.Program}, {Path: MarkPath, Mode: permFile, Data: []byte(markHead + p.Version + "\n")}}
	if p.Plan != nil {
		all = append(all, file{Path: PlanPath, Mode: permFile, Data: p.Plan})
	}
	if p.Keymap != nil {
		all = append(all, file{Path: KeymapPath, Mode: permFile, Data: p.Keymap})
	}
	all = append(all, file{Path: ModulesPath, Mode: permFiles | folder})
	for i, m := range p.Modules {
		all = append(all, file{Path: modulePath(i, m.Name), Mode: permFile, Data: m.Data})
	}
	return all
}

// takeFiles is the way back: the parts that an archive holds. It refuses what files does not put there, as it does, in its order.
func (p *Parts) takeFiles(archive []byte) error {
	found, err := newc.Read(archive)
	if err != nil {
		return err
	}
	for _, f := range found {
		name := moduleFile().FindStringSubmatch(f.Path)
		switch {
		case f.Path == InitPath:
			p.Program = f.Data
		case f.Path == PlanPath:
			p.Plan = notNil(f.Data)
		case f.Path == KeymapPath:
			p.Keymap = notNil(f.Data)
		case f.Path == MarkPath:
			p.Version = strings.TrimSuffix(strings.TrimPrefix(string(f.Data), markHead), "\n")
		case name != nil:
			p.Modules = append(p.Modules, modules.Module{Name: name[1], Path: f.Path, Data: f.Data})
		case f.Path != ModulesPath:
			return issue.New("live-extra-file", ErrUnaccounted, "/%s: no file of a live system", f.Path)
		}
	}
	if p.Program == nil || p.Version == "" {
		return issue.New("live-incomplete", nil, "there is no /%s or no /%s: no live system of sigtool", InitPath, MarkPath)
	}
	again, err := newc.Write(plainFiles(p.files()))
	if err != nil {
		return err
	}
	if !bytes.Equal(again, archive) {
		return issue.New("live-archive-differs", ErrUnaccounted, "the first file system is written otherwise: order, rights, or a file twice")
	}
	return nil
}

func notNil(data []byte) []byte { return append([]byte{}, data...) }
