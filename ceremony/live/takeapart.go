package live

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"sigtool/ceremony/live/disk"
	"sigtool/ceremony/live/uki"
	"sigtool/internal/issue"
)

// Contents is what was found in an image.
type Contents struct {
	Parts     Parts
	Release   string // of the kernel
	List      []Entry
	Signature []byte // for Secure Boot; by whom, and whether it is right, nothing here checks; nil: none
	Moved     bool   // the files of the EFI partition were written anew, as it takes to put a signed one there: between them anything may stand
	Used      bool   // the partition for outputs is not empty any more
	Size      int64  // of the image: a stick is longer
}

// TakeApart reads an image, or a stick that one was written to, and refuses one that holds anything else than Build puts there: it builds the image
// of the parts again and compares. The list is that of Build, whether the image was used and signed since or not. Errors: ErrUnaccounted, or what
// is no image at all or can't be read.
func TakeApart(src io.ReaderAt, size int64) (*Contents, error) {
	found, err := disk.Read(src, size)
	if id := issue.ID(err); errors.Is(err, disk.ErrImage) && id != "not-an-image" && id != "truncated" {
		return nil, unaccounted{err}
	}
	if err != nil {
		return nil, err
	}
	c := &Contents{Used: found.Used, Moved: !found.Exact, Size: found.Size}
	if err := c.take(found); err != nil {
		return nil, unaccounted{err}
	}
	return c, nil
}

// unaccounted is an error of a part, which counts as ErrUnaccounted: what is an image and is not whole, somebody changed.
type unaccounted struct{ error }

func (u unaccounted) Unwrap() []error { return []error{u.error, ErrUnaccounted} }

// take takes the files apart, and compares with what is built of the parts.
func (c *Contents) take(found *disk.Disk) error {
	boot, contents, err := bootFiles(found.Files)
	if err != nil {
		return err
	}
	inside, err := c.takeBoot(boot)
	if err != nil {
		return err
	}
	made, err := c.Parts.assemble()
	if err != nil {
		return err
	}
	if err := c.sameBoot(made, inside, boot); err != nil {
		return err
	}
	switch {
	case !bytes.Equal(contents, made.contents):
		return issue.New("live-contents-differ", ErrUnaccounted, "%s is not the list of what is there", contentsPath)
	case c.Moved && c.Signature == nil || !found.BuiltFrom(made.files()):
		return issue.New("live-disk-differs", ErrUnaccounted, "the file systems are not written as sigtool writes them").
			Advise("write the image to the stick again; only one that was signed for Secure Boot may have its EFI partition written anew")
	}
	_, c.List, err = made.image()
	return err
}

// bootFiles are the two files that an EFI partition has.
func bootFiles(files []disk.File) (boot, contents []byte, err error) {
	for _, f := range files {
		switch {
		case f.Path == bootPath && boot == nil:
			boot = f.Data
		case f.Path == contentsPath && contents == nil:
			contents = f.Data
		default:
			return nil, nil, issue.New("live-extra-file", ErrUnaccounted, "%s on the EFI partition: nothing that sigtool puts there", f.Path)
		}
	}
	if boot == nil || contents == nil {
		return nil, nil, issue.New("live-incomplete", nil, "the EFI partition has no %s or no %s: no live system of sigtool", bootPath, contentsPath)
	}
	return boot, contents, nil
}

// takeBoot takes the file apart that the firmware starts.
func (c *Contents) takeBoot(boot []byte) (*uki.Image, error) {
	found, err := uki.Read(boot)
	if err != nil {
		return nil, err
	}
	c.Signature = found.Signature
	section, err := named(found.Sections)
	if err != nil {
		return nil, err
	}
	c.Parts = Parts{Stub: found.Stub, Kernel: section[".linux"]}
	if c.Release, err = uki.Release(c.Parts.Kernel); err != nil {
		return nil, err
	}
	archive, err := unpack(section[".initrd"])
	if err != nil {
		return nil, err
	}
	return found, c.Parts.takeFiles(archive)
}

// sameBoot compares the file that the firmware starts with the one that is made of its parts. That of a signed one nothing but the signature is
// otherwise, uki.Read has seen to.
func (c *Contents) sameBoot(made *assembled, found *uki.Image, boot []byte) error {
	const hint = "somebody changed it, unless another version of sigtool built it: then verify it with that one, and trust it no more than where you have that from"
	for _, s := range found.Sections {
		switch want, _ := Find(made.list, s.Name); {
		case want == entryOf(s.Name, s.Data):
		case s.Name == ".initrd":
			return issue.New("live-packed-otherwise", ErrUnaccounted, "the first file system is not packed as this sigtool packs it").Advise(hint)
		default:
			return issue.New("live-section-differs", ErrUnaccounted, "the section %s is not what sigtool puts there: %.200q", s.Name, s.Data).Advise(hint)
		}
	}
	if c.Signature == nil && !bytes.Equal(made.boot, boot) {
		return issue.New("live-boot-differs", ErrUnaccounted, "%s is put together otherwise", bootPath)
	}
	return nil
}

// named are the sections by their names: those that there must be, and no other.
func named(sections []uki.Section) (map[string][]byte, error) {
	const wanted = ".osrel .cmdline .uname .linux .initrd"
	all := map[string][]byte{}
	var names []string
	for _, s := range sections {
		all[s.Name] = s.Data
		names = append(names, s.Name)
	}
	if found := strings.Join(names, " "); found != wanted {
		return nil, issue.New("live-section-extra", ErrUnaccounted, "%s has the sections %q, and not %s", bootPath, found, wanted)
	}
	return all, nil
}
