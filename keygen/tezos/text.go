package tezos

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/mr-tron/base58"
	"golang.org/x/crypto/blake2b"

	"sigtool/internal/secret"
)

const checkSize = 4

// Encode writes a text: base58 of
//
//	prefix | payload | the first 4 bytes of SHA-256(SHA-256(prefix | payload))
//
// A payload of another length than the prefix's makes no text: "".
func Encode(p *Prefix, payload []byte) string {
	if len(payload) != p.Size {
		return ""
	}
	raw := make([]byte, 0, len(p.bytes)+p.Size+checkSize)
	raw = append(append(raw, p.bytes...), payload...)
	sum := checksum(raw)
	raw = append(raw, sum[:]...)
	defer secret.Wipe(raw)
	return base58.Encode(raw)
}

// Decode reads a text of any known kind, without blanks around it, and gives its payload, which the caller wipes if it is secret. The
// error says which it is: unknown letters at the start, another length than such texts have, a letter that base58 doesn't have, or a wrong
// checksum. It never shows the text.
func Decode(text string) (*Prefix, []byte, error) {
	p, err := prefixOf(text)
	if err != nil {
		return nil, nil, err
	}
	raw, err := base58.Decode(text)
	if err != nil { // its error shows a letter of the text
		return nil, nil, fmt.Errorf("a Tezos text of the kind %s… with a character that no such text has", p.Letters)
	}
	defer secret.Wipe(raw)
	body := len(raw) - checkSize
	if body < 0 {
		return nil, nil, errors.New("a Tezos text that is too short")
	}
	if sum := checksum(raw[:body]); !bytes.Equal(sum[:], raw[body:]) {
		return nil, nil, fmt.Errorf("the checksum of a Tezos text %s… is wrong: a letter of it is", p.Letters)
	}
	payload, is := bytes.CutPrefix(raw[:body], []byte(p.bytes))
	if !is || len(payload) != p.Size {
		return nil, nil, fmt.Errorf("a Tezos text of an unknown kind, though it begins with %s", p.Letters)
	}
	return p, bytes.Clone(payload), nil
}

// prefixOf finds the prefix by letters and length, before anything is decoded: so no text is longer than the longest that there is.
func prefixOf(text string) (*Prefix, error) {
	var lengths []string
	letters := ""
	for _, p := range Prefixes {
		if !strings.HasPrefix(text, p.Letters) {
			continue
		}
		if len(text) == p.length {
			return p, nil
		}
		letters = p.Letters
		lengths = append(lengths, fmt.Sprint(p.length))
	}
	if letters == "" {
		return nil, errors.New("not a Tezos text of a known kind (tz1…, edpk…, edsk…, edesk…, edsig… and their like)")
	}
	return nil, fmt.Errorf("a Tezos text %s… has %s letters, not %d", letters, strings.Join(lengths, " or "), len(text))
}

func checksum(raw []byte) [checkSize]byte {
	once := sha256.Sum256(raw)
	twice := sha256.Sum256(once[:])
	return [checkSize]byte(twice[:])
}

// AddressOf writes the address of a public key, given as its text holds it: Ed25519 32 bytes, secp256k1 and P-256 compressed 33, BLS12-381
// compressed 48. "" for another curve or length.
func AddressOf(curve Curve, public []byte) string {
	p := PrefixFor(curve, Public)
	if p == nil || len(public) != p.Size {
		return ""
	}
	h, err := blake2b.New(20, nil)
	if err != nil {
		return ""
	}
	_, _ = h.Write(public)
	return Encode(PrefixFor(curve, Address), h.Sum(nil))
}
