package cst

import (
	"encoding/binary"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Container is the order to sign a container.
type Container struct {
	Version     int    // of the container: 0 for "Version = 1.0", 2 for "2.0"
	Table       string // the SRK table
	SRK         string // the certificate of the SRK
	Index       int    // its place in the table, from 0 on
	Revocations byte   // bit n: SRK n is to be revoked
	File        string // that the container is in
	Header      uint32 // offset of the container in it
	Block       uint32 // offset of the signature block in it

	Certificate string // of the subordinate key that signs in the SRK's place; "" for none
	Permissions byte   // that its certificate gives it
}

const fitsHAB = "for HAB, and the target is AHAB"

// read takes the sections for AHAB, which stand in any order behind the header.
func (c *Container) read(sections []section) error {
	seen := map[string]bool{}
	for i := range sections {
		s := &sections[i]
		if seen[s.name] {
			return s.errorf("csf-order", "it comes twice").Advise("cst takes the last one")
		}
		seen[s.name] = true
		read := map[string]func(*section) error{"Header": c.header, "Install SRK": c.srk, "Install Certificate": c.certificate, "Authenticate Data": c.data}[s.name]
		if read == nil {
			return s.errorf("csf-section", fitsHAB)
		}
		if err := read(s); err != nil {
			return err
		}
	}
	for _, needed := range []string{"Install SRK", "Authenticate Data"} {
		if !seen[needed] {
			return sections[0].errorf("csf-order", "there is no [%s]", needed)
		}
	}
	return nil
}

func (c *Container) header(s *section) error {
	if err := s.refuse(fitsHAB, argHash, argEngine, argConfig, argCertFormat, argSigFormat); err != nil {
		return err
	}
	if err := s.noMode(); err != nil {
		return err
	}
	v, given, err := s.one(argVersion, shapePair, "a version (1.0)")
	switch {
	case err != nil:
		return err
	case given && v.numbers[0] == 2 && v.numbers[1] == 0:
		c.Version = 2
	case given && (v.numbers[0] != 1 || v.numbers[1] != 0):
		return s.errorAt(s.get(argVersion), "csf-value", "%d.%d is not 1.0 or 2.0", v.numbers[0], v.numbers[1])
	}
	return nil
}

func (c *Container) srk(s *section) (err error) {
	if err := s.refuse(fitsHAB, argHash, argCertFormat); err != nil {
		return err
	}
	if c.Table, err = s.file(argFile); err != nil {
		return err
	}
	if c.SRK, err = s.file(argSource); err != nil {
		return err
	}
	index, err := s.number(argSourceIndex, 0, 3)
	if err != nil {
		return err
	}
	c.Index = int(index)
	revocations, err := s.number(argRevocations, 0, 15)
	if err != nil {
		return err
	}
	c.Revocations = byte(revocations)
	set, given, err := s.word(argSourceSet)
	switch {
	case err != nil:
		return err
	case !given:
		return s.missing(argSourceSet)
	case is(set, "NXP"):
		return s.errorAt(s.get(argSourceSet), "csf-unsupported", "NXP's own set of keys").Advise("OEM: NXP's is for its own programs")
	case !is(set, "OEM"):
		return s.badValue(argSourceSet, "OEM")
	}
	return nil
}

func (c *Container) certificate(s *section) (err error) {
	if err := s.noSignature(); err != nil {
		return err
	}
	if c.Certificate, err = s.file(argFile); err != nil {
		return err
	}
	permissions, err := s.number(argPermissions, 0, 255)
	c.Permissions = byte(permissions)
	return err
}

func (c *Container) data(s *section) (err error) {
	if err := s.refuse(fitsHAB, argVerify, argBlocks, argEngine, argConfig, argSigFormat, argHash); err != nil {
		return err
	}
	if err := s.noSignature(); err != nil {
		return err
	}
	if c.File, err = s.file(argFile); err != nil {
		return err
	}
	v, given, err := s.one(argOffsets, shapePair, "two offsets")
	switch {
	case err != nil:
		return err
	case !given:
		return s.missing(argOffsets)
	}
	if c.Header, c.Block = v.numbers[0], v.numbers[1]; c.Header >= c.Block {
		return s.errorAt(s.get(argOffsets), "csf-value", "the signature block, at 0x%x, does not follow the container at 0x%x", c.Block, c.Header)
	}
	return nil
}

// Check tells whether the container stands where the text says, with its signature block where the text says: both are in its header, at
// 0 (00 or 02 | length 2 | 87) and 12 (offset, 2 bytes, little endian). Errors: formats.ErrFormat.
func (c *Container) Check(src formats.Source) error {
	header := make([]byte, 16)
	if int64(c.Header) > src.Size()-int64(len(header)) {
		return issue.New("csf-value", formats.ErrFormat, "the text has a container at 0x%x, and the file has 0x%x bytes", c.Header, src.Size())
	}
	if err := patch.ReadFull(src, header, int64(c.Header)); err != nil {
		return err
	}
	if header[3] != 0x87 || int(header[0]) != c.Version {
		return issue.New("csf-value", formats.ErrFormat, "no container of version %d stands at 0x%x, where the text has one", c.Version, c.Header)
	}
	if at := uint32(binary.LittleEndian.Uint16(header[12:])); at != c.Block-c.Header {
		return issue.New("csf-value", formats.ErrFormat, "the container at 0x%x has its signature block at 0x%x, the text has it at 0x%x", c.Header, c.Header+at, c.Block)
	}
	return nil
}

const apart = "--detached FOLDER has keys elsewhere sign digests, for every format"

// noMode refuses the mode in which CST leaves gaps for signatures and writes requests for them.
func (s *section) noMode() error {
	a := s.get(argMode)
	if a == nil {
		return nil
	}
	if strings.EqualFold(a.values[0].text, "HSM") {
		return s.errorAt(a, "csf-unsupported", "HSM mode, which leaves the signatures out").Advise(apart)
	}
	return s.badValue(argMode, "HSM")
}

// noSignature refuses a signature that was made before.
func (s *section) noSignature() error {
	if a := s.get(argSignature); a != nil {
		return s.errorAt(a, "csf-unsupported", "a signature that was made before").Advise(apart)
	}
	return nil
}
