package layout

import (
	"fmt"

	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

// padTo is what entries are padded to before a signing block, so that it starts on a page.
const padTo = 4096

// plan is the work on one file, which goes from its start to its end once.
type plan struct {
	src    patch.Source
	zip    *zipdir.Archive
	change Change
	limit  int64   // entries end here or before: at the old signing block, or at the directory
	done   int64   // the source is dealt with up to here
	shift  int64   // what is at x in the source will be at x+shift
	moved  []int64 // for each entry, where its local header will be; gone if it is left out
	edits  []patch.Edit
	padded int      // bytes inserted to align
	added  [][]byte // directory records of the entries that were made

	latest int64 // date and time of the latest of the entries that stay; -1: none stays
}

const gone = -1

// newYear is the date of what is added to an APK without entries: 2009-01-01, as apksigner has it.
const newYear = 0x3a21

func newPlan(src patch.Source, a *zipdir.Archive, c Change) (*plan, error) {
	p := &plan{src: src, zip: a, change: c, limit: a.Directory, moved: make([]int64, len(a.Entries)), latest: -1}
	if c.Block.Size > 0 {
		if c.Block.Offset < 0 || c.Block.Offset > a.Directory || c.Block.Size != a.Directory-c.Block.Offset {
			return nil, damaged("the signing block at %d does not end where the directory starts", c.Block.Offset)
		}
		p.limit = c.Block.Offset
	}
	if c.Align < 0 || c.Align > maxAlign || c.Align%minAlign != 0 {
		return nil, fmt.Errorf("can't align to %d bytes", c.Align)
	}
	if name, twice := a.Duplicate(); twice {
		return nil, damaged("there are two entries %.300q", name)
	}
	return p, nil
}

// entry deals with one entry and all that is before it.
func (p *plan) entry(i int) error {
	e := &p.zip.Entries[i]
	if e.Header < p.done {
		return damaged("%.300q at %d overlaps the entry before it, which ends at %d", e.Name, e.Header, p.done)
	}
	l, err := p.zip.Local(p.src, e)
	if err != nil {
		return err
	}
	if l.End > p.limit {
		return damaged("%.300q ends at %d, behind the start of the signing block at %d", e.Name, l.End, p.limit)
	}
	p.done = l.End
	if p.change.Drop != nil && p.change.Drop(e.Name) {
		p.moved[i] = gone
		p.remove(e.Header, l.End-e.Header)
		return nil
	}
	p.moved[i] = e.Header + p.shift
	p.latest = max(p.latest, int64(e.Date)<<16|int64(e.Time))
	return p.align(e, l)
}

// remove takes n bytes out. Runs that touch are one edit.
func (p *plan) remove(at, n int64) {
	p.shift -= n
	if last := len(p.edits) - 1; last >= 0 && p.edits[last].Insert == nil && p.edits[last].Offset+p.edits[last].Remove == at {
		p.edits[last].Remove += n
		return
	}
	p.edits = append(p.edits, patch.Edit{Offset: at, Remove: n})
}

// tail deals with all that is behind the last entry: the old signing block with its padding goes, new entries and padding come. It returns
// where the directory will be.
func (p *plan) tail() (int64, error) {
	start, err := p.padding()
	if err != nil {
		return 0, err
	}
	added, err := p.add(start + p.shift)
	if err != nil {
		return 0, err
	}
	end := start + p.shift + int64(len(added))
	if p.change.PadEntries {
		pad := -end & (padTo - 1)
		if keep := min(pad, p.limit-start); len(added) == 0 { // zeros that are there already stay
			start, end, pad = start+keep, end+keep, pad-keep
		}
		added = append(added, make([]byte, pad)...)
		end += pad
	}
	if start < p.zip.Directory || len(added) > 0 {
		p.edits = append(p.edits, patch.Edit{Offset: start, Remove: p.zip.Directory - start, Insert: added})
	}
	return end, nil
}

// padding returns where the zeros start that an earlier signer put before the old signing block; the block itself, if there are none. apksigner
// keeps them where it is, and pads once more behind what it adds; without them signing what is signed makes the same file as signing what is not.
func (p *plan) padding() (int64, error) {
	block := p.change.Block
	if block.Size == 0 || block.Offset%padTo != 0 {
		return p.limit, nil
	}
	zeros := make([]byte, min(padTo-1, block.Offset-p.done))
	if err := patch.ReadFull(p.src, zeros, block.Offset-int64(len(zeros))); err != nil {
		return 0, err
	}
	n := len(zeros)
	for n > 0 && zeros[n-1] == 0 {
		n--
	}
	return block.Offset - int64(len(zeros)-n), nil
}

// add makes the new entries, to stand at this offset one behind the other.
func (p *plan) add(at int64) ([]byte, error) {
	names := map[string]bool{}
	if len(p.change.Add) > 0 {
		for i := range p.zip.Entries {
			names[p.zip.Entries[i].Name] = p.moved[i] != gone
		}
	}
	if p.latest < 0 {
		p.latest = newYear << 16
	}
	var all []byte
	for _, f := range p.change.Add {
		if names[f.Name] {
			return nil, damaged("there is an entry %.300q already", f.Name)
		}
		names[f.Name] = true
		local, record, err := zipdir.Make(f.Name, f.Data, uint16(p.latest), uint16(p.latest>>16), at+int64(len(all)))
		if err != nil {
			return nil, err
		}
		all = append(all, local...)
		p.added = append(p.added, record)
	}
	return all, nil
}

func (p *plan) records() int {
	n := len(p.added)
	for _, at := range p.moved {
		if at != gone {
			n++
		}
	}
	return n
}

// directory makes the edit from the first record that changes to the end record, if there is one, and returns the new directory's size.
func (p *plan) directory() ([]patch.Edit, int64) {
	same := int64(0) // bytes of the directory that stay
	i := 0
	for i < len(p.moved) && p.moved[i] == p.zip.Entries[i].Header {
		same += int64(len(p.zip.Entries[i].Record))
		i++
	}
	rest := make([]byte, 0, p.zip.DirSize-same)
	for ; i < len(p.moved); i++ {
		if p.moved[i] != gone {
			rest = p.zip.Entries[i].AppendMoved(rest, p.moved[i])
		}
	}
	for _, record := range p.added {
		rest = append(rest, record...)
	}
	size := same + int64(len(rest))
	at := p.zip.Directory + same
	if len(rest) == 0 && at == p.zip.End {
		return nil, size
	}
	return []patch.Edit{{Offset: at, Remove: p.zip.End - at, Insert: rest}}, size
}
