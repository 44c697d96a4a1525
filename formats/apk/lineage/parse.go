package lineage

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lp"
	"sigtool/internal/issue"
	"sigtool/internal/laxcert"
)

// Magic is how a lineage file begins, little endian.
const Magic = 0x3eff39d1

// version is the only one that there is, of the file and of what is in it.
const version = 1

// Apps rotate their key a few times in their life. The limits are there so that a hostile file can't keep anybody busy: 64 nodes with RSA keys of
// 16384 bits, the longest that are read, come to half of MaxSize.
const (
	MaxNodes = 64
	MaxSize  = 1 << 20 // bytes of a lineage
)

// What can be wrong, as far as apksig tells it apart.
var (
	errMalformed = errors.New("malformed lineage")
	errForeign   = errors.New("not a lineage of a known version")
	errUnproven  = errors.New("lineage that is not proven")
)

// ParseFile reads and checks a lineage file. Errors: formats.ErrFormat, formats.ErrMismatch.
//
//	u32 magic | u32 version | u32 length | payload, as in ParseAttribute
func ParseFile(data []byte) (*Lineage, error) {
	rest := lp.Bytes(data)
	var magic, v uint32
	var payload lp.Bytes
	if !rest.Uint32(&magic) || magic != Magic {
		return nil, fmt.Errorf("%w: no lineage file: it does not begin with its magic number", formats.ErrFormat)
	}
	if !rest.Uint32(&v) || v != version {
		return nil, fmt.Errorf("%w: a lineage file of an unknown version", formats.ErrFormat)
	}
	if !rest.Prefixed(&payload) || len(rest) > 0 {
		return nil, fmt.Errorf("%w: the lineage file is cut off, or has something behind it", formats.ErrFormat)
	}
	l, err := parse(payload)
	switch {
	case errors.Is(err, errUnproven):
		return nil, fmt.Errorf("%w: %v", formats.ErrMismatch, err)
	case err != nil:
		return nil, fmt.Errorf("%w: %v", formats.ErrFormat, err)
	}
	return l, nil
}

// ParseAttribute reads and checks the value of a proof-of-rotation attribute. Errors are issues that wrap formats.ErrMismatch: V3_SIG_MALFORMED_LINEAGE,
// V3_SIG_POR_DID_NOT_VERIFY, and V3_SIG_POR_CERT_MISMATCH for what is of another version or empty, as apksig has it. That the last certificate is the
// signer's is for the caller to see.
//
//	u32 version | node | node …, each with its length before it
func ParseAttribute(value []byte) (*Lineage, error) {
	l, err := parse(value)
	switch {
	case errors.Is(err, errForeign):
		return nil, issue.New("V3_SIG_POR_CERT_MISMATCH", formats.ErrMismatch, "%v", err)
	case errors.Is(err, errUnproven):
		return nil, issue.New("V3_SIG_POR_DID_NOT_VERIFY", formats.ErrMismatch, "%v", err)
	case err != nil:
		return nil, issue.New("V3_SIG_MALFORMED_LINEAGE", formats.ErrMismatch, "%v", err)
	}
	return l, nil
}

// Count is how many nodes an attribute has, checked or not; those before what can't be read.
func Count(value []byte) (nodes int) {
	rest := lp.Bytes(value)
	var version uint32
	for rest.Uint32(&version); len(rest) > 0; nodes++ {
		var node lp.Bytes
		if !rest.Prefixed(&node) {
			break
		}
	}
	return nodes
}

func parse(value []byte) (*Lineage, error) {
	if len(value) > MaxSize {
		return nil, fmt.Errorf("%w: longer than %d bytes", errMalformed, MaxSize)
	}
	rest := lp.Bytes(value)
	var v uint32
	if rest.Uint32(&v); v != version || len(rest) == 0 {
		return nil, errForeign
	}
	l := &Lineage{}
	for len(rest) > 0 {
		var node lp.Bytes
		if len(l.Nodes) == MaxNodes {
			return nil, fmt.Errorf("%w: more than %d signers", errMalformed, MaxNodes)
		}
		if !rest.Prefixed(&node) {
			return nil, fmt.Errorf("%w: signer %d is cut off", errMalformed, len(l.Nodes)+1)
		}
		if err := l.follow(node); err != nil {
			return nil, fmt.Errorf("%w (signer %d)", err, len(l.Nodes)+1)
		}
	}
	if last := l.Nodes[len(l.Nodes)-1].Alg; last != 0 && !known(last) {
		return nil, fmt.Errorf("%w: the last signer's algorithm 0x%04x is not known", errMalformed, uint32(last))
	}
	return l, nil
}

// follow reads the next node and puts it behind the others, once the signer before it vouched for it.
//
//	            signed, without its length
//	           /                                               \
//	u32 length | u32 length | certificate | u32 parent algorithm | u32 flags | u32 algorithm | u32 length | signature
func (l *Lineage) follow(data lp.Bytes) error {
	var signed, cert, sig lp.Bytes
	var parent, flags, next uint32
	if !data.Prefixed(&signed) || !data.Uint32(&flags) || !data.Uint32(&next) || !data.Prefixed(&sig) || len(data) > 0 {
		return fmt.Errorf("%w: lengths that do not fit", errMalformed)
	}
	if rest := signed; !rest.Prefixed(&cert) || !rest.Uint32(&parent) || len(rest) > 0 {
		return fmt.Errorf("%w: lengths that do not fit", errMalformed)
	}
	if err := l.vouched(signed, sig, alg.ID(parent)); err != nil {
		return err
	}
	node := Node{Flags: flags, ParentAlg: alg.ID(parent), Alg: alg.ID(next), Signature: sig}
	var err error
	if node.Cert, err = certificate(cert); err != nil {
		return fmt.Errorf("%w: certificate: %v", errUnproven, err)
	}
	if l.Find(node.Cert) >= 0 {
		return fmt.Errorf("%w: it has the same certificate twice", errUnproven)
	}
	l.Nodes = append(l.Nodes, node)
	return nil
}

// vouched tells whether the last signer so far signed, by the algorithm that both it and what it signed name. For the first there is nobody to do so.
func (l *Lineage) vouched(signed, sig []byte, parent alg.ID) error {
	if len(l.Nodes) == 0 {
		if parent != 0 || len(sig) > 0 {
			return fmt.Errorf("%w: the first signer has a signature by one before it", errMalformed)
		}
		return nil
	}
	before := l.Nodes[len(l.Nodes)-1]
	if !known(before.Alg) {
		return fmt.Errorf("%w: the signature algorithm 0x%04x is not known", errMalformed, uint32(before.Alg))
	}
	if parent != before.Alg {
		return fmt.Errorf("%w: two signature algorithms are named, 0x%04x and 0x%04x", errUnproven, uint32(before.Alg), uint32(parent))
	}
	if err := alg.Verify(before.Alg, before.Cert.PublicKey, signed, sig); err != nil {
		return fmt.Errorf("%w: the signer before it did not vouch for it: %v", errUnproven, err)
	}
	return nil
}

func known(id alg.ID) bool {
	_, ok := alg.Content(id)
	return ok
}

// certificate reads a certificate. It must be as it is to be written again.
func certificate(der []byte) (*x509.Certificate, error) {
	cert, err := laxcert.Parse(der)
	if err == nil && !bytes.Equal(cert.Raw, der) {
		err = errors.New("there is something behind it")
	}
	return cert, err
}
