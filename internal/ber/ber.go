// Package ber reads ASN.1 in BER (X.690 §8) as Java's and Android's readers take it, without believing a length: what is looked at costs no more than its own bytes.
package ber

import (
	"errors"
	"math/big"
)

// MaxDepth is how deep elements of indefinite length may be nested: their end is only found by walking through them.
const MaxDepth = 32

// Tags that callers ask for: the identifier octet without its constructed bit.
const (
	Boolean         = 0x01
	Integer         = 0x02
	BitString       = 0x03
	OctetString     = 0x04
	OID             = 0x06
	UTF8String      = 0x0c
	Sequence        = 0x10
	Set             = 0x11
	NumericString   = 0x12
	PrintableString = 0x13
	T61String       = 0x14
	IA5String       = 0x16
	UTCTime         = 0x17
	GeneralizedTime = 0x18
	BMPString       = 0x1e
	Context0        = 0x80
	Context1        = 0x81
	Context2        = 0x82
	Context3        = 0x83
)

// ErrDamaged is every error of this package.
var ErrDamaged = errors.New("damaged asn.1")

// Element is one element. Its slices point into what was read.
type Element struct {
	Tag         byte // identifier octet without the constructed bit; 0x1f in its low bits is the start of a longer one, which nobody asks for
	Constructed bool
	Raw         []byte // all of it, as it stands
	Content     []byte // without identifier, length and end-of-contents
}

// Read reads the first element of data and returns what stands behind it:
//
//	identifier | length: 1 octet, or 0x81-0x84 and that many more, or 0x80 (indefinite: until the octets 00 00) | content
func Read(data []byte) (Element, []byte, error) { return read(data, 0) }

func read(data []byte, depth int) (Element, []byte, error) {
	tag, at, ok := identifier(data)
	if !ok || at >= len(data) {
		return Element{}, nil, ErrDamaged
	}
	e := Element{Tag: tag &^ 0x20, Constructed: tag&0x20 != 0}
	first := data[at]
	at++
	size := int(first)
	switch {
	case first == 0x80:
		return indefinite(e, data, at, depth)
	case first > 0x80:
		octets := int(first & 0x7f)
		if octets > 4 || len(data)-at < octets {
			return Element{}, nil, ErrDamaged
		}
		long := uint64(0)
		for _, b := range data[at : at+octets] {
			long = long<<8 | uint64(b)
		}
		at += octets
		if long > uint64(len(data)-at) {
			return Element{}, nil, ErrDamaged
		}
		size = int(long)
	}
	if size > len(data)-at {
		return Element{}, nil, ErrDamaged
	}
	e.Raw, e.Content = data[:at+size], data[at:at+size]
	return e, data[at+size:], nil
}

// identifier reads the identifier octets: tags of up to 4 octets of number (X.690 §8.1.2.4).
func identifier(data []byte) (first byte, size int, ok bool) {
	if len(data) == 0 {
		return 0, 0, false
	}
	if data[0]&0x1f != 0x1f {
		return data[0], 1, true
	}
	for i := 1; i < len(data) && i <= 4; i++ {
		if data[i]&0x80 == 0 {
			return data[0], i + 1, true
		}
	}
	return 0, 0, false
}

// indefinite finds the end of an element whose content starts at data[at].
func indefinite(e Element, data []byte, at, depth int) (Element, []byte, error) {
	if !e.Constructed || depth == MaxDepth {
		return Element{}, nil, ErrDamaged
	}
	for rest := data[at:]; ; {
		if len(rest) >= 2 && rest[0] == 0 && rest[1] == 0 {
			end := len(data) - len(rest)
			e.Raw, e.Content = data[:end+2], data[at:end]
			return e, rest[2:], nil
		}
		var err error
		if _, rest, err = read(rest, depth+1); err != nil {
			return Element{}, nil, err
		}
	}
}

// Elements reads a run of elements to its end, at most limit of them.
func Elements(data []byte, limit int) ([]Element, error) {
	var all []Element
	for len(data) > 0 {
		if len(all) == limit {
			return nil, ErrDamaged
		}
		e, rest, err := Read(data)
		if err != nil {
			return nil, err
		}
		all, data = append(all, e), rest
	}
	return all, nil
}

// Int reads an INTEGER's content: two's complement, of whatever length.
func (e Element) Int() (*big.Int, error) {
	if len(e.Content) == 0 {
		return nil, ErrDamaged
	}
	n := e.Unsigned()
	if e.Content[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(len(e.Content))*8))
	}
	return n, nil
}

// Unsigned reads an INTEGER's content as a number without a sign, as it was meant by those who forgot the leading zero.
func (e Element) Unsigned() *big.Int { return new(big.Int).SetBytes(e.Content) }

// Bits reads a BIT STRING of whole octets.
func (e Element) Bits() ([]byte, error) {
	if e.Constructed || len(e.Content) == 0 || e.Content[0] != 0 {
		return nil, ErrDamaged
	}
	return e.Content[1:], nil
}
