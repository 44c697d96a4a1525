package keygen

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/crypto/ripemd160" //lint:ignore SA1019 Bitcoin's addresses are made with it
	"golang.org/x/crypto/sha3"

	"sigtool/internal/fivebit"
	"sigtool/keygen/tezos"
)

// TezosPublic returns the kind of Tezos account that a key is of and the key as texts of Tezos hold it: Ed25519 32 bytes, secp256k1 and
// P-256 compressed points of 33, BLS12-381 48. "" and nil for keys that Tezos doesn't know.
func TezosPublic(pub crypto.PublicKey) (tezos.Curve, []byte) {
	switch key := pub.(type) {
	case ed25519.PublicKey:
		return tezos.Ed25519, key
	case *Secp256k1PublicKey:
		return tezos.Secp256k1, key.key.SerializeCompressed()
	case *BLSPublicKey:
		return tezos.BLS, key.Bytes()
	case *ecdsa.PublicKey:
		if point, err := key.Bytes(); err == nil && key.Curve == elliptic.P256() {
			return tezos.P256, append([]byte{2 | point[64]&1}, point[1:33]...)
		}
	}
	return "", nil
}

// ethereumAddress is the last 20 bytes of the Keccak-256 (not SHA-3) of X || Y, in the letters of EIP-55.
func ethereumAddress(key *Secp256k1PublicKey) string {
	hash := sha3.NewLegacyKeccak256()
	hash.Write(key.Bytes()[1:])
	return eip55(hash.Sum(nil)[12:])
}

// eip55 writes an address of 20 bytes: a letter is a capital where the Keccak-256 of the small letters has a digit of 8 or more.
func eip55(address []byte) string {
	text := hex.EncodeToString(address)
	hash := sha3.NewLegacyKeccak256()
	hash.Write([]byte(text))
	digits := hex.EncodeToString(hash.Sum(nil))
	var b strings.Builder
	b.WriteString("0x")
	for i := range text {
		letter := text[i : i+1]
		if digits[i] >= '8' {
			letter = strings.ToUpper(letter)
		}
		b.WriteString(letter)
	}
	return b.String()
}

// bitcoinAddress is the P2WPKH address of the main network: version 0 and the RIPEMD-160 of the SHA-256 of the compressed point (BIP-141, BIP-143).
func bitcoinAddress(key *Secp256k1PublicKey) string {
	sum := sha256.Sum256(key.key.SerializeCompressed())
	hash := ripemd160.New()
	hash.Write(sum[:])
	return bech32Encode("bc", fivebit.Append([]byte{0}, hash.Sum(nil)))
}

const bech32Letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Encode writes values of five bits behind a prefix of small letters, and six of checksum (BIP-173, not the bech32m of BIP-350).
func bech32Encode(prefix string, values []byte) string {
	var spread []byte
	for i := range len(prefix) {
		spread = append(spread, prefix[i]>>5)
	}
	spread = append(spread, 0)
	for i := range len(prefix) {
		spread = append(spread, prefix[i]&31)
	}
	check := bech32Polymod(append(append(spread, values...), make([]byte, 6)...)) ^ 1
	text := []byte(prefix + "1")
	for _, v := range values {
		text = append(text, bech32Letters[v])
	}
	for i := range 6 {
		text = append(text, bech32Letters[check>>(5*(5-i))&31])
	}
	return string(text)
}

// bech32Polymod is the remainder of the polynomial over GF(32) that the values are.
func bech32Polymod(values []byte) uint32 {
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, generator := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				sum ^= generator
			}
		}
	}
	return sum
}
