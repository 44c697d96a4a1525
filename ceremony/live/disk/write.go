package disk

import "encoding/binary"

// An entry of a folder, 32 bytes:
//
//	 0  name, 8 and 3 characters      20  0
//	11  attributes                    22  time and day of the last change
//	12  0                             26  first cluster; 0 for none
//	14  time and day it was made      28  length in bytes; 0 for a folder
//	18  day of the last use
const (
	attrLabel   = 0x08
	attrFolder  = 0x10
	attrArchive = 0x20
	attrLong    = 0x0f     // the entry is a piece of a long name
	epoch       = 1<<5 | 1 // 1 January 1980, the first day there is; its time, 0, is midnight
)

// writer fills a file system that is zeros.
type writer struct {
	volume
	to   []byte
	fat  fat
	next int // the first cluster that is free
}

// write makes the file system. All that a folder holds follows it, so a file's clusters are neighbours.
func (v volume) write(to []byte, root *node) {
	f := v.fatSectors()
	w := &writer{volume: v, to: to, fat: fat{to[sector : (1+f)*sector], bits(v.clusters())}, next: 2}
	copy(to, v.boot())
	w.fat.set(0, w.fat.end()&^0xff|0xf8) // the boot sector's byte 21
	w.fat.set(1, w.fat.end())
	table := to[(1+2*f)*sector:]
	record(table, label(v.label), attrLabel, 0, 0)
	w.fill(table[entryBytes:], root, 0)
	copy(to[(1+f)*sector:], w.fat.table)
}

// fill writes a folder's entries, and all that is in it. The root folder has cluster 0.
func (w *writer) fill(table []byte, folder *node, cluster int) {
	for i, inner := range folder.within {
		first, content := w.take(inner.size())
		if !inner.folder {
			copy(content, inner.data)
			record(table[i*entryBytes:], inner.short, attrArchive, first, len(inner.data))
			continue
		}
		record(table[i*entryBytes:], inner.short, attrFolder, first, 0)
		record(content, dots(1), attrFolder, first, 0)
		record(content[entryBytes:], dots(2), attrFolder, cluster, 0)
		w.fill(content[2*entryBytes:], inner, first)
	}
}

// take makes a chain of as many clusters as so many bytes need, and returns its first and its content.
func (w *writer) take(size int) (first int, content []byte) {
	each := w.perCluster * sector
	count := (size + each - 1) / each
	if count == 0 {
		return 0, nil
	}
	first = w.next
	w.next += count
	for n := first; n < w.next-1; n++ {
		w.fat.set(n, n+1)
	}
	w.fat.set(w.next-1, w.fat.end())
	at := w.firstWith(w.fatSectors())*sector + (first-2)*each
	return first, w.to[at : at+count*each]
}

func record(to []byte, name [11]byte, attributes byte, cluster, size int) {
	le := binary.LittleEndian
	copy(to, name[:])
	to[11] = attributes
	le.PutUint16(to[16:], epoch)
	le.PutUint16(to[18:], epoch)
	le.PutUint16(to[24:], epoch)
	le.PutUint16(to[26:], uint16(cluster))
	le.PutUint32(to[28:], uint32(size))
}

// label is a name of eleven characters without a point.
func label(text string) (name [11]byte) {
	copy(name[:], "           ")
	copy(name[:], text)
	return name
}

// dots is the name of the folder itself (1), and of the one above it (2).
func dots(count int) [11]byte { return label(".."[:count]) }
