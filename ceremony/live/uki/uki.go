// Package uki builds and reads unified kernel images: an EFI stub with the kernel, its command line and its first file system as sections of it.
package uki

import "errors"

// Section is one that is added to the stub: ".linux", ".initrd".
type Section struct {
	Name string
	Data []byte
}

// Build appends sections to an EFI stub. Same bytes in, same bytes out: the date and the checksum in the header are zero.
func Build(stub []byte, sections []Section) ([]byte, error) { return nil, errors.New("not built yet") }

// Image is what stands in a unified kernel image.
type Image struct {
	Stub     []byte // as Normal makes it
	Sections []Section
	Signed   bool // a signature of Secure Boot is appended, which nothing here checks
}

// Read takes a unified kernel image apart.
func Read(data []byte) (*Image, error) { return nil, errors.New("not built yet") }

// Normal is a stub as it stands in an image: its date and checksum are zero.
func Normal(stub []byte) ([]byte, error) { return nil, errors.New("not built yet") }

// Release is the version of a kernel (vmlinuz, x86-64), as uname -r says it: "6.1.0-56-amd64".
func Release(vmlinuz []byte) (string, error) { return "", errors.New("not built yet") }
