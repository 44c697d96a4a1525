// Package disk writes and reads the image of a stick: a GUID partition table, an EFI system partition with the files that the firmware
// starts, and an empty FAT partition that takes what a ceremony makes.
package disk

import (
	"errors"
	"io"
)

// File is a file of the EFI system partition: its path with slashes ("EFI/BOOT/BOOTX64.EFI"), each name of at most 8 and 3 characters.
type File struct {
	Path string
	Data []byte
}

// Label is the name of the partition for outputs, in the partition table and as the label of its file system.
const Label = "OUTPUTS"

// Build makes the image.
func Build(files []File) ([]byte, error) { return nil, errors.New("not built yet") }

// Disk is what stands in an image.
type Disk struct {
	Files []File // of the EFI system partition, in the order of their folders
	Size  int64  // of the image in bytes: what is behind it is none of it
	Used  bool   // the partition for outputs is not as it was made
	Exact bool   // all but that partition is byte for byte what Build makes of Files
}

// Read takes an image apart.
func Read(src io.ReaderAt, size int64) (*Disk, error) { return nil, errors.New("not built yet") }
