package axml

import "encoding/binary"

var le = binary.LittleEndian

// Types of chunks.
const (
	typeStringPool   = 0x0001
	typeXML          = 0x0003
	typeStartElement = 0x0102
	typeEndElement   = 0x0103
	typeResourceMap  = 0x0180
)

// chunk is a piece of the file (ResChunk_header of Android's ResourceTypes.h):
//
//	0  u16  type
//	2  u16  size of the header, 8 or more
//	4  u32  size of the chunk with its header
//	8       more header, as the type has it, then the contents
type chunk struct {
	kind             int
	header, contents []byte
}

// take cuts the first chunk off rest; false where there is none. Android ignores a last chunk that does not fit, so that is not an error.
func take(rest *[]byte) (c chunk, found bool, err error) {
	b := *rest
	if len(b) < 8 || int64(le.Uint32(b[4:])) > int64(len(b)) {
		*rest = nil
		return chunk{}, false, nil
	}
	header, size := int(le.Uint16(b[2:])), int(le.Uint32(b[4:]))
	if header < 8 || header > size {
		return chunk{}, false, damaged("a chunk of %d bytes with a header of %d", size, header)
	}
	*rest = b[size:]
	return chunk{int(le.Uint16(b)), b[:header], b[header:size]}, true, nil
}

// document is the chunk of type XML, whose contents are a string pool, a map of resource ids, and elements.
type document struct {
	rest   []byte
	pool   *pool
	ids    []byte // resource ids (u32) of the attributes whose names are the first strings of the pool; nil: no map
	mapped bool
	depth  int
}

func open(data []byte) (*document, error) {
	for {
		c, found, err := take(&data)
		switch {
		case err != nil:
			return nil, err
		case !found:
			return nil, damaged("it holds no binary XML")
		case c.kind == typeXML:
			return &document{rest: c.contents}, nil
		}
	}
}

// next returns the next element that begins, nil at the end.
func (d *document) next() (*element, error) {
	for {
		c, found, err := take(&d.rest)
		if err != nil || !found {
			return nil, err
		}
		switch c.kind {
		case typeStringPool:
			if d.pool != nil {
				return nil, damaged("two string pools")
			}
			d.pool, err = newPool(c)
		case typeResourceMap:
			if d.mapped {
				return nil, damaged("two resource maps")
			}
			d.ids, d.mapped = c.contents, true
		case typeStartElement:
			return d.start(c)
		case typeEndElement:
			err = d.end(c)
		}
		if err != nil {
			return nil, err
		}
	}
}

// end: a closed element has a namespace and a name as well:
//
//	0  u32  namespace   4  u32  name
func (d *document) end(c chunk) error {
	if d.pool == nil || len(c.contents) < 8 {
		return damaged("an element's end is too short or before the string pool")
	}
	d.depth--
	_, _, err := d.names(c.contents)
	return err
}

// names reads an element's name and namespace.
func (d *document) names(contents []byte) (name, space string, err error) {
	if at := le.Uint32(contents); at != none {
		if space, err = d.pool.name(at); err != nil {
			return "", "", err
		}
	}
	name, err = d.pool.name(le.Uint32(contents[4:]))
	return name, space, err
}
