// Package media finds the sticks of a machine and mounts their FAT file systems, in a live system where nothing else does.
//
// What a stick says of itself is not believed: its names become short printable ASCII, numbers are bounded, and what file system it has is told by
// its first sectors, of which each field is looked at before the kernel is asked to mount it.
package media

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Device is a block device that may hold a file system: a partition, or a disk that has none.
type Device struct {
	Name      string // sdb1: /dev/sdb1 is its node
	Disk      string // sdb; the same as Name if it has no partitions
	Partition int    // from 1; 0 of a disk
	Start     int64  // where it begins on its disk, in bytes
	Size      int64  // bytes
	ReadOnly  bool   // the write-protect switch
	PartName  string // of a GPT partition: OUTPUTS
	PartUUID  string // kernels before 6.9 do not tell
	Maker     string // vendor and model
	Sequence  string // counts the disks that were ever plugged in (kernel 5.15 and later): another number is another plugging in
}

// Path is the device's node.
func (d Device) Path() string { return "/dev/" + d.Name }

// plugging tells one plugging in of a disk from any other.
func (d Device) plugging() string { return d.Disk + " " + d.Sequence }

// Same tells whether a device is still what it was: neither another partition, nor another stick in its place.
func (d Device) Same(was Device) bool {
	return d.Name == was.Name && d.Sequence == was.Sequence && d.Start == was.Start && d.Size == was.Size
}

// sector is the unit of sizes and starts in /sys/class/block, whatever the disk's own sectors are, in bytes.
const sector = 512

// Bounds of what is looked at: a machine that shows more than that is none that a ceremony is held on.
const (
	maxDisks      = 64
	maxPartitions = 128
	maxText       = 40 // characters of a name that a device gives itself
)

// imaginary are block devices that no hardware is behind, by the beginnings of their names.
var imaginary = []string{"loop", "ram", "zram", "dm-", "md", "nbd", "mtdblock"}

// List lists what may hold a file system, by name. sys is /sys. As the kernel has it there (Documentation/ABI/stable/sysfs-block):
//
//	class/block/sdb/       size ro diskseq uevent   size in units of 512 bytes
//	class/block/sdb/device/  vendor model                     padded with spaces; a stick says what it likes
//	class/block/sdb/sdb1/  partition start size ro uevent     uevent has PARTNAME=, of kernel 6.9 also PARTUUID=
func List(sys fs.FS) ([]Device, error) {
	entries, err := fs.ReadDir(sys, "class/block")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // a kernel that knows no disks yet
	}
	if err != nil {
		return nil, fmt.Errorf("the disks can't be listed: %w", err)
	}
	var found []Device
	disks := 0
	for _, e := range entries {
		name := e.Name()
		folder := "class/block/" + name
		if !plainName(name) || slices.ContainsFunc(imaginary, func(p string) bool { return strings.HasPrefix(name, p) }) || read(sys, folder+"/partition") != "" {
			continue
		}
		if disks++; disks > maxDisks {
			break
		}
		found = append(found, volumesOf(sys, folder, name)...)
	}
	slices.SortFunc(found, func(a, b Device) int { return strings.Compare(sortable(a), sortable(b)) })
	return found, nil
}

func sortable(d Device) string { return fmt.Sprintf("%-32s %4d", d.Disk, d.Partition) }

// volumesOf are a disk's partitions, or the disk itself if it has none. A reader without a card has neither.
func volumesOf(sys fs.FS, folder, name string) (found []Device) {
	disk := Device{
		Name: name, Disk: name, Size: number(sys, folder+"/size") * sector, ReadOnly: read(sys, folder+"/ro") == "1",
		Maker:    strings.TrimSpace(Printable(read(sys, folder+"/device/vendor")+" "+read(sys, folder+"/device/model"), maxText)),
		Sequence: strconv.FormatInt(number(sys, folder+"/diskseq"), 10),
	}
	entries, _ := fs.ReadDir(sys, folder) // a disk that is being pulled has none
	for _, e := range entries {
		inside := folder + "/" + e.Name()
		n := number(sys, inside+"/partition")
		if !strings.HasPrefix(e.Name(), name) || !plainName(e.Name()) || n < 1 || n > 1<<16 || len(found) == maxPartitions {
			continue
		}
		part := disk
		part.Name, part.Partition = e.Name(), int(n)
		part.Size, part.Start = number(sys, inside+"/size")*sector, number(sys, inside+"/start")*sector
		part.ReadOnly = disk.ReadOnly || read(sys, inside+"/ro") == "1"
		part.PartName, part.PartUUID = event(sys, inside, "PARTNAME"), event(sys, inside, "PARTUUID")
		if part.Size > 0 {
			found = append(found, part)
		}
	}
	if len(found) == 0 && disk.Size > 0 {
		return []Device{disk}
	}
	return found
}

// SectorsRead is how many sectors of 512 bytes the kernel has read from a device since it is there: the third number of its stat
// (Documentation/block/stat.rst). What comes from memory does not count, and so tells whether a stick was read.
func SectorsRead(sys fs.FS, name string) (int64, bool) {
	if !plainName(name) {
		return 0, false
	}
	fields := strings.Fields(read(sys, "class/block/"+name+"/stat"))
	if len(fields) < 3 {
		return 0, false
	}
	n, err := strconv.ParseInt(fields[2], 10, 64)
	return n, err == nil
}

// event is a value of a device's uevent file: lines of NAME=value.
func event(sys fs.FS, folder, name string) string {
	for line := range strings.Lines(read(sys, folder+"/uevent")) {
		if value, ok := strings.CutPrefix(line, name+"="); ok {
			return strings.TrimSpace(Printable(value, maxText))
		}
	}
	return ""
}

// read reads a small file; one that can't be read is empty.
func read(sys fs.FS, name string) string {
	file, err := sys.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	text := make([]byte, 4096)
	n := 0
	for n < len(text) {
		m, err := file.Read(text[n:])
		n += m
		if err != nil || m == 0 {
			break
		}
	}
	return strings.TrimRight(string(text[:n]), "\n")
}

// number reads a file that is one decimal number; 0 if it is not, or so large that its bytes could not be counted.
func number(sys fs.FS, name string) int64 {
	n, err := strconv.ParseInt(read(sys, name), 10, 64)
	if err != nil || n < 0 || n > 1<<53 {
		return 0
	}
	return n
}

// plainName tells whether a name can stand in a path below /dev.
func plainName(name string) bool {
	return name != "" && len(name) <= 32 && !strings.ContainsFunc(name, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}

// Printable is a text that somebody else wrote, as a line of ASCII of at most max characters that does nothing to a terminal.
func Printable(text string, max int) string {
	var out strings.Builder
	for _, c := range strings.Join(strings.Fields(text), " ") {
		if c < ' ' || c > '~' {
			c = '?'
		}
		if out.Len() == max {
			return out.String()[:max-3] + "..."
		}
		out.WriteByte(byte(c))
	}
	return out.String()
}

// Bytes is a size as people say it.
func Bytes(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	case n < 10_000_000:
		return fmt.Sprintf("%d.%d MB", n/1_000_000, n/100_000%10)
	case n < 1_000_000_000:
		return fmt.Sprintf("%d MB", n/1_000_000)
	}
	return fmt.Sprintf("%d.%d GB", n/1_000_000_000, n/100_000_000%10)
}
