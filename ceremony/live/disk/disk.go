// Package disk writes and reads the image of a stick: a GUID partition table, an EFI system partition with the files that the firmware
// starts, and an empty FAT partition that takes what a ceremony makes. The same files give the same bytes, and reading believes no more of an
// image than it could have written itself.
//
// An image, in sectors of 512 bytes (all numbers in it are little-endian):
//
//	     0  protective MBR: no boot code, one partition of type EE that covers everything
//	     1  GPT header
//	     2  GPT entries: 128 of 128 bytes, two of them used
//	    34  zeros
//	    64  EFI system partition: FAT16, clusters of 2 KiB; E sectors, a multiple of 64
//	  64+E  partition OUTPUTS: FAT12, clusters of 1 KiB; D sectors, a multiple of 64
//	64+E+D  GPT entries again
//	96+E+D  GPT header again, the last sector
//
// E is what the files take, and at least 64 KiB more that are free: a signature for Secure Boot, appended to the program that the firmware
// starts, has room there (one is some 2 to 10 KiB). FAT16 has no fewer than 4,085 clusters, so no image is smaller than 10.5 MB.
// D follows from E: 2 MiB, or what 20,000,000 bytes leave where that is less, but 1 MiB at least. So all but 1.2 to 2.3 MB of an image are files.
package disk

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"sigtool/internal/issue"
)

// File is a file of the EFI system partition: its path with slashes ("EFI/BOOT/BOOTX64.EFI"), each name of at most 8 and 3 characters, which
// are A to Z, 0 to 9, _ and -. Read also gives an empty folder as one, with a slash behind its path; Build makes none.
type File struct {
	Path string
	Data []byte
}

// Label is the name of the partition for outputs, in the partition table and as the label of its file system.
const Label = "OUTPUTS"

// MaxSize is the size, in bytes, that no image has: it bounds what reading a hostile one takes.
const MaxSize = 64 << 20

// ErrImage is what an image is that Read can't account for.
var ErrImage = errors.New("not an image as it is built")

const (
	sector      = 512 // bytes
	align       = 64  // sectors: partitions begin at multiples of it (32 KiB)
	espStart    = 64  // sectors
	minOutputs  = 2048
	maxOutputs  = 4096
	tailSectors = 33         // the second copy of the partition table
	goal        = 20_000_000 // bytes that an image is not to exceed: the partition for outputs gives way
	maxEFI      = MaxSize/sector - espStart - maxOutputs - tailSectors
	slack       = 64 << 10 // bytes of the EFI system partition that stay free
	maxFiles    = 512      // of the EFI system partition, and folders
	maxDepth    = 8        // folders in folders
)

// layout is what an image's bytes, but for its files, follow from. Two images with the same layout differ in nothing outside their partitions.
type layout struct {
	id  [16]byte // the disk's GUID; the others and the ids of both file systems are derived from it
	esp int      // the size of the EFI system partition, in sectors
}

// layoutOf returns the layout of an image with these files, which are sorted.
func layoutOf(files []File, root *node) (layout, error) {
	need := root.clusters() + slack/espCluster
	var l layout
	for l.esp = align; l.esp <= maxEFI; l.esp += align {
		if clusters := l.efi().clusters(); clusters >= max(need, minFAT16) {
			l.id = digest(files)
			return l, nil
		}
	}
	return l, issue.New("image-too-large", nil, "the files are too large: an image is smaller than %d MiB", MaxSize>>20)
}

// digest is the first half of the SHA-256 of the files' paths and contents, each behind its length in eight bytes, as a GUID.
func digest(files []File) [16]byte {
	hash := sha256.New()
	for _, file := range files {
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(file.Path))))
		hash.Write([]byte(file.Path))
		hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(file.Data))))
		hash.Write(file.Data)
	}
	return guid(hash.Sum(nil))
}

// derive gives another GUID, for one part of the image.
func (l layout) derive(part string) [16]byte {
	sum := sha256.Sum256(append(l.id[:], part...))
	return guid(sum[:])
}

// data is the size of the partition for outputs, in sectors.
func (l layout) data() int {
	left := goal/sector - espStart - l.esp - tailSectors
	return min(max(left/align*align, minOutputs), maxOutputs)
}

// total is the size of the whole image, in sectors.
func (l layout) total() int { return espStart + l.esp + l.data() + tailSectors }

// Build makes the image. The order of the files does not matter.
func Build(files []File) ([]byte, error) {
	files, root, err := tree(files)
	if err != nil {
		return nil, err
	}
	l, err := layoutOf(files, root)
	if err != nil {
		return nil, err
	}
	image := make([]byte, l.total()*sector)
	head, tail := l.table()
	copy(image, head)
	copy(image[len(image)-len(tail):], tail)
	data := (espStart + l.esp) * sector
	l.efi().write(image[espStart*sector:data], root)
	l.outputs().write(image[data:data+l.data()*sector], &node{})
	return image, nil
}

// tree sorts files by their paths and puts them into folders.
func tree(files []File) ([]File, *node, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	root := &node{folder: true}
	count := 0
	for _, file := range files {
		made, err := root.add(file)
		if err != nil {
			return nil, nil, err
		}
		if count += made; count > maxFiles {
			return nil, nil, issue.New("too-many-files", nil, "there are more than %d files", maxFiles)
		}
	}
	if len(root.within) >= efiRoot { // the label takes one
		return nil, nil, issue.New("too-many-files", nil, "there are more than %d files outside folders", efiRoot-1)
	}
	return files, root, nil
}
