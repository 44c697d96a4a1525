package chunk

import (
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"io"
	"slices"

	"sigtool/backup"
	"sigtool/internal/secret"
)

// maxPrintings bounds what a Set holds: 256 documents of at most 99 codes of 220 bytes are 6 MB.
const maxPrintings = 256

// Set is the codes that were read so far, of any number of documents, in any order. The zero value is ready. Destroy wipes it.
type Set struct{ printings []*printing }

// printing is one document, printed once.
type printing struct {
	header
	parts [][]byte // nil where a code is missing
	have  int
}

// Document says what was read of one document.
type Document struct {
	ID      string // QPZR-Y9X8
	Of      int    // codes that it has
	Missing []int  // numbers of those that were not read
	Need    int    // how many of them are needed; 0 where the document is whole
	Why     string // what is wrong with a document that has codes enough; "" for nothing
}

// Add takes the text of one code, which stays the caller's. Error: ErrNoCode for a text that is none of ours; any other for one that is damaged.
// A code that was read before is no error.
func (s *Set) Add(text []byte) error {
	h, part, err := read(text)
	if err != nil {
		return err
	}
	p := s.find(h)
	if p == nil {
		secret.Wipe(part)
		return errors.New("codes of too many documents at once")
	}
	if p.parts[h.number-1] != nil {
		secret.Wipe(part)
		return nil
	}
	p.parts[h.number-1] = part
	p.have++
	return nil
}

// find returns the printing that a code belongs to, a new one if need be; nil if there are too many.
func (s *Set) find(h header) *printing {
	h.number = 0
	for _, p := range s.printings {
		if p.header == h {
			return p
		}
	}
	if len(s.printings) == maxPrintings {
		return nil
	}
	p := &printing{header: h, parts: make([][]byte, h.n)}
	s.printings = append(s.printings, p)
	return p
}

// Documents lists what was read, whole or not, in the order of the documents' numbers. Of a document that was printed more than once,
// it shows the printing that lacks least.
func (s *Set) Documents() (list []Document) {
	for _, p := range s.best() {
		list = append(list, p.document())
	}
	return list
}

func (p *printing) document() Document {
	d := Document{ID: p.id[:idChars/2] + "-" + p.id[idChars/2:], Of: p.n, Need: max(0, p.k-p.have)}
	for i, part := range p.parts {
		if part == nil {
			d.Missing = append(d.Missing, i+1)
		}
	}
	return d
}

// best returns one printing of each document.
func (s *Set) best() (list []*printing) {
	for i, p := range s.sorted() {
		if n := len(list); i == 0 || !p.same(list[n-1]) {
			list = append(list, p)
		}
	}
	return list
}

// sorted has the printings of one document together, those that lack least first.
func (s *Set) sorted() []*printing {
	sorted := slices.Clone(s.printings)
	slices.SortStableFunc(sorted, func(a, b *printing) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.letter, b.letter), cmp.Compare(max(0, a.k-a.have), max(0, b.k-b.have)))
	})
	return sorted
}

// same tells whether two printings say that they are of one document.
func (p *printing) same(other *printing) bool { return p.id == other.id && p.letter == other.letter }

// Texts returns the text of every printing that is whole, for its codec's Decode, which finds out whether two of one document say the
// same. Error: a *Missing, beside the texts of the others, where codes are wanting and no other printing of the document is whole, or
// where codes do not agree. The caller wipes the texts.
func (s *Set) Texts() (texts [][]byte, err error) {
	var missing Missing
	var whole *printing // the last one
	for _, p := range s.sorted() {
		d := p.document()
		if d.Need > 0 {
			if whole == nil || !p.same(whole) {
				missing.Documents = append(missing.Documents, d)
			}
			continue
		}
		text, err := p.text()
		if err != nil {
			d.Why = err.Error()
			missing.Documents = append(missing.Documents, d)
			continue
		}
		texts, whole = append(texts, text), p
	}
	if len(missing.Documents) > 0 {
		return texts, &missing
	}
	return texts, nil
}

// text rebuilds what is lost, proves the whole by its digest and inflates it. The number of the document is in the text too.
func (p *printing) text() ([]byte, error) {
	parts := make([][]byte, p.n)
	for i, part := range p.parts {
		parts[i] = bytes.Clone(part)
	}
	defer func() { wipe(parts) }()
	rs, err := coder(p.k, p.n)
	if err != nil {
		return nil, err
	}
	if err := rs.ReconstructData(parts); err != nil {
		return nil, err
	}
	packed := slices.Concat(parts[:p.k]...)
	defer secret.Wipe(packed)
	if digest(packed[:p.size]) != p.digest || len(bytes.TrimLeft(packed[p.size:], "\x00")) > 0 {
		return nil, errors.New("its codes do not agree with their digest")
	}
	text, err := inflate(packed[:p.size])
	if err != nil {
		return nil, err
	}
	stated, ok := backup.ReadHead(text).DocumentID()
	if id, _ := backup.ParseID(p.id); !ok || stated != id {
		secret.Wipe(text)
		return nil, errors.New("its codes hold another document")
	}
	return text, nil
}

// inflate reads no more than a text of a sheet can have, and all of what is there.
func inflate(packed []byte) ([]byte, error) {
	source := bytes.NewReader(packed)
	r := flate.NewReader(source)
	text := make([]byte, 0, min(16*len(packed), backup.MaxTextSize)+bytes.MinRead) // it seldom has to grow
	for len(text) <= backup.MaxTextSize {
		if len(text) == cap(text) {
			larger := append(make([]byte, 0, 2*cap(text)), text...)
			secret.Wipe(text)
			text = larger
		}
		n, err := r.Read(text[len(text):cap(text)])
		text = text[:len(text)+n]
		if err == io.EOF && source.Len() == 0 && len(text) > 0 && len(text) <= backup.MaxTextSize {
			return text, nil
		}
		if err != nil {
			break
		}
	}
	secret.Wipe(text)
	return nil, errors.New("its codes do not hold the text of a sheet")
}

// Destroy wipes what was read.
func (s *Set) Destroy() {
	for _, p := range s.printings {
		wipe(p.parts)
	}
	s.printings = nil
}
