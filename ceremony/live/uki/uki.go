// Package uki builds and reads unified kernel images: an EFI stub with the kernel, its command line and its first file system as sections of it.
// Of an image that Read takes, every byte is accounted for: it is the stub's, or a section's, or a signature's.
package uki

import (
	"slices"

	"sigtool/internal/issue"
)

// Section is one that is added to the stub: ".linux", ".initrd".
type Section struct {
	Name string // one of resources
	Data []byte // not empty
}

// Image is what stands in a unified kernel image. Its slices are the image's own where that was not copied: don't write to them.
type Image struct {
	Stub      []byte // as Normal makes it
	Sections  []Section
	Signature []byte // the table of those of Secure Boot, which nothing here checks, as it stands at the end; nil where there is none
}

// resources are the sections that systemd's stub looks for in its own file (UAPI.5, "UKI Components", and what later stubs added), and a few that
// it takes from elsewhere, too: none of them may hide in a stub. Build takes one of each; .sbat is the stub's own, and stays as it is.
var resources = []string{".linux", ".osrel", ".cmdline", ".initrd", ".ucode", ".splash", ".dtb", ".uname", ".pcrsig", ".pcrpkey", ".profile",
	".dtbauto", ".hwids", ".efifw", ".fwauto"}

func isResource(name string) bool { return slices.Contains(resources, name) }

// kind is what a file is taken for, for the errors about it.
type kind struct {
	id   string // the first word of the errors' names
	hint string
}

var (
	aStub   = kind{"stub", "systemd's stub for x86-64 is linuxx64.efi.stub; Debian has it in the package systemd-boot-efi"}
	aUKI    = kind{"uki", "sigtool live build does not make such a file: it was damaged, or somebody changed it; have the image built again, and written to the stick again"}
	aKernel = kind{"kernel", "the kernel is vmlinuz-RELEASE of a package such as Debian's linux-image-amd64, with the EFI stub that such kernels have"}
)

// refuse makes an error about a file: stub-format, uki-format and so on.
func (k kind) refuse(id, format string, args ...any) error {
	return issue.New(k.id+"-"+id, nil, format, args...).Advise(k.hint)
}
