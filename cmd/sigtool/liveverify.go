package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/disk"
	"sigtool/internal/fileio"
	"sigtool/internal/issue"
)

// maxLiveList bounds the list of --against, in bytes.
const maxLiveList = 64 << 10

func liveVerifyCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "take an image or a stick apart, and refuse one that holds anything else than live build puts there",
		UsageText: "sigtool live verify [--list] [--against LIST] IMAGE",
		Flags: verbFlags(
			&cli.StringFlag{Name: "against", Usage: "the parts must be those of `LIST`, which live build --list printed for somebody else"},
			liveListFlag),
		Action: func(c *cli.Context) error { return verifyLive(c, out) },
	}
}

// mediumRead is an image in a file, or on a stick.
type mediumRead interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

func verifyLive(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "IMAGE")
	if err != nil {
		return err
	}
	var against []live.Entry
	if list := c.String("against"); list != "" {
		if against, err = readLiveList(list); err != nil {
			return err
		}
	}
	medium, device, err := openMedium(name)
	if err != nil {
		return err
	}
	defer medium.Close()
	found, err := live.TakeApart(medium, medium.Size())
	if err == nil && !device && medium.Size() > found.Size {
		err = issue.New("live-behind-image", live.ErrUnaccounted, "%d bytes stand behind the image", medium.Size()-found.Size).
			Advise(fmt.Sprintf("if it was read from a stick, the image are its first %d bytes", found.Size))
	}
	if err != nil {
		return failLive(out, &imageJSON{File: name}, fmt.Errorf("%s: %w", name, err))
	}
	v := describeImage(name, found.Parts, found.Release, found.List)
	v.Used, v.Moved, v.Signed = found.Used, found.Moved, found.Signature != nil
	if v.Signed {
		v.Signature = fmt.Sprintf("%x", sha256.Sum256(found.Signature))
	}
	v.Notes = liveNotes(found, medium.Size(), against != nil)
	if against != nil {
		err = v.compare(c.String("against"), against)
	}
	if out.json {
		return failLive(out, v, err)
	}
	if err := v.print(c, out); err != nil {
		return err
	}
	for _, note := range v.Notes {
		out.info("%s: %s", name, note)
	}
	if against != nil && err == nil {
		out.info("%s: good: all %d parts are as %s has them", name, len(against), c.String("against"))
	}
	return failLive(out, v, err)
}

// failLive ends with an error, which JSON carries.
func failLive(out *reporter, v *imageJSON, err error) error {
	if !out.json {
		return err
	}
	v.OK, v.Error = err == nil, asJSON(err)
	out.failed(err)
	if told := out.object(v); told != nil {
		return told
	}
	if err != nil {
		return errReported
	}
	return nil
}

// compare is whether the parts are those of a list; each that is not is named.
func (v *imageJSON) compare(list string, against []live.Entry) error {
	said := map[string]string{"differs": "differs", "missing": "is missing", "added": "is not in the list"}
	var told []string
	for _, d := range live.Compare(v.entries, against) {
		v.Differences = append(v.Differences, partsDiff{d.Name, d.What})
		told = append(told, d.Name+" "+said[d.What])
	}
	if len(told) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w from those in %s: %s", v.File, live.ErrDiffers, list, strings.Join(told, ", "))
}

// liveNotes is what is allowed, and worth knowing.
func liveNotes(found *live.Contents, size int64, compared bool) (notes []string) {
	if found.Used {
		notes = append(notes, "the partition for outputs was used: the digest is the image's before that")
	}
	if n := len(found.Signature); n > 0 {
		notes = append(notes, fmt.Sprintf("it is signed for Secure Boot: by whom, and whether the signature is good, your firmware checks and not sigtool (%d bytes, SHA-256 %x)",
			n, sha256.Sum256(found.Signature)))
	}
	if found.Moved {
		notes = append(notes, "the EFI partition was written anew: its two files are as they must be, and between them other bytes may stand, which nothing starts")
	}
	if size > found.Size {
		notes = append(notes, fmt.Sprintf("the image ends at byte %d: the rest of the stick was not looked at", found.Size))
	}
	if program, err := programDigest(); err == nil {
		if own, _ := live.Find(found.List, "/"+live.InitPath); own.SHA256 != program {
			notes = append(notes, "the program in it is not the one that looks at it here")
		}
	}
	if !compared {
		notes = append(notes, "it is whole, and no more: whether its parts are the right ones, a list shows that somebody else built (--against LIST)")
	}
	return notes
}

func readLiveList(name string) ([]live.Entry, error) {
	data, err := readSmall(name, maxLiveList)
	if err != nil {
		return nil, err
	}
	list, err := live.ParseList(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

// openMedium opens an image: a file, standard input for "-", or a stick's device.
func openMedium(name string) (medium mediumRead, device bool, err error) {
	var st unix.Stat_t
	if name != "-" && unix.Stat(name, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFBLK {
		medium, err := openStick(name)
		return medium, true, err
	}
	if name == "-" {
		medium, err := fileio.Spool(os.Stdin, disk.MaxSize)
		return medium, false, err
	}
	medium, err = input{name: name}.open()
	return medium, false, err
}

// stickRead is a stick's device.
type stickRead struct {
	*os.File
	size int64
}

func (s stickRead) Size() int64 { return s.size }

// openStick opens a block device to be read, as it is: what the system kept in memory of it is let go of first, which else would be compared
// instead of what is on the stick.
func openStick(name string) (mediumRead, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if errors.Is(err, fs.ErrPermission) {
		return nil, withHint(fmt.Errorf("%s: %w", name, fs.ErrPermission), "who may read disks is up to the system: sudo sigtool live verify …, or the group disk")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, errors.Unwrap(err))
	}
	var st unix.Stat_t
	if err := unix.Fstat(int(file.Fd()), &st); err != nil || st.Mode&unix.S_IFMT != unix.S_IFBLK {
		file.Close()
		return nil, fmt.Errorf("%s: %w: another file took its name", name, fileio.ErrChanged)
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("%s: its size can't be told: %w", name, errors.Unwrap(err))
	}
	_ = unix.Fadvise(int(file.Fd()), 0, 0, unix.FADV_DONTNEED)
	return stickRead{file, size}, nil
}
