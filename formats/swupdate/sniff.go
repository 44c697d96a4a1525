package swupdate

import (
	"sigtool/formats"
	"sigtool/formats/swupdate/cpio"
	"sigtool/formats/swupdate/swdesc"
	"sigtool/internal/patch"
)

// maxSniffed is how large a bare sw-description may be to be known without being named.
const maxSniffed = 64 << 10

// Sniff knows a package by its first member. A bare sw-description is a text among others, so it must be a whole one.
func (Format) Sniff(src formats.Source) bool {
	if isPackage(src) {
		return true
	}
	if src.Size() > maxSniffed {
		return false
	}
	text := make([]byte, src.Size())
	if patch.ReadFull(src, text, 0) != nil || cpio.Sniff(text) {
		return false
	}
	description, err := swdesc.Parse(text)
	if err != nil || description.Version() == "" {
		return false
	}
	software := description.Root.Get("software")
	return software != nil && software.Kind == swdesc.Group
}

// nameAt is where the name of an archive's first member stands.
const nameAt = 110

// isPackage tells whether a file begins as an archive whose first member is sw-description.
func isPackage(src formats.Source) bool {
	var head [nameAt + len(descriptionName) + 1]byte
	return patch.ReadFull(src, head[:], 0) == nil && cpio.Sniff(head[:]) && string(head[nameAt:]) == descriptionName+"\x00"
}
