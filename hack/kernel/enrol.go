package main

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"unicode/utf16"
)

// A store of variables, as OVMF keeps it (EDK II, MdeModulePkg/Include/Guid/VariableFormat.h). All numbers are little endian.
//
//	firmware volume header, whose length stands at 48
//	store header: 16 GUID, 4 size, 1 format, 1 state, 6 reserved
//	variables, each at a multiple of 4:
//	  2 0x55aa | 1 state | 1 | 4 attributes | 8 count | 16 time | 4 key index | 4 length of name | 4 length of data | 16 vendor's GUID
//	  name in UTF-16 with its zero, data
//	0xff to the store's end
const (
	storeHeader    = 28
	variableHeader = 60
	variableAdded  = 0x3f
	variableGone   = 0x3d // its bit VAR_DELETED is cleared, as erased flash memory allows
)

// Of the UEFI specification, 32.4.1: the signature list, of one entry each here, and who owns the entry (OVMF's, of its own certificate).
var x509GUID = []byte{0xa1, 0x59, 0xc0, 0xa5, 0xe4, 0x94, 0xa7, 0x4a, 0x87, 0xb5, 0xab, 0x15, 0x5c, 0x2b, 0xf0, 0x72}

// signatureList is an EFI_SIGNATURE_LIST that holds a certificate.
func signatureList(cert []byte) []byte {
	list := bytes.Clone(x509GUID)
	list = binary.LittleEndian.AppendUint32(list, uint32(28+16+len(cert)))
	list = binary.LittleEndian.AppendUint32(list, 0)
	list = binary.LittleEndian.AppendUint32(list, uint32(16+len(cert)))
	return append(append(list, make([]byte, 16)...), cert...)
}

// enrol adds certificates to the firmware's db. It writes the flash memory itself, as the owner of a board may: the firmware's own way takes
// a signature by the KEK, and a boot more, and has no certificates but RSA.
func enrol(flash []byte, certs ...[]byte) ([]byte, error) {
	if len(flash) < 128 {
		return nil, errors.New("too short for a store of variables")
	}
	flash = bytes.Clone(flash)
	start := int(binary.LittleEndian.Uint16(flash[48:]))
	end := start + int(binary.LittleEndian.Uint32(flash[start+16:]))
	var db []byte
	at := start + storeHeader
	for ; at+variableHeader <= end && binary.LittleEndian.Uint16(flash[at:]) == 0x55aa; at = (at + 3) &^ 3 {
		name := int(binary.LittleEndian.Uint32(flash[at+36:]))
		size := variableHeader + name + int(binary.LittleEndian.Uint32(flash[at+40:]))
		if flash[at+2] == variableAdded && bytes.Equal(flash[at+variableHeader:at+variableHeader+name], utf16Name("db")) {
			db = bytes.Clone(flash[at : at+size])
			flash[at+2] = variableGone
		}
		at += size
	}
	if db == nil {
		return nil, errors.New("the store of variables has no db")
	}
	for _, cert := range certs {
		db = append(db, signatureList(cert)...)
	}
	binary.LittleEndian.PutUint32(db[40:], uint32(len(db)-variableHeader-len(utf16Name("db"))))
	if at+len(db) > end {
		return nil, errors.New("no room in the store of variables")
	}
	copy(flash[at:], db)
	return flash, nil
}

// utf16Name is a variable's name as it is stored.
func utf16Name(name string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(name + "\x00")) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}

// derOf reads the first PEM block of a file.
func derOf(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM", path)
	}
	return block.Bytes, nil
}
