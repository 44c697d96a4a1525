package lines

import (
	"fmt"

	"sigtool/backup"
)

// layout is what the instructions of one sheet name: its lines, and the bytes that the secret is, from 1, both included.
type layout struct {
	total, from, to int
	id              string
}

// recovered is the file that the instructions make, the one that sigtool makes, and what to do with the former.
func recovered(p backup.Payload) (file, own string, then []string) {
	switch p.Kind {
	case backup.KindSealedKey:
		return "key.der", "key.pem", append([]string{
			"This is the sealed key in PKCS#8 (RFC 5958). OpenSSL asks for its passphrase; the",
			"last command prints the fingerprint above, and proves that it is the right key:",
		}, backup.OpenKey...)
	case backup.KindKey:
		return "key.der", "key.pem", append([]string{
			"This is the key in PKCS#8 (RFC 5958), which OpenSSL reads. The last command",
			"prints the fingerprint above, and proves that it is the right key:",
		}, backup.OpenKey...)
	case backup.KindSeed:
		return "seed.bin", "key.pem", backup.SeedGuide(p, "xxd -p -c 32 seed.bin")
	case backup.KindPassphrase:
		return "passphrase.txt", "passphrase.txt", nil
	}
	return "restored.bin", "restored.bin", nil
}

// guide writes how to restore this sheet. Its last part is enough to write a program, so that nothing else need survive.
func guide(p backup.Payload, l layout) []string {
	k := l.total - 2
	file, own, then := recovered(p)
	g := []string{
		"TO RESTORE IT, type the numbered lines into a file, sheet.txt, in capitals or not.",
		"No character is O, I, B or 1. Write ? for one that you cannot read. Any two lines",
		"may be missing, or wrong. With the program sigtool:",
		"  sigtool backup verify sheet.txt",
		"  sigtool backup restore -o " + own + " sheet.txt",
		"",
		fmt.Sprintf("WITHOUT SIGTOOL, on a Unix system, with lines 1 to %d whole and in order:", k),
		fmt.Sprintf("  tr a-z A-Z < sheet.txt | sed -n 's,^ *[0-9]*/%d ,,p' | tr -d ' ' |", l.total),
		fmt.Sprintf("  head -n %d | cut -c 1-32 | tr %s A-Z2-7 |", k, alphabet),
		fmt.Sprintf("  base32 -d | tail -c +%d | head -c %d > %s", l.from, l.to-l.from+1, file),
	}
	g = append(g, then...)
	return append(g, "",
		"HOW IT WORKS. A character is a number of 5 bits: its place, from 0, in the row",
		fmt.Sprintf("  %s", alphabet),
		"A line is its number, 32 characters of data (20 bytes, highest bits first), and 8",
		fmt.Sprintf("of check. Lines 1 to %d are %d bytes. Bytes %d to %d, from 1, are %s;", k, k*lineBytes, l.from, l.to, file),
		fmt.Sprintf("the last %d are the start of the SHA-256 of all before them, and prove it all.", digestSize),
		fmt.Sprintf("Lines %d and %d repair, as in RAID-6: they are the XOR of lines 1 to %d, and", k+1, k+2, k),
		"the sum of 2^(n-1) times line n, each byte in GF(256) modulo x^8+x^4+x^3+x^2+1.",
		"The check of a line: c = 1; for each v of its number and the number of lines (two",
		"characters each), its data, and eight zeros: t = c / 2^35, c = (c mod 2^35) * 32",
		"XOR v, and for each i from 0 to 4, if bit i of t is set, c = c XOR g(i), with g =",
		"98F2BC8E61, 79B76D99E2, F33E5FB3C4, AE2EABE2A8, 1E4F43E470 in hexadecimal. The",
		fmt.Sprintf("check is c XOR %s, the document's number, in eight characters.", l.id))
}
