package srk

import (
	"crypto"
	"encoding/binary"
)

// hashCodes are AHAB's codes of what a key signs with. CST: ahab_types.h. SM3 (3) and the SHAKEs (8, 9) are left out.
var hashCodes = map[crypto.Hash]byte{
	crypto.SHA256: 0, crypto.SHA384: 1, crypto.SHA512: 2, crypto.SHA3_256: 4, crypto.SHA3_384: 5, crypto.SHA3_512: 6,
}

// hashOfCode is the hash of such a code; containers of the first version know none of SHA-3.
func hashOfCode(kind Kind, code byte) (crypto.Hash, bool) {
	for h, c := range hashCodes {
		if c == code && (kind == AHABv2 || code <= 2) {
			return h, true
		}
	}
	return 0, false
}

// encode writes the record as its kind of table holds it, without looking at Raw. Errors: ErrTable.
func (r Record) encode(kind Kind) ([]byte, error) {
	if kind == AHABv2 {
		hash := append(make([]byte, 0, dataHash), r.Digest...)
		return r.appendAHAB(append(hash, make([]byte, dataHash-len(hash))...)), nil
	}
	if kind == HAB {
		a, b, err := numbers(r.Key, 0)
		if err != nil {
			return nil, err
		}
		return r.appendHAB(a, b)
	}
	a, b, err := numbers(r.Key, r.sizes[1])
	if err != nil {
		return nil, err
	}
	return r.appendAHAB(append(a, b...)), nil
}

// appendHAB writes a key for HABv4; see parseHAB.
func (r Record) appendHAB(a, b []byte) ([]byte, error) {
	kind, err := kindOf(r.Key)
	if err != nil {
		return nil, refuse("srk-key", "%v", err)
	}
	data := binary.BigEndian.AppendUint16([]byte{tagKey}, uint16(recordHead+len(a)+len(b)))
	data = append(data, kind.alg, 0, 0, 0, r.flag())
	if kind.curve != nil {
		data = binary.BigEndian.AppendUint16(append(data, kind.code, 0), uint16(kind.curve.Params().BitSize))
	} else {
		data = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(data, uint16(len(a))), uint16(len(b)))
	}
	return append(append(data, a...), b...), nil
}

// appendAHAB writes a record for AHAB of its body; see parseAHAB.
func (r Record) appendAHAB(body []byte) []byte {
	var kind keyKind
	for _, k := range keyKinds() {
		if k.name == r.Alg {
			kind = k
		}
	}
	if r.PSS {
		kind.alg = algPSS
	}
	data := binary.LittleEndian.AppendUint16([]byte{tagKey}, uint16(recordHead+len(body)))
	data = append(data, kind.alg, hashCodes[r.Hash], kind.size, 0, r.flag())
	data = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(data, uint16(r.sizes[0])), uint16(r.sizes[1]))
	return append(data, body...)
}

func (r Record) flag() byte {
	if r.CA {
		return flagCA
	}
	return 0
}

// appendShort writes HAB's short form of an entry.
func appendShort(data, digest []byte) []byte {
	return append(append(data, tagHash, 0, byte(headSize+len(digest)), habSHA256), digest...)
}

// srkData writes the key of record n as a container of version 2 holds it, of the key's two numbers:
//
//	00  length, little-endian  5D  n  00 00 00  modulus, exponent or X, Y or a key of ML-DSA
func srkData(n int, a, b []byte) []byte {
	data := binary.LittleEndian.AppendUint16([]byte{0}, uint16(8+len(a)+len(b)))
	return append(append(append(data, 0x5D, byte(n), 0, 0, 0), a...), b...)
}
