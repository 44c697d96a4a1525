package sigblk

import (
	"encoding/binary"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// Permissions of a certificate, of an OEM's keys.
const (
	PermitContainer = 0x01 // to sign containers
	PermitDebug     = 0x02 // to open debug ports
)

const (
	certHeader  = 8
	certHeader2 = 40
)

// Certificate says that an SRK lets another key, the subordinate key (SGK), act for it.
type Certificate struct {
	Version     byte // 0, which CST makes for containers of version 0; 2, which SPSDK makes for both, has the next three
	Permissions byte
	Data        []byte // 12 bytes for debug authentication
	Fuse        byte   // the least that the device's fuses may count
	UUID        []byte // 16 bytes: the one device it is for; zero is any
	Keys        []CertKey
	Signatures  []Signature // by the SRK of each table
	Raw         []byte

	signed int // the bytes that the signatures cover: those before them
}

// CertKey is a key that a certificate is for.
type CertKey struct {
	srk.Record
	Data *KeyData // version 2
}

// ParseCertificate reads the certificate that data is, all of it. Errors: formats.ErrFormat, named.
func ParseCertificate(data []byte) (*Certificate, error) {
	cert, err := readCertificate(data)
	if err != nil {
		return nil, issue.New("bad-certificate", formats.ErrFormat, "%w", err)
	}
	return cert, nil
}

// readCertificate reads a certificate.
//
//	 0  version | length 2 | AF
//	 4  offset of signatures 2 | permissions, inverted | permissions
//	 8  version 0: one SRK record, and zeros up to a multiple of 8
//	    version 2: permission data 12 | fuse version | 00 00 00 | UUID 16
//	40  version 2: record and KeyData of a key; again, where there are two
//	    signatures, as many as keys
func readCertificate(data []byte) (*Certificate, error) {
	if len(data) < certHeader2 || data[3] != tagCertificate {
		return nil, fmt.Errorf("no certificate stands where the offset says")
	}
	cert := &Certificate{Version: data[0], Permissions: data[7], Raw: data, signed: int(binary.LittleEndian.Uint16(data[4:]))}
	switch {
	case cert.Version != 0 && cert.Version != 2:
		return nil, fmt.Errorf("a certificate of version %d, which is not known", cert.Version)
	case int(binary.LittleEndian.Uint16(data[1:])) != len(data) || cert.signed > len(data):
		return nil, fmt.Errorf("a certificate whose lengths are not its own")
	case data[6] != ^data[7]:
		return nil, fmt.Errorf("a certificate whose permissions (%#02x) are not those it has inverted (%#02x)", data[7], data[6])
	}
	read := cert.readKey
	if cert.Version == 2 {
		read = cert.readKeys
	}
	if err := read(); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	list, err := readSignatures(data[cert.signed:], len(cert.Keys))
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	if rest := data[cert.signed+sizeOf(list):]; len(rest) > 0 {
		return nil, fmt.Errorf("certificate: %d bytes behind its last signature", len(rest))
	}
	cert.Signatures = list
	return cert, nil
}

// readKey reads the one key of version 0.
func (c *Certificate) readKey() error {
	if c.signed < certHeader {
		return fmt.Errorf("its signature stands in its header")
	}
	record, err := srk.ReadRecord(c.Raw[certHeader:c.signed], srk.AHAB)
	if err != nil {
		return err
	}
	if pad := c.Raw[certHeader+len(record.Raw) : c.signed]; len(pad) >= align || !zero(pad) {
		return fmt.Errorf("bytes of no part stand behind its key")
	}
	c.Keys = []CertKey{{Record: record}}
	return nil
}

// readKeys reads the header and the keys of version 2.
func (c *Certificate) readKeys() error {
	if c.signed < certHeader2 || !zero(c.Raw[21:24]) {
		return fmt.Errorf("its header is short, or says more than it should")
	}
	c.Data, c.Fuse, c.UUID = c.Raw[8:20], c.Raw[20], c.Raw[24:40]
	rest := c.Raw[certHeader2:c.signed]
	for len(rest) > 0 && len(c.Keys) < maxTables {
		record, err := srk.ReadRecord(rest, srk.AHABv2)
		if err != nil {
			return err
		}
		rest = rest[len(record.Raw):]
		data, err := readData(rest, []srk.Record{record})
		if err != nil {
			return err
		}
		rest = rest[len(data.Raw):]
		c.Keys = append(c.Keys, CertKey{record, data})
	}
	if len(rest) > 0 || len(c.Keys) == 0 {
		return fmt.Errorf("it has no key, or more than %d", maxTables)
	}
	return nil
}

// signer is the subordinate key of a table.
func (c *Certificate) signer(i int) signer {
	key := c.Keys[i]
	if key.Data == nil {
		return signer{record: key.Record, key: key.Key}
	}
	return signerOf(key.Record, key.Data)
}

// String is what the certificate says, for people.
func (c *Certificate) String() string {
	text := fmt.Sprintf("version %d, permissions %#02x, for %s", c.Version, c.Permissions, c.Keys[0].Alg)
	for _, key := range c.Keys[1:] {
		text += " and " + key.Alg
	}
	if c.Version == 2 {
		text += fmt.Sprintf(", fuse version %d, permission data %x, UUID %x", c.Fuse, c.Data, c.UUID)
	}
	return text
}

// notes are what a person should know of the certificate.
func (c *Certificate) notes() []string {
	var notes []string
	if c.Permissions&PermitContainer == 0 {
		notes = append(notes, fmt.Sprintf("the certificate does not let its key sign containers (permissions %#02x); the SRK has to", c.Permissions))
	}
	if !zero(c.UUID) {
		notes = append(notes, fmt.Sprintf("the certificate is for one device, %x", c.UUID))
	}
	return notes
}
