package axml

import "math"

// none is the index of a string that is not there.
const none = math.MaxUint32

// element is an element that begins (ResXMLTree_attrExt), as the contents of its chunk have it:
//
//	0   u32  namespace, an index into the string pool, or none
//	4   u32  name
//	8   u16  where the attributes are, from here
//	10  u16  size of an attribute
//	12  u16  number of attributes
//	14  u16  ids, classes and styles: not looked at
type element struct {
	pool  *pool
	ids   []byte
	depth int  // 1 for the root
	plain bool // in no namespace
	name  string
	count int
	size  int
	attrs []byte
}

func (d *document) start(c chunk) (*element, error) {
	b := c.contents
	if d.pool == nil || len(b) < 20 {
		return nil, damaged("an element's start is too short or before the string pool")
	}
	name, space, err := d.names(b)
	if err != nil {
		return nil, err
	}
	from, size, count := int(le.Uint16(b[8:])), int(le.Uint16(b[10:])), int(le.Uint16(b[12:]))
	if from+size*count > len(b) {
		return nil, damaged("%d attributes of %d bytes in an element of %d", count, size, len(b))
	}
	d.depth++
	return &element{d.pool, d.ids, d.depth, space == "", name, count, size, b[from : from+size*count]}, nil
}

// Types of values (Res_value).
const (
	kindReference = 0x01
	kindString    = 0x03
	kindDecimal   = 0x10
	kindHex       = 0x11
	kindBoolean   = 0x12
)

// attribute is an attribute of an element (ResXMLTree_attribute):
//
//	0   u32  namespace
//	4   u32  name, an index into the string pool, and into the resource map
//	8   u32  the value as it was written, not looked at
//	12  u16  size of the value: 8   14  u8  zero
//	15  u8   type of the value
//	16  u32  the value: a number, or an index into the string pool
type attribute struct {
	name  uint32
	kind  byte
	value uint32
}

func (e *element) attribute(i int) (*attribute, error) {
	if e.size < 20 {
		return nil, damaged("an attribute has %d bytes, less than 20", e.size)
	}
	b := e.attrs[i*e.size:]
	return &attribute{le.Uint32(b[4:]), b[15], le.Uint32(b[16:])}, nil
}

// find returns the first attribute with a resource id, nil where there is none.
func (e *element) find(id uint32) (*attribute, error) {
	for i := range e.count {
		a, err := e.attribute(i)
		if err != nil {
			return nil, err
		}
		if at := int64(a.name) * 4; at+4 <= int64(len(e.ids)) && le.Uint32(e.ids[at:]) == id {
			return a, nil
		}
	}
	return nil, nil
}

func (a *attribute) isNumber() bool { return a.kind == kindDecimal || a.kind == kindHex }

func (a *attribute) number() int { return int(int32(a.value)) }
