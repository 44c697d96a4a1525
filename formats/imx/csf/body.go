package csf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

var be = binary.BigEndian

// errLength says that a command has a length that its tag does not allow.
var errLength = errors.New("its length does not fit")

// readBody reads a command, whose raw has the length that its header says: 4 bytes at least.
func readBody(raw []byte) (Body, error) {
	switch raw[0] {
	case TagInstallKey:
		return readKey(raw)
	case TagAuthenticate:
		return readAuth(raw)
	case TagSet:
		if len(raw) != 8 {
			return nil, errLength
		}
		return &SetCommand{Item: raw[3], Value: [4]byte(raw[4:])}, nil
	case TagInit, TagUnlock:
		return readFeature(raw)
	case TagWrite:
		return readWrite(raw)
	case TagCheck:
		return readCheck(raw)
	case TagNOP:
		if len(raw) != headerLength {
			return nil, errLength
		}
		return &NOPCommand{}, nil
	}
	return &OtherCommand{Tag: raw[0]}, nil
}

// readKey reads Install Key (HAB4_API §4.3.7):
//
//	0xbe | length: 2 | flags || protocol | algorithm | source | target || pointer: 4 || hash of the certificate, with FlagHash
func readKey(raw []byte) (Body, error) {
	if len(raw) < commandLength {
		return nil, errLength
	}
	k := &KeyCommand{Flags: raw[3], Protocol: raw[4], Alg: raw[5], Source: raw[6], Target: raw[7], At: be.Uint32(raw[8:])}
	size := commandLength
	if k.Flags&FlagHash != 0 {
		h := hashOf(k.Alg)
		if h == 0 {
			return nil, fmt.Errorf("%#02x is no hash", k.Alg)
		}
		size += h.Size()
	}
	if len(raw) != size {
		return nil, errLength
	}
	if size > commandLength {
		k.Hash = raw[commandLength:]
	}
	return k, nil
}

// readAuth reads Authenticate Data (HAB4_API §4.3.8):
//
//	0xca | length: 2 | flags || key | protocol | engine | configuration || pointer: 4 || address: 4 | length: 4, of each block
func readAuth(raw []byte) (Body, error) {
	if len(raw) < commandLength || (len(raw)-commandLength)%8 != 0 {
		return nil, errLength
	}
	a := &AuthCommand{Flags: raw[3], Key: raw[4], Protocol: raw[5], Engine: raw[6], Config: raw[7], At: be.Uint32(raw[8:])}
	for rest := raw[commandLength:]; len(rest) > 0; rest = rest[8:] {
		a.Blocks = append(a.Blocks, Region{be.Uint32(rest), be.Uint32(rest[4:])})
	}
	return a, nil
}

// readFeature reads Init and Unlock (HAB4_API §4.3.5, §4.3.6):
//
//	0xb4 or 0xb2 | length: 2 | engine || features: 4, optional || identifier of the device, optional
func readFeature(raw []byte) (Body, error) {
	f := &FeatureCommand{Unlock: raw[0] == TagUnlock, Engine: raw[3]}
	switch {
	case len(raw) == headerLength:
	case len(raw) < 8:
		return nil, errLength
	default:
		f.Features, f.Given = be.Uint32(raw[4:]), true
		f.UID = raw[8:]
	}
	return f, nil
}

// readWrite reads Write Data (HAB4_API §4.3.1): the lower three bits of the parameter are the width, the upper five the flags.
func readWrite(raw []byte) (Body, error) {
	if len(raw) < commandLength || (len(raw)-headerLength)%8 != 0 {
		return nil, errLength
	}
	w := &WriteCommand{Width: int(raw[3] & 7), Flags: raw[3] >> 3}
	for rest := raw[headerLength:]; len(rest) > 0; rest = rest[8:] {
		w.Pairs = append(w.Pairs, WritePair{be.Uint32(rest), be.Uint32(rest[4:])})
	}
	return w, nil
}

// readCheck reads Check Data (HAB4_API §4.3.2).
func readCheck(raw []byte) (Body, error) {
	if len(raw) != commandLength && len(raw) != commandLength+4 {
		return nil, errLength
	}
	c := &CheckCommand{Width: int(raw[3] & 7), Flags: raw[3] >> 3, Address: be.Uint32(raw[4:]), Mask: be.Uint32(raw[8:])}
	if len(raw) > commandLength {
		count := be.Uint32(raw[commandLength:])
		c.Count = &count
	}
	return c, nil
}
