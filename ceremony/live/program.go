package live

import (
	"bytes"
	"encoding/binary"

	"sigtool/internal/issue"
)

// maxProgram bounds sigtool, in bytes.
const maxProgram = 128 << 20

// checkProgram takes a program that a kernel for x86-64 starts with nothing beside it: no other machine's, and none that wants a loader or libraries.
//
// A program is an ELF file (System V gABI, chapters 4 and 5; 64-bit, little endian):
//
//	 0  7f 45 4c 46 02 01 01   magic, 64-bit, little endian, version 1
//	16  type, 2 bytes          2 program, 3 one that may stand anywhere
//	18  machine, 2 bytes       62: x86-64
//	32  program headers at     8 bytes
//	54  size of one            2 bytes: 56; its first 4 bytes are the type: 3 names a loader
//	56  how many               2 bytes
func checkProgram(program []byte) error {
	refused := func(why string) error {
		return issue.New("live-program", nil, "the program: %s", why).Advise("build one that is: CGO_ENABLED=0 GOARCH=amd64 make build")
	}
	le := binary.LittleEndian
	switch {
	case len(program) > maxProgram:
		return refused("too large")
	case len(program) < 64 || !bytes.HasPrefix(program, []byte("\x7fELF")):
		return refused("no program for Linux")
	case !bytes.HasPrefix(program[4:], []byte{2, 1, 1}) || le.Uint16(program[18:]) != 62 || le.Uint16(program[16:]) != 2 && le.Uint16(program[16:]) != 3:
		return refused("not one for x86-64, as a live system runs on")
	}
	at, size, count := le.Uint64(program[32:]), uint64(le.Uint16(program[54:])), uint64(le.Uint16(program[56:]))
	if size != 56 || count == 0 || at > uint64(len(program)) || count*size > uint64(len(program))-at {
		return refused("damaged")
	}
	for header := range count {
		if le.Uint32(program[at+header*size:]) == 3 {
			return refused("not a static one: it wants libraries, which a live system does not have")
		}
	}
	return nil
}
