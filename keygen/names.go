package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"time"

	"golang.org/x/crypto/ssh"

	"sigtool/keygen/tezos"
)

// Name is what others call a public key: the address that a chain gives it, or the fingerprint that a tool shows.
type Name struct {
	Kind  string // one of the constants below; the field in JSON
	Label string // for people, at most 11 letters: "tezos"
	Value string
}

// The kinds of names.
const (
	NameTezosAddress   = "tezos_address"       // tz1…, tz2…, tz3… or tz4…
	NameTezosPublicKey = "tezos_public_key"    // edpk…, sppk…, p2pk… or BLpk…
	NameEthereum       = "ethereum_address"    // 0x and 40 hexadecimal digits, capital letters by EIP-55
	NameBitcoin        = "bitcoin_address"     // P2WPKH of the main network, bc1q… (BIP-141, BIP-173)
	NameSSH            = "ssh_fingerprint"     // as ssh-keygen -lf shows it
	NameOpenPGP        = "openpgp_fingerprint" // version 4 (RFC 4880 §12.2), 40 hexadecimal digits
	NameJWK            = "jwk_thumbprint"      // SHA-256, in base64url (RFC 7638)
)

// DefaultOpenPGPTime is when a key was made as far as its OpenPGP fingerprint is concerned, which nothing else tells: the first second that gpg takes.
func DefaultOpenPGPTime() time.Time { return time.Unix(1, 0).UTC() }

// Names returns every name that a public key has, always in the same order. A key that nobody else names has none.
func Names(pub crypto.PublicKey) []Name { return NamesAt(pub, DefaultOpenPGPTime()) }

// NamesAt is Names with the time at which the OpenPGP key was made, of which whole seconds count. There is no OpenPGP fingerprint where
// the time is before 1970 or after 2106, which its four bytes can't hold.
func NamesAt(pub crypto.PublicKey, openpgp time.Time) []Name {
	var names []Name
	add := func(kind, label, value string) {
		if value != "" {
			names = append(names, Name{Kind: kind, Label: label, Value: value})
		}
	}
	if curve, raw := TezosPublic(pub); curve != "" {
		add(NameTezosAddress, "tezos", tezos.AddressOf(curve, raw))
		add(NameTezosPublicKey, "tezos key", tezos.Encode(tezos.PrefixFor(curve, tezos.Public), raw))
	}
	if k1, ok := pub.(*Secp256k1PublicKey); ok {
		add(NameEthereum, "ethereum", ethereumAddress(k1))
		add(NameBitcoin, "bitcoin", bitcoinAddress(k1))
	}
	add(NameSSH, "ssh", sshFingerprint(pub))
	add(NameOpenPGP, "openpgp", openPGPFingerprint(pub, openpgp))
	add(NameJWK, "jwk", jwkThumbprint(pub))
	return names
}

// NameOf is the value of that kind among names, "" if there is none.
func NameOf(names []Name, kind string) string {
	for _, name := range names {
		if name.Kind == kind {
			return name.Value
		}
	}
	return ""
}

// sshFingerprint is "SHA256:" and base64 without padding of the SHA-256 of the key in SSH's wire form (RFC 4253 §6.6), or "".
func sshFingerprint(pub crypto.PublicKey) string {
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		return ""
	}
	return ssh.FingerprintSHA256(key)
}

// jwkThumbprint hashes the members that a JWK of the key must have, sorted and without white space (RFC 7638 §3; RFC 8037 §2 for Ed25519,
// RFC 8812 §3.1 for secp256k1). It is "" for keys that have no JWK.
func jwkThumbprint(pub crypto.PublicKey) string {
	b64 := base64.RawURLEncoding.EncodeToString
	var members string
	switch key := pub.(type) {
	case *rsa.PublicKey:
		members = `{"e":"` + b64(big.NewInt(int64(key.E)).Bytes()) + `","kty":"RSA","n":"` + b64(key.N.Bytes()) + `"}`
	case ed25519.PublicKey:
		members = `{"crv":"Ed25519","kty":"OKP","x":"` + b64(key) + `"}`
	default:
		crv, point := ecPoint(pub)
		if point == nil {
			return ""
		}
		x, y := point[1:1+len(point)/2], point[1+len(point)/2:]
		members = `{"crv":"` + crv + `","kty":"EC","x":"` + b64(x) + `","y":"` + b64(y) + `"}`
	}
	sum := sha256.Sum256([]byte(members))
	return b64(sum[:])
}

// ecPoint returns the JWK name of an EC key's curve and its point, 04 || X || Y; nil for other keys.
func ecPoint(pub crypto.PublicKey) (crv string, point []byte) {
	switch key := pub.(type) {
	case *Secp256k1PublicKey:
		return "secp256k1", key.Bytes()
	case *ecdsa.PublicKey:
		if point, err := key.Bytes(); err == nil {
			return key.Params().Name, point
		}
	}
	return "", nil
}
