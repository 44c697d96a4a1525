package sigblk

import (
	"crypto"
	"encoding/binary"
	"io"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// Grant is what a certificate is to say.
type Grant struct {
	Container   byte      // the version of the containers it is for, which is the certificate's: 0 or 2
	Permissions byte      // PermitContainer and others
	Data        []byte    // version 2: 12 bytes, or nil
	Fuse        byte      // version 2
	UUID        []byte    // version 2: 16 bytes, or nil for any device
	Subjects    []Subject // one; two for hybrid containers, the classic one first
}

// Subject is a key to be certified, and the SRK that does it.
type Subject struct {
	Key crypto.PublicKey
	CA  bool          // a flag of the key's record, which CST takes from its X.509 certificate
	SRK crypto.Signer // of the same kind as the key
	As  srk.Record    // the SRK's own: what hash and, for RSA, what padding both sign with
}

// Certify makes a certificate: it signs as often as there are subjects. Errors: formats.ErrOption for a Grant that no certificate can say,
// formats.ErrKey for keys that do not fit, those of the SRKs.
func Certify(random io.Reader, g Grant) ([]byte, error) {
	body, err := g.body()
	if err != nil {
		return nil, err
	}
	size := 0
	for _, s := range g.Subjects {
		if err := fits(s.As, s.SRK.Public()); err != nil {
			return nil, err
		}
		size += signatureHeader + s.As.SignatureSize()
	}
	if len(body)+size > maxSize {
		return nil, issue.New("certificate-too-large", formats.ErrOption, "the certificate would have %d bytes, more than %d", len(body)+size, maxSize)
	}
	binary.LittleEndian.PutUint16(body[1:], uint16(len(body)+size))
	binary.LittleEndian.PutUint16(body[4:], uint16(len(body)))
	cert := body
	for _, s := range g.Subjects {
		sig, err := sign(random, s.SRK, s.As, body)
		if err != nil {
			return nil, err
		}
		cert = append(cert, sig...)
	}
	return cert, nil
}

// body is the certificate up to its signatures, without its lengths.
func (g Grant) body() ([]byte, error) {
	if n := len(g.Subjects); g.Container != 0 && g.Container != 2 || n == 0 || n > maxTables || g.Container == 0 && n > 1 {
		return nil, grantError("it is for %d keys of a container of version %d", n, g.Container)
	}
	out := []byte{g.Container, 0, 0, tagCertificate, 0, 0, ^g.Permissions, g.Permissions}
	if g.Container == 2 {
		if len(g.Data) != 0 && len(g.Data) != 12 || len(g.UUID) != 0 && len(g.UUID) != 16 {
			return nil, grantError("permission data have 12 bytes and a UUID 16, not %d and %d", len(g.Data), len(g.UUID))
		}
		head := make([]byte, certHeader2-certHeader)
		copy(head, g.Data)
		head[12] = g.Fuse
		copy(head[16:], g.UUID)
		out = append(out, head...)
	} else if len(g.Data) != 0 || len(g.UUID) != 0 || g.Fuse != 0 {
		return nil, grantError("certificates for containers of version 0 have no permission data, no fuse version and no UUID")
	}
	for _, s := range g.Subjects {
		record, data, err := makeRecord(g.Container, s)
		if err != nil {
			return nil, err
		}
		out = append(append(out, record...), data...)
	}
	for g.Container == 0 && len(out)%align != 0 {
		out = append(out, 0)
	}
	return out, nil
}

func grantError(format string, args ...any) error {
	return issue.New("bad-certificate", formats.ErrOption, "no certificate can say that: "+format, args...)
}
