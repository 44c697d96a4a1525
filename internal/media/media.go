// Package media finds the sticks of a machine and mounts their FAT file systems, in a live system where nothing else does.
package media
