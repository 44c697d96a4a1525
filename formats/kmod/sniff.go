package kmod

import "sigtool/formats"

// Sniff knows a module by its ELF sections, and anything by a signature appended to it: damage must not hide what a file was.
func (Format) Sniff(src formats.Source) bool {
	if t, err := readTrailer(src, src.Size()); t != nil || err != nil {
		return true
	}
	return isModule(src, src.Size())
}
