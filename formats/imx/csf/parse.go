package csf

import (
	"fmt"
	"slices"
)

// Parse reads the CSF that data begins with, at most MaxSize bytes of it. What can't be walked is an *Error; what can, but would be refused, is
// in Command.Err.
//
//	0xd4 | length: 2 bytes, big endian, of this header and the commands | version: 0x40 to 0x4f
//	commands: tag | length: 2 bytes, with these 4 | a parameter || what the tag asks for; HAB4_API §4.3
//	behind them, where they point: SRK table, certificates, signatures
func Parse(data []byte) (*CSF, error) {
	data = data[:min(len(data), MaxSize)]
	if len(data) < headerLength || data[0] != TagCSF {
		return nil, &Error{InvalidCSF, 0, "no command sequence file begins here"}
	}
	c := &CSF{Version: data[3], Size: int(be.Uint16(data[1:]))}
	if c.Version>>4 != 4 {
		return nil, &Error{InvalidCSF, 3, fmt.Sprintf("a command sequence file of version %#02x, not of HABv4", c.Version)}
	}
	if c.Size < headerLength || c.Size > len(data) {
		return nil, &Error{InvalidCSF, 1, fmt.Sprintf("a command sequence file of %d bytes where %d are there", c.Size, len(data))}
	}
	if err := c.readCommands(data[:c.Size]); err != nil {
		return nil, err
	}
	c.End = c.Size
	for i := range c.Commands {
		c.Commands[i].Err = c.point(data, &c.Commands[i])
	}
	c.loose(data)
	for _, s := range c.Segments {
		c.End = max(c.End, s.End())
	}
	c.Raw = data[:c.End]
	return c, nil
}

// Err is the first of the commands' errors, or nil.
func (c *CSF) Err() error {
	for _, command := range c.Commands {
		if command.Err != nil {
			return command.Err
		}
	}
	return nil
}

func (c *CSF) readCommands(data []byte) error {
	for at := headerLength; at < len(data); {
		if len(data)-at < headerLength {
			return &Error{InvalidCSF, at, "the command sequence file ends within a command"}
		}
		size := int(be.Uint16(data[at+1:]))
		if size < headerLength || size > len(data)-at {
			return &Error{InvalidCommand, at, fmt.Sprintf("the %s command at %#x says that it has %d bytes; %d are left", tagName(data[at]), at, size, len(data)-at)}
		}
		raw := data[at : at+size]
		body, err := readBody(raw)
		if err != nil {
			return &Error{InvalidCommand, at, fmt.Sprintf("the %s command at %#x: %v", tagName(raw[0]), at, err)}
		}
		c.Commands = append(c.Commands, Command{Offset: at, Raw: raw, Body: body})
		at += size
	}
	return nil
}

// point finds the segment that a command points at, and says what is wrong with the command.
func (c *CSF) point(data []byte, command *Command) error {
	switch body := command.Body.(type) {
	case *KeyCommand:
		if body.Flags&FlagAbsolute != 0 {
			return &Error{InvalidAddress, command.Offset, "points at an address, so what stands there can't be told"}
		}
		tag := byte(TagCertificate)
		if body.Protocol == ProtocolBlob {
			tag = TagWrapped
		}
		s, err := c.segment(data, body.At, tag, body.Protocol == ProtocolSRK)
		body.Segment = s
		return err
	case *AuthCommand:
		if body.Flags&FlagAbsolute != 0 {
			return &Error{InvalidAddress, command.Offset, "points at an address, so what stands there can't be told"}
		}
		tag := byte(TagSignature)
		if body.Protocol == ProtocolAEAD {
			tag = TagMAC
		}
		s, err := c.segment(data, body.At, tag, false)
		body.Segment = s
		return err
	case *OtherCommand:
		return &Error{UnsupportedCommand, command.Offset, fmt.Sprintf("%#02x is no command", body.Tag)}
	}
	return nil
}

// segment is the one at this offset, which is read if no other command has pointed there.
func (c *CSF) segment(data []byte, at uint32, tag byte, table bool) (*Segment, error) {
	what := map[byte]string{TagCertificate: "certificate", TagSignature: "signature", TagMAC: "authentication code", TagWrapped: "wrapped key"}[tag]
	if table {
		what = "SRK table"
	}
	reason := InvalidCertificate
	if tag == TagSignature || tag == TagMAC {
		reason = InvalidSignature
	}
	if int64(at) < int64(c.Size) || int64(at)+headerLength > int64(len(data)) {
		return nil, &Error{reason, int(min(at, MaxSize)), fmt.Sprintf("no %s can stand at %#x: the commands end at %#x, the command sequence file at %#x at the latest", what, at, c.Size, len(data))}
	}
	offset := int(at)
	size := int(be.Uint16(data[offset+1:]))
	if data[offset] != tag || size <= headerLength || size > len(data)-offset {
		return nil, &Error{reason, offset, fmt.Sprintf("no %s stands at %#x", what, at)}
	}
	s := &Segment{Tag: tag, Version: data[offset+3], Table: table, Offset: offset, Data: data[offset : offset+size]}
	i, there := slices.BinarySearchFunc(c.Segments, offset, func(s *Segment, offset int) int { return s.Offset - offset })
	if there && c.Segments[i].Table == table {
		return c.Segments[i], nil
	}
	if there || i > 0 && c.Segments[i-1].End() > offset || i < len(c.Segments) && s.End() > c.Segments[i].Offset {
		return nil, &Error{reason, offset, fmt.Sprintf("the %s at %#x overlaps another segment", what, at)}
	}
	c.Segments = slices.Insert(c.Segments, i, s)
	return s, nil
}

// loose finds certificates between the segments that nothing points at.
func (c *CSF) loose(data []byte) {
	var found []*Segment
	at := c.Size
	for _, next := range c.Segments {
		for at+headerLength <= next.Offset && data[at] == TagCertificate {
			size := int(be.Uint16(data[at+1:]))
			if size <= headerLength || size > next.Offset-at {
				break
			}
			found = append(found, &Segment{Tag: TagCertificate, Version: data[at+3], Loose: true, Offset: at, Data: data[at : at+size]})
			at = align(at + size)
		}
		at = align(next.End())
	}
	c.Segments = append(c.Segments, found...)
	slices.SortFunc(c.Segments, func(a, b *Segment) int { return a.Offset - b.Offset })
}

// align is the next offset where a segment may begin: CST pads each to 4 bytes.
func align(n int) int { return (n + 3) &^ 3 }
