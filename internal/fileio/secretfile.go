package fileio

import (
	"bytes"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// secretMarks are what files begin with, or hold in their first bytes, that nobody wants to lose: private keys as PEM, what age sealed,
// paper sheets.
var secretMarks = [][]byte{
	[]byte("PRIVATE KEY-----"), []byte("age-encryption.org/"), []byte("AGE ENCRYPTED FILE"), []byte("AGE-SECRET-KEY-"), []byte("SIGTOOL PAPER BACKUP"),
}

// secretForms are the beginnings of private keys in DER, behind the tag and length of the outer SEQUENCE: PKCS#8 and PKCS#1 (version 0),
// RFC 5958 and SEC1 (version 1), and a sealed key (PBES2).
var secretForms = [][]byte{
	{0x02, 0x01, 0x00, 0x30}, {0x02, 0x01, 0x00, 0x02}, {0x02, 0x01, 0x01, 0x30}, {0x02, 0x01, 0x01, 0x04},
	{0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d},
}

// smallSecret is the size in bytes up to which a file that only its owner may read is taken for a secret: a passphrase has no form.
const smallSecret = 4096

// holdsSecret tells whether the file of that name may be a secret that must not be replaced: a key, a passphrase, a sheet.
func (d *folder) holdsSecret(st *unix.Stat_t) bool {
	if st.Size <= smallSecret && st.Mode&0o077 == 0 {
		return true
	}
	fd, err := unix.Openat(d.fd(), d.base, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return true // what can't be read can't be judged
	}
	file := os.NewFile(uintptr(fd), d.base)
	defer file.Close()
	head := make([]byte, 4096)
	n, _ := io.ReadFull(file, head)
	head = head[:n]
	defer clear(head)
	for _, mark := range secretMarks {
		if bytes.Contains(head, mark) {
			return true
		}
	}
	if st.Mode&0o077 == 0 && (bytes.HasPrefix(head, []byte("%PDF-")) || bytes.HasPrefix(head, []byte("\x89PNG"))) {
		return true // a sheet as a document or a picture
	}
	for _, form := range secretForms {
		if inner := insideSequence(head); bytes.HasPrefix(inner, form) || bytes.HasPrefix(insideSequence(inner), form) {
			return true
		}
	}
	return false
}

// insideSequence is what stands behind the head of a DER SEQUENCE, or nothing.
func insideSequence(der []byte) []byte {
	if len(der) < 2 || der[0] != 0x30 {
		return nil
	}
	skip := 2
	if der[1] > 0x80 {
		skip += int(der[1] & 0x7f)
	}
	return der[min(skip, len(der)):]
}
