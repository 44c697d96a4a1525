// Package lineage reads, checks, makes and extends the record by which an app's signing key was rotated (proof of rotation): what it read is a chain
// in which each certificate is vouched for by the key before it, and is written again byte for byte.
//
// What a chain's own signatures do not cover, and anybody can change in a lineage file: the flags of each node, the first certificate but for its key
// (of a chain of two or more), and the algorithm that the last node is to use, for which 0 and any known one are taken. In an APK all of it is covered
// by the signature that the chain is an attribute of, and the first certificate must be that of the v1 or v2 signature.
package lineage

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"errors"
	"slices"

	"sigtool/formats/apk/alg"
)

// Lineage is a chain of signing certificates, oldest first, each vouched for by the one before it. All of its signatures were checked.
type Lineage struct{ Nodes []Node }

// Node is one signer of the chain.
type Node struct {
	Cert      *x509.Certificate // as lenient readers take it; Cert.Raw is the encoded certificate
	Flags     uint32            // what the app still trusts this signer with
	ParentAlg alg.ID            // signature algorithm that the signer before used; 0 for the first
	Alg       alg.ID            // signature algorithm with which this signer vouches for the next; 0 for the last, but not if the chain was cut there
	Signature []byte            // by the signer before it; empty for the first
}

// Flags of a node.
const (
	InstalledData uint32 = 1  // takes over what an app of this signer stored
	SharedUID     uint32 = 2  // may share a user id with apps of this signer
	Permission    uint32 = 4  // grants its signature permissions to apps of this signer
	Rollback      uint32 = 8  // can be replaced by an app of this signer: whoever has the old key has the app again
	Auth          uint32 = 16 // lets apps of this signer use its authenticator
	DefaultFlags         = InstalledData | SharedUID | Permission | Auth
)

var capabilities = [...]struct {
	flag uint32
	name string
}{{InstalledData, "installed data"}, {SharedUID, "shared uid"}, {Permission, "permission"}, {Rollback, "rollback"}, {Auth, "auth"}}

// Capabilities names the known flags of a node, as `apksigner lineage` calls them.
func (n Node) Capabilities() []string {
	var names []string
	for _, c := range capabilities {
		if n.Flags&c.flag != 0 {
			names = append(names, c.name)
		}
	}
	return names
}

// Signer is a key with its certificate.
type Signer struct {
	Key  crypto.Signer
	Cert *x509.Certificate
}

// Find returns the place of a certificate in the lineage, or -1.
func (l *Lineage) Find(cert *x509.Certificate) int {
	return slices.IndexFunc(l.Nodes, func(n Node) bool { return bytes.Equal(n.Cert.Raw, cert.Raw) })
}

// Sub returns the lineage up to and with a node. That node keeps the algorithm with which it vouches for the one that is cut off, as in apksigner, so
// that Agree knows the two for one.
func (l *Lineage) Sub(last int) *Lineage { return &Lineage{slices.Clone(l.Nodes[:last+1])} }

// Agree tells whether several lineages are of one app: each must be the beginning of the longest, with the same flags. apksig calls the error
// V3_INCONSISTENT_LINEAGES.
func Agree(all ...*Lineage) error {
	var longest *Lineage
	for _, l := range all {
		if longest == nil || len(l.Nodes) > len(longest.Nodes) {
			longest = l
		}
	}
	for _, l := range all {
		if !slices.EqualFunc(l.Nodes, longest.Nodes[:len(l.Nodes)], same) {
			return errors.New("the key rotations that the APK tells of for different platforms contradict each other")
		}
	}
	return nil
}

func same(a, b Node) bool {
	return bytes.Equal(a.Cert.Raw, b.Cert.Raw) && a.Flags == b.Flags && a.ParentAlg == b.ParentAlg && a.Alg == b.Alg && bytes.Equal(a.Signature, b.Signature)
}
