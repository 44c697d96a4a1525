package ber

import (
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Cursor goes through a run of elements. After the first error it gives nothing more, and Err tells it.
type Cursor struct {
	rest []byte
	err  error
}

// Over makes a cursor over a run of elements, such as the content of a SEQUENCE.
func Over(data []byte) *Cursor { return &Cursor{rest: data} }

// Err is ErrDamaged when an element was not as it was asked for.
func (c *Cursor) Err() error { return c.err }

// More tells whether an element follows.
func (c *Cursor) More() bool { return c.err == nil && len(c.rest) > 0 }

// Is tells whether the next element has the tag.
func (c *Cursor) Is(tag byte) bool { return c.More() && c.rest[0]&^0x20 == tag }

// Any gives the next element.
func (c *Cursor) Any() Element {
	if c.err != nil {
		return Element{}
	}
	var e Element
	e, c.rest, c.err = Read(c.rest)
	return e
}

// Take gives the next element, which must have the tag.
func (c *Cursor) Take(tag byte) Element {
	if !c.Is(tag) {
		c.fail()
		return Element{}
	}
	return c.Any()
}

// Optional gives the next element when it has the tag.
func (c *Cursor) Optional(tag byte) (Element, bool) {
	if !c.Is(tag) {
		return Element{}, false
	}
	e := c.Any()
	return e, c.err == nil
}

// Into goes into the next element, which must have the tag.
func (c *Cursor) Into(tag byte) *Cursor {
	e := c.Take(tag)
	return &Cursor{rest: e.Content, err: c.err}
}

// maxOID is how many bytes an object identifier may have.
const maxOID = 128

// OID gives the next element, an OBJECT IDENTIFIER.
func (c *Cursor) OID() asn1.ObjectIdentifier {
	e := c.Take(OID)
	if len(e.Content) > maxOID {
		c.fail()
	}
	if c.err != nil {
		return nil
	}
	var b cryptobyte.Builder // for the one reader of identifiers there is
	b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(e.Content) })
	der, err := b.Bytes()
	var oid asn1.ObjectIdentifier
	in := cryptobyte.String(der)
	if err != nil || !in.ReadASN1ObjectIdentifier(&oid) {
		c.fail()
		return nil
	}
	return oid
}

func (c *Cursor) fail() {
	if c.err == nil {
		c.err = ErrDamaged
	}
}
