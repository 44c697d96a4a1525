package lineage

import (
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/apk/alg"
	"sigtool/formats/apk/lp"
)

// File writes the lineage as a file.
func (l *Lineage) File() []byte {
	return lp.Append(lp.Uint32(lp.Uint32(nil, Magic), version), l.Attribute())
}

// Attribute writes the lineage as the value of a proof-of-rotation attribute.
func (l *Lineage) Attribute() []byte {
	value := lp.Uint32(nil, version)
	for _, n := range l.Nodes {
		node := lp.Append(nil, signed(n.Cert, n.ParentAlg))
		node = lp.Uint32(lp.Uint32(node, n.Flags), uint32(n.Alg))
		value = lp.Append(value, lp.Append(node, n.Signature))
	}
	return value
}

// signed is what a signer signs to vouch for the next one.
func signed(cert *x509.Certificate, parent alg.ID) []byte {
	return lp.Uint32(lp.Append(nil, cert.Raw), uint32(parent))
}

// Extend has the last signer of l (nil: a new lineage that starts with it) vouch for next, whose key may be nil: its certificate is enough. Who is new
// gets DefaultFlags; l is left as it is. Errors: formats.ErrKey for a signer that is not the lineage's last, for one that is in it already, for a key
// that Android can't check, and for a lineage that is as long as may be.
func Extend(l *Lineage, last, next Signer) (*Lineage, error) {
	if l == nil {
		l = &Lineage{[]Node{{Cert: last.Cert, Flags: DefaultFlags}}}
	}
	end := len(l.Nodes) - 1
	switch {
	case l.Find(last.Cert) != end:
		return nil, fmt.Errorf("%w: the lineage ends with another signer, %s", formats.ErrKey, l.Nodes[end].Cert.Subject)
	case l.Find(next.Cert) >= 0:
		return nil, fmt.Errorf("%w: the new signer is in the lineage already", formats.ErrKey)
	case end+1 == MaxNodes:
		return nil, fmt.Errorf("%w: a lineage has at most %d signers", formats.ErrKey, MaxNodes)
	case !formats.SameKey(last.Key.Public(), last.Cert.PublicKey):
		return nil, fmt.Errorf("%w: the key of the signer so far is not its certificate's", formats.ErrKey)
	}
	ids, err := alg.ForKey(last.Key.Public(), false)
	if err != nil {
		return nil, err
	}
	if _, err := alg.ForKey(next.Cert.PublicKey, false); err != nil {
		return nil, fmt.Errorf("new signer: %w", err)
	}
	sig, err := alg.Sign(ids[0], last.Key, signed(next.Cert, ids[0]))
	if err != nil {
		return nil, err
	}
	longer := l.Sub(end)
	longer.Nodes[end].Alg = ids[0]
	longer.Nodes = append(longer.Nodes, Node{Cert: next.Cert, Flags: DefaultFlags, ParentAlg: ids[0], Signature: sig})
	return longer, nil
}
