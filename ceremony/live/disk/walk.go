package disk

import (
	"bytes"
	"encoding/binary"
	"strings"

	"sigtool/internal/issue"
)

// walker finds the files of a file system whose boot sector is known to be ours.
type walker struct {
	volume
	data  []byte // the whole file system
	fat   fat
	taken []bool // clusters that a file or folder has
	files []File
	count int // of files and folders
}

// damaged is the error for all that a file system of ours does not have, whether by accident or not.
func damaged(format string, args ...any) error {
	return issue.New("efi-partition", ErrImage, "EFI system partition: "+format, args...).
		Advise("something has written to it: write the image to the stick again")
}

// read returns the files. Each cluster of the table is free or belongs to one of them.
func (v volume) read(data []byte) ([]File, error) {
	f := v.fatSectors()
	w := &walker{volume: v, data: data, fat: fat{data[sector : (1+f)*sector], bits(v.clusters())}, taken: make([]bool, v.clusters()+2)}
	switch {
	case differ(data[:sector], v.boot()) >= 0:
		return nil, damaged("the boot sector is not as it was made, from byte %d on", differ(data[:sector], v.boot()))
	case !bytes.Equal(w.fat.table, data[(1+f)*sector:(1+2*f)*sector]):
		return nil, damaged("its two tables of clusters differ")
	case w.fat.get(0) != w.fat.end()&^0xff|0xf8 || w.fat.get(1)|3<<(w.fat.bits-2) != w.fat.end(): // two bits of the second say whether it was unmounted
		return nil, damaged("its table of clusters begins with %x %x", w.fat.get(0), w.fat.get(1))
	case disc(data) >= 0:
		return nil, damaged("it is a CD or DVD, too, from byte %d on", disc(data))
	}
	table := data[(1+2*f)*sector : w.firstWith(f)*sector]
	if err := w.folder(table, "", 0, 0); err != nil {
		return nil, err
	}
	for n := 2; n < len(w.taken); n++ {
		if w.fat.get(n) != 0 && !w.taken[n] {
			return nil, damaged("cluster %d is in use, and by no file", n)
		}
	}
	return w.files, nil
}

// folder reads a folder's entries. The folder begins at cluster own, which is 0 for the root, and above at cluster parent.
func (w *walker) folder(table []byte, path string, own, parent int) error {
	special := [][11]byte{dots(1), dots(2)}
	if path == "" {
		special = [][11]byte{label(w.label)}
	}
	seen := map[string]bool{}
	for i := 0; i < len(table); i += entryBytes {
		entry := table[i : i+entryBytes]
		switch number := i / entryBytes; {
		case number < len(special):
			if err := w.special(entry, number, special[number], path, own, parent); err != nil {
				return err
			}
			continue
		case entry[0] == 0: // nothing follows: some read on nevertheless
			if len(bytes.Trim(table[i:], "\x00")) != 0 {
				return damaged("there is something behind the end of the folder %q", path)
			}
			return nil
		case entry[0] == 0xe5: // deleted
			continue
		}
		if err := w.entry(entry, path, own, seen); err != nil {
			return err
		}
	}
	return nil
}

// special checks an entry that a folder of ours begins with: the label, or the folder itself and the one above it.
func (w *walker) special(entry []byte, number int, name [11]byte, path string, own, parent int) error {
	attributes, cluster := byte(attrFolder), []int{own, parent}[number]
	if path == "" {
		attributes = attrLabel
	}
	if !bytes.Equal(entry[:11], name[:]) || entry[11] != attributes || first(entry) != cluster {
		return damaged("the folder %q does not begin as it should", path)
	}
	return nil
}

// first is an entry's first cluster. Some read two more bytes of it at 20, and others something else there.
func first(entry []byte) int {
	return int(binary.LittleEndian.Uint16(entry[20:]))<<16 | int(binary.LittleEndian.Uint16(entry[26:]))
}

// entry reads an entry of a file or a folder.
func (w *walker) entry(entry []byte, path string, own int, seen map[string]bool) error {
	name, ok := lengthen(entry[:11])
	switch attributes := entry[11]; {
	case attributes&0x3f == attrLong:
		return damaged("a name in the folder %q is a long one", path)
	case attributes&(attrLabel|0xc0) != 0:
		return damaged("there is a label, or something unknown, in the folder %q", path)
	case !ok:
		return damaged("%q in the folder %q is no name", entry[:11], path)
	case seen[name]:
		return damaged("%s is there twice", path+name)
	case w.count >= maxFiles:
		return damaged("there are more than %d files and folders", maxFiles)
	}
	seen[name] = true
	w.count++
	length := int64(binary.LittleEndian.Uint32(entry[28:]))
	content, err := w.chain(first(entry), path+name)
	if err != nil {
		return err
	}
	if entry[11]&attrFolder != 0 {
		return w.inner(content, path+name, first(entry), own, length)
	}
	each := int64(w.perCluster * sector)
	if int64(len(content)) != (length+each-1)/each*each {
		return damaged("%s is %d bytes long, and has clusters for %d", path+name, length, len(content))
	}
	w.files = append(w.files, File{path + name, content[:length:length]})
	return nil
}

// inner reads a folder in a folder.
func (w *walker) inner(table []byte, path string, own, parent int, length int64) error {
	if own == 0 || length != 0 || strings.Count(path, "/") >= maxDepth {
		return damaged("%s is no folder of ours", path)
	}
	before := w.count
	if err := w.folder(table, path+"/", own, parent); err != nil {
		return err
	}
	if w.count == before {
		w.files = append(w.files, File{Path: path + "/"})
	}
	return nil
}

// chain collects clusters. It ends, for it takes each but once.
func (w *walker) chain(n int, path string) (content []byte, err error) {
	if n == 0 {
		return nil, nil
	}
	each := w.perCluster * sector
	start := w.firstWith(w.fatSectors()) * sector
	for {
		if n < 2 || n >= len(w.taken) {
			return nil, damaged("%s goes on in cluster %d, which does not exist", path, n)
		}
		if w.taken[n] {
			return nil, damaged("%s goes on in cluster %d, which is taken already", path, n)
		}
		w.taken[n] = true
		at := start + (n-2)*each
		content = append(content, w.data[at:at+each]...)
		if n = w.fat.get(n); n >= w.fat.end()-7 {
			return content, nil
		}
	}
}
