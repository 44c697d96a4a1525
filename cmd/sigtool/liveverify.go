package main

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony/live"
	"sigtool/internal/issue"
)

func liveVerifyCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "take an image or a stick apart, and refuse one that holds anything else than live build puts there",
		UsageText: "sigtool live verify [--list] [--against LIST] IMAGE",
		Flags: verbFlags(
			&cli.StringFlag{Name: "against", Usage: "the parts must be those of `LIST`, which live build --list printed for somebody else"},
			liveListFlag),
		Description: examples(
			"sigtool live verify ceremony.img",
			"sigtool live verify --against ceremony.list ceremony.img",
			"sudo sigtool live verify --against ceremony.list /dev/sdX        # the stick itself"),
		Action: func(c *cli.Context) error { return verifyLive(c, out) },
	}
}

func verifyLive(c *cli.Context, out *reporter) error {
	out.configure(c)
	name, err := oneArgument(c, "IMAGE")
	if err != nil {
		return err
	}
	if err := noEmpty(c, "against"); err != nil {
		return err
	}
	var against []live.Entry
	list := c.String("against")
	if list != "" {
		if against, err = readLiveList(list); err != nil {
			return err
		}
	}
	erase := out.patience("taking the image apart")
	found, size, err := takeApart(name)
	erase()
	if found == nil {
		return failLive(out, &imageJSON{File: name}, err)
	}
	v := describeImage(name, found.Parts, found.Release, found.List)
	v.Used, v.Moved = found.Used, found.Moved
	if v.Signed = found.Signature != nil; v.Signed {
		v.Signature = fmt.Sprintf("%x", sha256.Sum256(found.Signature))
	}
	v.Notes = liveNotes(found, size, list != "")
	if list != "" {
		err = v.compare(list, against)
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
	if list != "" && err == nil {
		out.info("%s: good: all %d parts are as %s has them", name, len(against), list)
	}
	return err
}

// takeApart reads the image in a file, or on a stick, which is longer. It is nil where there is an error.
func takeApart(name string) (found *live.Contents, size int64, err error) {
	medium, device, err := openMedium(name)
	if err != nil {
		return nil, 0, err
	}
	defer medium.Close()
	size = medium.Size()
	found, err = live.TakeApart(medium, size)
	if err == nil && !device && size > found.Size {
		err = issue.New("live-behind-image", live.ErrUnaccounted, "%d bytes stand behind the image", size-found.Size).
			Advise(fmt.Sprintf("if it was read from a stick, the image are its first %d bytes", found.Size))
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", name, err)
	}
	return found, size, nil
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
	data, err := readSmall(name, live.MaxList)
	if err != nil {
		return nil, err
	}
	list, err := live.ParseList(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}
