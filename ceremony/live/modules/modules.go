// Package modules chooses the kernel modules of a live system: a keyboard, a stick and a printer need them, and none reaches a network, a
// radio, a camera or a microphone.
package modules

import (
	"io/fs"
	"slices"

	"sigtool/internal/issue"
)

// Module is a kernel module.
type Module struct {
	Name string // "usb_storage", as the kernel says it
	Path string // below the folder of modules: "kernel/drivers/usb/storage/usb-storage.ko"
	Data []byte // unpacked
}

// MaxModules bounds a list: two digits number it in the image. Of Debian's kernel, the table and all that it needs are 77.
const MaxModules = 100

// maxTotal bounds the modules of a list, in bytes; those 77 have 5.6 MB.
const maxTotal = 64 << 20

// Select reads from a folder of modules (lib/modules/RELEASE) what a ceremony needs, and the extra ones that somebody wants, in an order in
// which the kernel takes them: none before those that it depends on. The same folder and the same extra ones, in whatever order, give the
// same list. What is built into the kernel is left out.
func Select(tree fs.FS, release string, extra []string) ([]Module, error) {
	folder, err := openFolder(tree)
	if err != nil {
		return nil, err
	}
	if err := folder.refuseBuiltIn(); err != nil {
		return nil, err
	}
	c := &choice{folder: folder, release: release, state: map[string]state{}}
	for _, w := range table {
		name := normal(w.name)
		if !folder.has(name) {
			if w.optional {
				continue
			}
			return nil, issue.New("no-module", nil, "the kernel has no module %s, which is there for %s", name, w.why).
				Advise("take the kernel of Debian's linux-image-amd64 and its folder lib/modules/RELEASE: kernels for clouds have no drivers for a keyboard or a stick")
		}
		if err := c.add(name, ""); err != nil {
			return nil, err
		}
	}
	wanted := make([]string, 0, len(extra))
	for _, name := range extra {
		wanted = append(wanted, normal(name))
	}
	slices.Sort(wanted)
	for _, name := range slices.Compact(wanted) {
		if !plain(name) || !folder.has(name) {
			return nil, issue.New("no-module", nil, "the kernel has no module %q", name).
				Advise("a module is named as its file is, without .ko: hid_asus is kernel/drivers/hid/hid-asus.ko")
		}
		if err := c.add(name, ""); err != nil {
			return nil, err
		}
	}
	return c.list, nil
}

// state is how far a module has come.
type state int

const (
	begun state = iota + 1 // what it depends on is being added
	added
)

// choice is a list that grows.
type choice struct {
	folder  *folder
	release string
	state   map[string]state
	total   int // bytes
	list    []Module
}

// add puts a module at the end of the list, and what it depends on before it; by is the module that depends on it, if any.
func (c *choice) add(name, by string) error {
	switch {
	case c.state[name] == added, c.folder.builtIn[name] != "":
		return nil
	case c.state[name] == begun:
		return issue.New("bad-module", nil, "%s: the module depends on itself", name).Advise(unpackAgain)
	case c.folder.files[name] == "":
		return issue.New("no-module", nil, "the module %s depends on %s, which the kernel does not have", by, name).Advise(unpackAgain)
	}
	c.state[name] = begun
	m, needs, err := c.read(name)
	if err != nil {
		return err
	}
	if c.total += len(m.Data); len(c.state) > MaxModules || c.total > maxTotal {
		return issue.New("too-many-modules", nil, "these are more than %d modules, or more than %d bytes of them", MaxModules, maxTotal).Advise("ask for fewer with --module")
	}
	for _, before := range needs.before {
		if err := c.addSoft(before, name); err != nil {
			return err
		}
	}
	for _, on := range needs.depends {
		if err := c.add(on, name); err != nil {
			return err
		}
	}
	c.list = append(c.list, *m)
	c.state[name] = added
	return nil
}

// addSoft adds a module that another one likes to have before it and can do without; it does without one that would be refused. A name that
// is an alias of modules ("crct10dif") is left alone: only the index that depmod makes says whose it is.
func (c *choice) addSoft(name, by string) error {
	at := c.folder.files[name]
	if _, bad := forbidden(at); bad || at == "" || c.state[name] != 0 {
		return nil
	}
	return c.add(name, by)
}

// read reads a module's file and holds it to what the live system's kernel will ask of it.
func (c *choice) read(name string) (*Module, *needs, error) {
	m := &Module{Name: name, Path: c.folder.files[name]}
	var err error
	if m.Data, err = c.folder.read(m.Path); err != nil {
		return nil, nil, err
	}
	o, err := m.parse()
	if err != nil {
		return nil, nil, err
	}
	needs, err := o.needs()
	if err != nil {
		return nil, nil, m.bad("%v", err)
	}
	if err := c.check(m, needs); err != nil {
		return nil, nil, err
	}
	return m, needs, m.refuse(o)
}
