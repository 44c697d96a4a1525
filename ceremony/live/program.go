package live

import (
	"bytes"
	"debug/elf"

	"sigtool/internal/issue"
)

// maxProgram bounds sigtool, in bytes.
const maxProgram = 128 << 20

// checkProgram takes a program that a kernel for x86-64 starts with nothing beside it: no other machine's, and none that wants a loader or libraries.
func checkProgram(program []byte) error {
	const hint = "build one that is: CGO_ENABLED=0 GOARCH=amd64 make build"
	refused := func(why string) error { return issue.New("live-program", nil, "the program: %s", why).Advise(hint) }
	if len(program) > maxProgram {
		return refused("too large")
	}
	found, err := elf.NewFile(bytes.NewReader(program))
	if err != nil {
		return refused("no program for Linux")
	}
	if found.Machine != elf.EM_X86_64 || found.Class != elf.ELFCLASS64 || found.Type != elf.ET_EXEC && found.Type != elf.ET_DYN {
		return refused("not one for x86-64, as a live system runs on")
	}
	for _, p := range found.Progs {
		if p.Type == elf.PT_INTERP {
			return refused("not a static one: it wants libraries, which a live system does not have")
		}
	}
	return nil
}
