package modules

import (
	"bytes"
	"encoding/binary"
	"strings"

	"sigtool/internal/issue"
)

// A signed module ends (include/linux/module_signature.h)
//
//	| ELF file | signature | 8 bytes: 0 0 2 0 0 0 0 0 | size of the signature, 4 bytes, big endian | magic, 28 bytes |
//
// where 2 says that the signature is PKCS #7.
const (
	magic       = "~Module signature appended~\n"
	trailerSize = 12 + len(magic)
)

// signed tells whether a signature is appended. Whose it is and whether it is right, the kernel checks: it has the key.
func signed(data []byte) bool {
	trailer, ok := bytes.CutSuffix(data, []byte(magic))
	if !ok || len(trailer) < 12 {
		return false
	}
	trailer = trailer[len(trailer)-12:]
	size := int64(binary.BigEndian.Uint32(trailer[8:]))
	return bytes.Equal(trailer[:8], []byte{0, 0, 2, 0, 0, 0, 0, 0}) && size > 0 && size < int64(len(data)-trailerSize)
}

// check refuses what the kernel of the live system would not load, for it is too late to hear that from a keyboard that does nothing.
func (c *choice) check(m *Module, n *needs) error {
	release, _, _ := strings.Cut(n.versions, " ")
	switch {
	case n.name != "" && normal(n.name) != m.Name:
		return m.bad("the file has the module %.60q", n.name)
	case release != c.release:
		return issue.New("other-kernel", nil, "%s is a module for the kernel %.80q, and this one is %q", m.Path, release, c.release).
			Advise("take the kernel and the modules from the same package")
	case !signed(m.Data):
		return issue.New("module-not-signed", nil, "%s is not signed, and the live system's kernel loads only modules that are signed with its own key", m.Path).
			Advise("take the modules as the package has them: those of Debian's linux-image-amd64 are signed; stripping a module cuts its signature off")
	}
	return nil
}

// parse reads a module's file.
func (m *Module) parse() (*object, error) {
	o, err := parseObject(m.Data)
	if err != nil {
		return nil, m.bad("%v", err)
	}
	return o, nil
}

// bad is the error of a module that is not what a package holds.
func (m *Module) bad(format string, args ...any) error {
	return issue.New("bad-module", nil, "%s: "+format, append([]any{m.Path}, args...)...).Advise(unpackAgain)
}
