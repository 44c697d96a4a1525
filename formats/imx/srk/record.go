package srk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"encoding/binary"
	"math/big"
)

// place is a record's number in its table, from 0, and names it in errors.
type place int

func (n place) refuse(id, format string, args ...any) error {
	return refuse(id, "record %d: "+format, append([]any{int(n) + 1}, args...)...)
}

// parse reads the record that begins the data. What it found is written again and has to be the same bytes.
func (n place) parse(kind Kind, data []byte) (Record, error) {
	if len(data) < headSize {
		return Record{}, n.refuse("srk-record", "%d bytes are no record", len(data))
	}
	size := int(binary.LittleEndian.Uint16(data[1:]))
	if kind == HAB {
		size = int(binary.BigEndian.Uint16(data[1:]))
	}
	if size < headSize || size > len(data) {
		return Record{}, n.refuse("srk-record", "it says that it has %d bytes, of the %d that are left", size, len(data))
	}
	data = data[:size]
	var record Record
	var again []byte
	err := error(nil)
	switch {
	case kind == HAB && data[0] == tagHash:
		record, err = n.parseShort(data)
		again = appendShort(nil, record.Digest)
	case data[0] != tagKey:
		return Record{}, n.refuse("srk-record", "tag %02X is neither a key (E1) nor, in HABv4's tables, a hash (EE)", data[0])
	case size < recordHead:
		return Record{}, n.refuse("srk-record", "a key in %d bytes", size)
	case kind == HAB:
		record, err = n.parseHAB(data)
	default:
		record, err = n.parseAHAB(kind, data)
	}
	if err == nil && again == nil {
		again, err = record.encode(kind)
	}
	if err != nil {
		return Record{}, err
	}
	if !bytes.Equal(again, data) {
		return Record{}, n.refuse("srk-record", "srktool writes this key otherwise, from the record's byte %d on", differs(again, data))
	}
	record.Raw = data
	if kind == HAB && record.Digest == nil {
		record.Digest = sum(crypto.SHA256, data)
	}
	return record, nil
}

// parseShort reads a key's hash:
//
//	EE  0024, big-endian  17 (SHA-256)  32 bytes
func (n place) parseShort(data []byte) (Record, error) {
	if data[3] != habSHA256 || len(data) != headSize+32 {
		return Record{}, n.refuse("srk-record", "a hash of algorithm %02X in %d bytes; we know SHA-256, 17, in 36", data[3], len(data))
	}
	return Record{Hash: crypto.SHA256, Digest: data[headSize:]}, nil
}

// parseHAB reads a key of HABv4, of which all numbers are big-endian:
//
//	E1  length  21 (RSA)    00 00 00  80 or 00 (CA)  length of modulus  length of exponent  modulus  exponent
//	E1  length  27 (ECDSA)  00 00 00  80 or 00 (CA)  curve  00          bits                X        Y
func (n place) parseHAB(data []byte) (Record, error) {
	record := Record{CA: data[7] == flagCA, Hash: crypto.SHA256}
	body := data[recordHead:]
	for _, k := range keyKinds() {
		if data[3] != k.alg || k.alg == algRSA && int(binary.BigEndian.Uint16(data[8:])) != k.bytes[0] || k.curve != nil && data[8] != k.code {
			continue
		}
		record.sizes = k.bytes
		if k.alg == algRSA {
			record.sizes[1] = int(binary.BigEndian.Uint16(data[10:]))
		}
		err := n.readKey(&record, k, body)
		return record, err
	}
	return Record{}, n.refuse("srk-key", "algorithm %02X, %X: HABv4 knows RSA (21) of 1024, 2048, 3072 and 4096 bits, and ECDSA (27) on P-256, P-384 and P-521",
		data[3], data[8:12])
}

// parseAHAB reads a key of AHAB, of which lengths are little-endian, or in version 2 the hash of one:
//
//	E1  length  algorithm  hash  key size or curve  00  80 or 00 (CA)  length of modulus or X  length of exponent or Y  the two numbers
//	E1  004C    …                                                                                                      64 bytes: hash, zeros
func (n place) parseAHAB(kind Kind, data []byte) (Record, error) {
	record := Record{CA: data[7] == flagCA, PSS: data[3] == algPSS}
	var ok bool
	if record.Hash, ok = hashOfCode(kind, data[4]); !ok {
		return Record{}, n.refuse("srk-hash", "hash %02X is none that we know", data[4])
	}
	record.sizes = [2]int{int(binary.LittleEndian.Uint16(data[8:])), int(binary.LittleEndian.Uint16(data[10:]))}
	body := data[recordHead:]
	for _, k := range keyKinds() {
		pss := record.PSS && k.alg == algRSA
		if data[3] != k.alg && !pss || k.size == 0 || data[5] != k.size || record.sizes[0] != k.bytes[0] || !k.fits(kind, record.sizes[1]) {
			continue
		}
		if kind == AHAB {
			err := n.readKey(&record, k, body)
			return record, err
		}
		record.Alg = k.name
		if len(body) != dataHash {
			return Record{}, n.refuse("srk-record", "a hash in %d bytes, not %d", len(body), dataHash)
		}
		record.Digest = body[:record.Hash.Size()]
		return record, nil
	}
	if data[3] == algSM2 {
		return Record{}, n.refuse("srk-key", "a key of SM2, which we do not know")
	}
	return Record{}, n.refuse("srk-key", "algorithm %02X, size %02X, numbers of %d and %d bytes: that is no key that AHAB knows",
		data[3], data[5], record.sizes[0], record.sizes[1])
}

// fits tells whether a key's second number has a length that AHAB's tools write. SPSDK writes 4 bytes of an exponent, srktool as many as it needs.
func (k keyKind) fits(kind Kind, size int) bool {
	switch k.alg {
	case algRSA:
		return size >= 1 && size <= 4
	case algECDSA:
		return size == k.bytes[1]
	}
	return kind == AHABv2 && size == 0
}

// readKey reads a record's two numbers, whose sizes it has.
func (n place) readKey(r *Record, k keyKind, body []byte) error {
	r.Alg = k.name
	if len(body) != r.sizes[0]+r.sizes[1] {
		return n.refuse("srk-record", "a key of %d and %d bytes in %d", r.sizes[0], r.sizes[1], len(body))
	}
	if k.curve != nil {
		key, err := ecdsa.ParseUncompressedPublicKey(k.curve, append([]byte{4}, body...))
		if err != nil {
			return n.refuse("srk-key", "X and Y are no point of %s", k.curve.Params().Name)
		}
		r.Key = key
		return nil
	}
	modulus, exponent := new(big.Int).SetBytes(body[:r.sizes[0]]), new(big.Int).SetBytes(body[r.sizes[0]:])
	switch {
	case modulus.BitLen() != k.bytes[0]*8 || modulus.Bit(0) == 0:
		return n.refuse("srk-key", "a modulus of %d bits, or even, is no key of %s", modulus.BitLen(), k.name)
	case exponent.BitLen() > 31 || exponent.BitLen() < 2 || exponent.Bit(0) == 0:
		return n.refuse("srk-key", "an exponent of %d bits, or even: it is odd, from 3 to 31 bits", exponent.BitLen())
	}
	r.Key = &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}
	return nil
}

// differs is the first byte in which two slices differ.
func differs(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func sum(h crypto.Hash, data []byte) []byte {
	hash := h.New()
	hash.Write(data)
	return hash.Sum(nil)
}
