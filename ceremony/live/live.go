// Package live builds the image of a stick that is nothing but the ceremony, and takes it apart again: a kernel, the few modules that it needs, and
// sigtool as its only program.
package live

import (
	"crypto/sha256"
	"errors"
	"io"

	"sigtool/ceremony/live/modules"
)

// Where the parts stand in the first file system of a live system.
const (
	InitPath    = "init"       // sigtool
	PlanPath    = "plan.yaml"  // the plan that it was built for, if any
	KeymapPath  = "keymap.bin" // what the keys mean, if not what the kernel takes them for
	ModulesPath = "modules"    // a folder: 00-NAME.ko, 01-NAME.ko, in the order in which they are to be loaded
	MarkPath    = "live"       // says that this is a live system, and which
)

// Parts are what an image is made of.
type Parts struct {
	Program []byte // sigtool, for x86-64
	Version string
	Kernel  []byte // vmlinuz
	Modules []modules.Module
	Stub    []byte // linuxx64.efi.stub of systemd
	Plan    []byte // nil: none
	Keymap  []byte // a binary keymap; nil: none
}

// Entry is a file in the image, or a part of one.
type Entry struct {
	Name   string
	Size   int64
	SHA256 [sha256.Size]byte
}

// Build makes the image, and the list of what is in it. Same parts, same bytes.
func Build(p Parts) (image []byte, list []Entry, err error) {
	return nil, nil, errors.New("not built yet")
}

// Contents is what was found in an image.
type Contents struct {
	List   []Entry
	Signed bool // for Secure Boot; by whom, nothing here checks
	Used   bool // the partition for outputs is not empty any more
	Size   int64
}

// TakeApart reads an image, or a stick that one was written to, and refuses one that holds anything else than Build puts there.
func TakeApart(src io.ReaderAt, size int64) (*Contents, error) {
	return nil, errors.New("not built yet")
}
