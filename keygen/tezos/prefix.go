// Package tezos reads and writes the texts of Tezos keys: addresses, public keys, secret keys plain and encrypted, signatures. A text that
// was mistyped, a text of something else, and a wrong passphrase are three different errors.
//
// The texts are made and read by a base58 library that works on strings. So the text of a secret key, which is the key, stays in memory
// until the garbage collector takes it.
package tezos

import "strings"

// Curve is a kind of Tezos account, by the name that package keygen gives its keys.
type Curve string

// The four kinds of accounts.
const (
	Ed25519   Curve = "ed25519"   // tz1
	Secp256k1 Curve = "secp256k1" // tz2
	P256      Curve = "p256"      // tz3
	BLS       Curve = "bls12381"  // tz4
)

// Kind is what a text holds.
type Kind string

// The kinds of texts.
const (
	Address   Kind = "address"              // BLAKE2b-160 of the public key, 20 bytes
	Public    Kind = "public key"           // Ed25519 32 bytes, secp256k1 and P-256 compressed 33, BLS12-381 compressed 48 (G1)
	Secret    Kind = "secret key"           // 32 bytes: seed (Ed25519), big-endian scalar, for BLS12-381 little-endian
	Encrypted Kind = "encrypted secret key" // salt 8 | secretbox 48
	Signature Kind = "signature"            // 64 bytes, r | s of ECDSA big-endian; BLS12-381 compressed 96 (G2)
	Chain     Kind = "chain identifier"     // 4 bytes
)

// Prefix is a kind of text: the letters that it begins with come of the bytes that stand before what it holds.
type Prefix struct {
	Letters string // "edpk"
	Kind    Kind
	Curve   Curve // "" where it says nothing of it: contracts, signatures of any kind, chains
	Size    int   // bytes that it holds
	bytes   string
	length  int // letters in all
}

// All prefixes are those of src/lib_crypto/base58.ml of octez.
var (
	TZ1 = &Prefix{"tz1", Address, Ed25519, 20, "\x06\xa1\x9f", 36}
	TZ2 = &Prefix{"tz2", Address, Secp256k1, 20, "\x06\xa1\xa1", 36}
	TZ3 = &Prefix{"tz3", Address, P256, 20, "\x06\xa1\xa4", 36}
	TZ4 = &Prefix{"tz4", Address, BLS, 20, "\x06\xa1\xa6", 36}
	KT1 = &Prefix{"KT1", Address, "", 20, "\x02\x5a\x79", 36} // a contract's, which is of no key

	EdPK = &Prefix{"edpk", Public, Ed25519, 32, "\x0d\x0f\x25\xd9", 54}
	SpPK = &Prefix{"sppk", Public, Secp256k1, 33, "\x03\xfe\xe2\x56", 55}
	P2PK = &Prefix{"p2pk", Public, P256, 33, "\x03\xb2\x8b\x7f", 55}
	BLPK = &Prefix{"BLpk", Public, BLS, 48, "\x06\x95\x87\xcc", 76}

	EdSK   = &Prefix{"edsk", Secret, Ed25519, 32, "\x0d\x0f\x3a\x07", 54}
	EdSK64 = &Prefix{"edsk", Secret, Ed25519, 64, "\x2b\xf6\x4e\x07", 98} // seed | public key
	SpSK   = &Prefix{"spsk", Secret, Secp256k1, 32, "\x11\xa2\xe0\xc9", 54}
	P2SK   = &Prefix{"p2sk", Secret, P256, 32, "\x10\x51\xee\xbd", 54}
	BLSK   = &Prefix{"BLsk", Secret, BLS, 32, "\x03\x96\xc0\x28", 54}

	EdESK = &Prefix{"edesk", Encrypted, Ed25519, 56, "\x07\x5a\x3c\xb3\x29", 88}
	SpESK = &Prefix{"spesk", Encrypted, Secp256k1, 56, "\x09\xed\xf1\xae\x96", 88}
	P2ESK = &Prefix{"p2esk", Encrypted, P256, 56, "\x09\x30\x39\x73\xab", 88}
	BLESK = &Prefix{"BLesk", Encrypted, BLS, 56, "\x02\x05\x1e\x35\x19", 88}

	EdSig  = &Prefix{"edsig", Signature, Ed25519, 64, "\x09\xf5\xcd\x86\x12", 99}
	SpSig  = &Prefix{"spsig1", Signature, Secp256k1, 64, "\x0d\x73\x65\x13\x3f", 99}
	P2Sig  = &Prefix{"p2sig", Signature, P256, 64, "\x36\xf0\x2c\x34", 98}
	BLSig  = &Prefix{"BLsig", Signature, BLS, 96, "\x28\xab\x40\xcf", 142}
	AnySig = &Prefix{"sig", Signature, "", 64, "\x04\x82\x2b", 96} // of any of the curves with 64 bytes

	Net = &Prefix{"Net", Chain, "", 4, "\x57\x52\x00", 15}
)

// Prefixes are all that are known.
var Prefixes = []*Prefix{
	TZ1, TZ2, TZ3, TZ4, KT1, EdPK, SpPK, P2PK, BLPK, EdSK, EdSK64, SpSK, P2SK, BLSK, EdESK, SpESK, P2ESK, BLESK, EdSig, SpSig, P2Sig, BLSig, AnySig, Net,
}

// PrefixFor returns the prefix of what a curve has: its address, public key, secret key of 32 bytes, encrypted secret key, or signature;
// nil for a curve or kind that isn't there.
func PrefixFor(curve Curve, kind Kind) *Prefix {
	for _, p := range Prefixes {
		if p.Curve == curve && p.Kind == kind && curve != "" {
			return p // EdSK stands before EdSK64
		}
	}
	return nil
}

// Looks returns a prefix whose letters a text begins with, nil if there is none. The text may be damaged all the same.
func Looks(text []byte) *Prefix {
	for _, p := range Prefixes {
		if len(text) >= len(p.Letters) && strings.HasPrefix(string(text[:len(p.Letters)]), p.Letters) {
			return p
		}
	}
	return nil
}
