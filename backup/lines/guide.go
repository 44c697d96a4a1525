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
	case backup.KindAgeKey:
		return "key.age", "key.age", backup.KeyGuide(p)
	case backup.KindSealedKey, backup.KindKey:
		return "key.der", "key.pem", backup.KeyGuide(p)
	case backup.KindSeed:
		return "seed.bin", "key.pem", backup.SeedGuide(p, "xxd -p -c 32 seed.bin")
	case backup.KindPassphrase:
		return "passphrase.txt", "passphrase.txt", nil
	}
	return "restored.bin", "restored.bin", nil
}

// guide writes how to restore this sheet. Its last part is enough to write a program, so that nothing else need survive.
func guide(p backup.Payload, l layout) []string {
	file, own, then := recovered(p)
	k := l.total - 2
	what, pageCheck := "type the numbered lines", ""
	if pages := pagingOf(l.total).count(); pages > 1 {
		what = fmt.Sprintf("type all pages, 1 to %d, the numbered lines at least,", pages)
		pageCheck = " The check of a page is the first 40 bits of the SHA-256 of the letters and digits of its lines, in capitals, with a line feed after each line."
	}
	g := backup.Wrap("TO RESTORE IT, " + what + " into a file, sheet.txt, in small letters or capitals. " +
		"No character is O, I, B or 1. Write ? for one that you cannot read. Any two lines may be missing, or wrong. " +
		"With the program sigtool:")
	g = append(g,
		"  sigtool backup verify sheet.txt",
		"  sigtool backup restore -o "+own+" sheet.txt",
		"",
		fmt.Sprintf("WITHOUT SIGTOOL, on a Unix system, with lines 1 to %d whole and in order:", k),
		fmt.Sprintf("  tr a-z A-Z < sheet.txt | sed -n 's,^ *[0-9]*/0*%d ,,p' | tr -d ' ' |", l.total),
		fmt.Sprintf("  head -n %d | cut -c 1-32 | tr %s A-Z2-7 |", k, alphabet),
		fmt.Sprintf("  base32 -d | tail -c +%d | head -c %d > %s", l.from, l.to-l.from+1, file))
	g = append(append(g, then...), "", "HOW IT WORKS. A character is a number of 5 bits: its place, from 0, in the row", "  "+alphabet)
	g = append(g, backup.Wrap(fmt.Sprintf("A line is its number, 32 characters of data (20~bytes, highest bits first), 8 of check. "+
		"Lines 1 to %d are %d bytes: bytes %d to %d, counted from 1, are %s; the last %d are the first of the SHA-256 of all before them. "+
		"Lines %d and %d repair, as in RAID-6: the XOR of lines 1 to %d, and the sum of 2^(n-1) times line n, "+
		"bytes in GF(256) modulo x^8+x^4+x^3+x^2+1.", k, k*lineBytes, l.from, l.to, file, digestSize, k+1, k+2, k))...)
	return append(g, backup.Wrap("The check of a line: c~=~1; for each v of its number and the number of lines (two characters each), "+
		"its data, and eight zeros: t~=~c~/~2^35, c~=~(c~mod~2^35)~*~32~XOR~v, and for i from 0 to 4, if bit i of t is set, c~=~c~XOR~g(i), "+
		"with g in hexadecimal 98F2BC8E61, 79B76D99E2, F33E5FB3C4, AE2EABE2A8, 1E4F43E470. "+
		"The check is c XOR the document's number, "+l.id+"."+pageCheck)...)
}
