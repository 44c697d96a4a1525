package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"sigtool/internal/fileio"
)

// folderCopy is a folder on its way from one stick to another. It waits in memory, so that one socket for sticks is enough: in there is nothing that
// is not on the stick in the clear.
type folderCopy struct {
	name  string
	files map[string][]byte
	bytes int64
}

// copy copies the folder of a ceremony to another stick, and compares every byte when it is read from there.
func (t *table) copy() error {
	from, err := t.chooseStick("From which stick shall be copied?", false)
	if err != nil {
		return err
	}
	var c folderCopy
	err = t.useStick(from, inputsAt, false, func(root string) error {
		name, err := t.chooseName("Which folder shall be copied?", root, func(e os.DirEntry) bool { return e.IsDir() && folderNumber().MatchString(e.Name()) },
			withHint(fmt.Errorf("%s has no folder of a ceremony", from.name()), "they are called ceremony-1, rehearsal-1 and so on"))
		if err != nil {
			return err
		}
		c = folderCopy{name: name, files: map[string][]byte{}}
		return walk(filepath.Join(root, name), func(name string, data []byte) {
			c.files[name] = data
			c.bytes += int64(len(data))
		})
	})
	if err != nil {
		return err
	}
	t.say(fmt.Sprintf("Read: %d files, %d bytes. You may exchange the sticks now.", len(c.files), c.bytes))
	return t.copyTo(from, &c)
}

// copyTo asks for the other stick, and writes to it.
func (t *table) copyTo(from liveStick, c *folderCopy) error {
	to, err := t.chooseStick("To which stick shall it be copied?", true, from)
	if err != nil {
		return err
	}
	name := ""
	err = t.useStick(to, outputsAt, true, func(root string) error {
		if free, err := t.sticks.free(root); err == nil && free < c.bytes {
			return withHint(fmt.Errorf("%s has too little room: %d bytes of %d", to.name(), free, c.bytes), "take another, or make room on it with another computer")
		}
		var err error
		name, err = c.write(root)
		return err
	})
	if err != nil {
		return err
	}
	return t.compareCopy(to, c, name)
}

// write writes the folder below root, under its name or one that is free. What could not be written whole is removed again.
func (c *folderCopy) write(root string) (name string, err error) {
	name = c.name
	for n := 2; exists(filepath.Join(root, name)); n++ {
		name = fmt.Sprintf("%s-copy-%d", c.name, n)
	}
	folder := filepath.Join(root, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		return "", err
	}
	for _, file := range sortedNames(c.files) {
		path := filepath.Join(folder, file)
		if err = os.MkdirAll(filepath.Dir(path), 0o700); err == nil {
			err = fileio.WriteNew(path, c.files[file], 0o600, false)
		}
		if err == nil {
			err = syncFolder(filepath.Dir(filepath.Dir(path)))
		}
		if err != nil {
			_ = os.RemoveAll(folder)
			if errors.Is(err, unix.ENOSPC) {
				err = withHint(errors.New("the stick is full, and nothing was copied"), "take another, or make room on it with another computer")
			}
			return "", err
		}
	}
	return name, syncFolder(root)
}

// compareCopy mounts the stick again, read-only, and compares every byte.
func (t *table) compareCopy(to liveStick, c *folderCopy, name string) error {
	same := 0
	err := t.useStick(to, outputsAt, false, func(root string) error {
		before, counted := t.sticks.sectorsRead(to)
		err := walk(filepath.Join(root, name), func(file string, data []byte) {
			was, known := c.files[file]
			if known && bytes.Equal(was, data) {
				same++
				t.say(fmt.Sprintf("  same: %10d  %s", len(data), shown(file)))
				return
			}
			t.say("  OTHER:            " + shown(file))
		})
		after, _ := t.sticks.sectorsRead(to)
		if err == nil && (same != len(c.files) || counted && (after-before)*512 < c.bytes) {
			err = errors.New("the copy is not what was read")
		}
		return err
	})
	if err != nil {
		return withHint(err, "do not rely on this stick: take another")
	}
	t.say(fmt.Sprintf("Copied to %s, folder %s: %d files, each compared byte by byte.", to.name(), shown(name), same))
	t.takeOut(to)
	return nil
}
