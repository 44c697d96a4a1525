package disk

import (
	"encoding/binary"
	"fmt"
)

// A FAT file system (Microsoft's "FAT: General Overview of On-Disk Format" 1.03; ECMA-107), as ours are:
//
//	sector 0   boot sector: the numbers below, no code
//	       1   FAT: a number of 12 or 16 bits for each cluster: 0 is free, FFF or FFFF ends a chain, anything else is the next cluster
//	     1+F   FAT again
//	    1+2F   root folder: entries of 32 bytes
//	  1+2F+R   cluster 2, cluster 3, ...
//
// Whether numbers have 12 or 16 bits follows from how many clusters there are, and from nothing else.
type volume struct {
	start      int // the partition's first sector
	sectors    int // its size
	perCluster int // sectors of a cluster
	root       int // entries of the root folder, 32 bytes each, whole sectors of them
	id         [16]byte
	label      string
}

const (
	efiLabel   = "SIGTOOL"
	espCluster = 2 << 10   // bytes
	minFAT16   = 4085 + 16 // clusters; the 16 keep away from the border, where not every driver counts alike
	entryBytes = 32        // of a folder
	efiRoot    = 64        // entries
	outputRoot = 256       // entries: a long name takes several
)

func (l layout) efi() volume {
	return volume{start: espStart, sectors: l.esp, perCluster: espCluster / sector, root: efiRoot, id: l.derive("EFI file system"), label: efiLabel}
}

func (l layout) outputs() volume {
	return volume{start: espStart + l.esp, sectors: l.data(), perCluster: 2, root: outputRoot, id: l.derive("outputs' file system"), label: Label}
}

// fatSectors is F, the length of one FAT: the least that has a number for each cluster, and for the two that do not exist.
func (v volume) fatSectors() int {
	for f := 1; ; f++ {
		if clusters := v.clustersWith(f); (clusters+2)*bits(clusters) <= f*sector*8 {
			return f
		}
	}
}

func (v volume) clustersWith(f int) int { return (v.sectors - v.firstWith(f)) / v.perCluster }

func (v volume) firstWith(f int) int { return 1 + 2*f + v.root*entryBytes/sector }

// clusters is how many there are; the first is number 2.
func (v volume) clusters() int { return v.clustersWith(v.fatSectors()) }

// bits is the length of a number in the FAT.
func bits(clusters int) int {
	if clusters < 4085 {
		return 12
	}
	return 16
}

// boot returns the boot sector. Tracks and heads mean nothing on a stick, but tools want a size that is a multiple of a track.
func (v volume) boot() []byte {
	b := make([]byte, sector)
	le := binary.LittleEndian
	copy(b, "\xeb\x3c\x90SIGTOOL ") // a jump to where code would stand; without it Windows takes it for no FAT
	le.PutUint16(b[11:], sector)
	b[13] = byte(v.perCluster)
	le.PutUint16(b[14:], 1) // sectors before the first FAT
	b[16] = 2               // FATs
	le.PutUint16(b[17:], uint16(v.root))
	if v.sectors < 1<<16 {
		le.PutUint16(b[19:], uint16(v.sectors))
	} else {
		le.PutUint32(b[32:], uint32(v.sectors))
	}
	b[21] = 0xf8 // a disk that is not a floppy
	le.PutUint16(b[22:], uint16(v.fatSectors()))
	le.PutUint16(b[24:], 32) // sectors of a track
	le.PutUint16(b[26:], 64) // heads
	le.PutUint32(b[28:], uint32(v.start))
	b[36], b[38] = 0x80, 0x29 // the first hard disk; "an id, a label and a type follow"
	copy(b[39:43], v.id[:])
	copy(b[43:], fmt.Sprintf("%-11s%-8s", v.label, fmt.Sprintf("FAT%d", bits(v.clusters()))))
	b[510], b[511] = 0x55, 0xaa
	return b
}

// fat is the table of clusters.
type fat struct {
	table []byte
	bits  int
}

// end is the number that ends a chain. All from 8 below it do.
func (f fat) end() int { return 1<<f.bits - 1 }

func (f fat) get(n int) int {
	if f.bits == 16 {
		return int(binary.LittleEndian.Uint16(f.table[2*n:]))
	}
	pair := int(binary.LittleEndian.Uint16(f.table[n+n/2:])) // two numbers share three bytes
	return pair >> (n % 2 * 4) & 0xfff
}

func (f fat) set(n, value int) {
	if f.bits == 16 {
		binary.LittleEndian.PutUint16(f.table[2*n:], uint16(value))
		return
	}
	at, shift := f.table[n+n/2:], n%2*4
	pair := int(binary.LittleEndian.Uint16(at))&^(0xfff<<shift) | value<<shift
	binary.LittleEndian.PutUint16(at, uint16(pair))
}
