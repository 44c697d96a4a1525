package pki

import (
	"path"
	"strconv"
	"strings"

	"sigtool/keygen"
)

// Role is what a key of the tree is for.
type Role string

// The roles.
const (
	CA  Role = "CA"  // made the SRKs' certificates; nothing on a device knows it
	SRK Role = "SRK" // a super root key: the hash of the table that lists it is in the fuses
	CSF Role = "CSF" // HABv4: signs command sequence files
	IMG Role = "IMG" // HABv4: signs images
	SGK Role = "SGK" // AHAB: signs containers in an SRK's place
)

// Name is what CST calls a key and its certificate, in their files' names and as the certificate's common name:
//
//	SRK1_sha256_2048_65537_v3_ca        role and number, hash, size and exponent of an RSA key, X.509 v3, may sign certificates
//	CSF1_1_sha256_secp256r1_v3_usr      role, number of the SRK above it, its own number, hash, curve, X.509 v3, may not
//
// Its certificate is crts/NAME_crt.pem and .der, its key keys/NAME_key.pem and .der.
type Name struct {
	Role   Role
	Number int    // of the SRK, from 1: N in SRKn and in CSFn_m; of the CA
	Sub    int    // m in CSFn_m, IMGn_m and SGKn_m, from 1; 0 for SRKs and CAs
	Hash   string // sha256, sha384 or sha512
	Kind   string // "2048_65537", "secp384r1", …; P-256 is secp256r1 in CST 3.4's names and prime256v1 in those of 3.3 and 4.0
	CA     bool   // the certificate may sign certificates: "ca" and not "usr"
}

// String is the name without a folder or the ending of a file.
func (n Name) String() string {
	parts := []string{string(n.Role) + strconv.Itoa(n.Number)}
	if n.Sub > 0 {
		parts = append(parts, strconv.Itoa(n.Sub))
	}
	user := "usr"
	if n.CA {
		user = "ca"
	}
	return strings.Join(append(parts, n.Hash, n.Kind, "v3", user), "_")
}

// CertFile is the path of its certificate in the tree, with slashes; ext is ".pem" or ".der".
func (n Name) CertFile(ext string) string { return "crts/" + n.String() + "_crt" + ext }

// KeyFile is the path of its key in the tree, with slashes; ext is ".pem" or ".der".
func (n Name) KeyFile(ext string) string { return "keys/" + n.String() + "_key" + ext }

// ParseName reads a name: of a file of the tree, with or without its folders and ending, or a common name. ok is false for names of
// another making; people rename their files, and nothing may depend on more than what they then say themselves.
func ParseName(file string) (n Name, ok bool) {
	base := path.Base(strings.ReplaceAll(file, `\`, "/"))
	base = strings.TrimSuffix(strings.TrimSuffix(base, ".pem"), ".der")
	base = strings.TrimSuffix(strings.TrimSuffix(base, "_crt"), "_key")
	head, rest, found := strings.Cut(base, "_")
	if !found || len(head) < 3 {
		return Name{}, false
	}
	n.Role = Role(strings.TrimRight(head, "0123456789"))
	if n.Number, ok = number(head[len(n.Role):]); !ok {
		return Name{}, false
	}
	switch n.Role {
	case CA, SRK:
	case CSF, IMG, SGK:
		sub, after, _ := strings.Cut(rest, "_")
		if n.Sub, ok = number(sub); !ok {
			return Name{}, false
		}
		rest = after
	default:
		return Name{}, false
	}
	return n, n.parseAttributes(rest)
}

// parseAttributes reads what follows the numbers: HASH_KIND_v3_ca or _usr.
func (n *Name) parseAttributes(text string) bool {
	rest, ca := strings.CutSuffix(text, "_v3_ca")
	if !ca {
		var usr bool
		if rest, usr = strings.CutSuffix(text, "_v3_usr"); !usr {
			return false
		}
	}
	n.CA = ca
	var ok bool
	n.Hash, n.Kind, ok = strings.Cut(rest, "_")
	return ok && n.Hash != "" && n.Kind != ""
}

// number reads a small decimal number from 1.
func number(text string) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 1 && n <= 9999 && text == strconv.Itoa(n)
}

// KeyPath is where CST looks for the key of a certificate: in the path, the first "crts" becomes "keys", and the "crt" before the ending
// ".pem" or ".der" becomes "key" (back_end-ssl/src/pkey.c, get_key_file). Unlike CST, which writes "key" over whatever three letters
// stand there, it is ok only for a path that has "crt" there.
func KeyPath(cert string) (key string, ok bool) { return swap(cert, "crts", "keys", "crt", "key") }

// CertPath is the way back: the certificate for the path of a key.
func CertPath(key string) (cert string, ok bool) { return swap(key, "keys", "crts", "key", "crt") }

func swap(file, fromFolder, toFolder, from, to string) (string, bool) {
	stem, ext := file, ""
	for _, e := range []string{".pem", ".der"} {
		if s, ok := strings.CutSuffix(file, e); ok {
			stem, ext = s, e
		}
	}
	stem, ok := strings.CutSuffix(stem, from)
	if !ok || ext == "" {
		return "", false
	}
	return strings.Replace(stem+to+ext, fromFolder, toFolder, 1), true
}

// Below is the name that CST's scripts give the first key of a role below an SRK: for HABv4 the CSF and IMG keys, for AHAB the SGK.
func (n Name) Below(role Role) Name {
	return Name{Role: role, Number: n.Number, Sub: 1, Hash: n.Hash, Kind: n.Kind}
}

// BelowOf is Below for a key of another algorithm than the SRK's.
func (n Name) BelowOf(role Role, algorithm keygen.Algorithm) (Name, error) {
	below := n.Below(role)
	kind, err := kindOf(algorithm)
	if err == nil && !sameKind(kind, n.Kind) {
		below.Kind = kind
	}
	return below, err
}

// sameKind tells whether two kinds are one, in CST's two spellings of P-256.
func sameKind(a, b string) bool {
	const old, now = "prime256v1", "secp256r1"
	return a == b || a == now && b == old
}
