package pid1

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"sigtool/internal/mountinfo"
)

// Mount is a file system that has no disk below it.
type Mount struct {
	Kind    string // "proc", "tmpfs"
	Point   string // a folder, which is made where it is missing
	Flags   uintptr
	Options string
}

// What is mounted without: programs of another user, devices, programs.
const (
	plain   = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	devices = unix.MS_NOSUID | unix.MS_NOEXEC
)

// Kernel are the file systems in which the kernel shows itself, and folders in memory: all that can be mounted before a module is loaded.
// Sizes bound what a program that ran wild could take from the memory of the others.
var Kernel = []Mount{
	{"proc", "/proc", plain, ""},
	{"sysfs", "/sys", plain, ""},
	{"devtmpfs", "/dev", devices, "mode=0755"},
	{"tmpfs", "/run", plain, "mode=0755,size=25%"},
	{"tmpfs", "/tmp", plain, "mode=0700,size=25%"},
	{"tmpfs", "/dev/shm", plain, "mode=0700,size=25%"},
	{"securityfs", "/sys/kernel/security", plain, ""},
}

// Firmware is the file system of what the firmware keeps. It needs a module with Debian's kernels, and a machine that EFI started.
var Firmware = Mount{"efivarfs", "/sys/firmware/efi/efivars", plain | unix.MS_RDONLY, ""}

// MountAll mounts what it can, and returns what it could not.
func MountAll(table []Mount) (failed []error) {
	for _, m := range table {
		if err := m.mount(); err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

func (m Mount) mount() error {
	if err := os.MkdirAll(m.Point, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("no folder to mount %s on: %w", m.Kind, err)
	}
	if err := unix.Mount(m.Kind, m.Point, m.Kind, m.Flags, m.Options); err != nil && err != unix.EBUSY { // busy: it is mounted there already
		return fmt.Errorf("%s can't be mounted on %s: %w", m.Kind, m.Point, err)
	}
	return nil
}

// Seal makes folders, and then nothing in the first file system can be changed any more. It is the only one that programs are started from, and
// all others are mounted without: what is not in it now is never run.
func Seal(folders ...string) error {
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	if err := unix.Mount("", "/", "", unix.MS_REMOUNT|unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV, ""); err != nil {
		return fmt.Errorf("/ can't be made read-only: %w", err)
	}
	return nil
}

// maxTable bounds the kernel's table of mounts, in bytes.
const maxTable = 1 << 20

// unmountAll takes off every file system that stands on a device, the last one first. One that is held by something is detached, which
// writes out all it has as soon as it is let go. It returns the points that could not be freed.
func unmountAll(table io.Reader) (left []error) {
	text, err := io.ReadAll(io.LimitReader(table, maxTable))
	if err != nil {
		return []error{err}
	}
	points := onDevices(string(text))
	slices.Reverse(points)
	for _, point := range points {
		if unix.Unmount(point, 0) == nil {
			continue
		}
		err := unix.Unmount(point, unix.MNT_DETACH)
		if err == nil {
			err = unix.EBUSY
		}
		left = append(left, fmt.Errorf("%s can't be unmounted: %w", point, err))
	}
	return left
}

// onDevices finds, in the kernel's table of mounts, where devices of /dev are mounted.
func onDevices(table string) (points []string) {
	for line := range strings.Lines(table) {
		if m, ok := mountinfo.Parse(strings.Fields(line)); ok && strings.HasPrefix(m.Source, "/dev/") {
			points = append(points, m.Point)
		}
	}
	return points
}
