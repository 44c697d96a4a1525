package codex32

import (
	"fmt"

	"sigtool/backup"
)

const rowsAre = "The three numbered rows are one codex32 string (BIP-93), which is of no wallet."

func shareIntro(s backup.Share) []string {
	return backup.Wrap(fmt.Sprintf("This paper holds one share of the seed of a private key that signs software. Any %d shares of the set "+
		"make the key; fewer say nothing of it. Whoever has that many, or pictures of them, can sign in its owner's name. "+
		"Keep it dry, dark and locked away, apart from the others. Do not copy or photograph it. "+rowsAre, s.Need))
}

func guide(p backup.Payload, share *backup.Share) []string {
	what, files := "type the three numbered rows of this sheet into a file, sheet.txt, ", "sheet.txt"
	if share != nil {
		what = fmt.Sprintf("take %d shares of this set. Type the three numbered rows of each into a file of its own, share1.txt and so on, ", share.Need)
		files = "share1.txt share2.txt"
		if share.Need > 2 {
			files += " ..."
		}
	}
	g := backup.Wrap("TO RESTORE IT, " + what + "and the statements Algorithm, Derivation and Document of the sheet, a line each: Document proves " +
		"what is typed. Small letters will do. Type ? for a character that can't be read: up to 8 are filled in, up to 4 wrong ones put right. " +
		"With the program sigtool:")
	g = append(g, "  sigtool backup verify "+files, "  sigtool backup restore -o key.pem "+files, "")
	more := "WITHOUT SIGTOOL: the rows, without their numbers and spaces, are one string of 74 characters as BIP-93 (codex32) describes it, "
	if share != nil {
		more += fmt.Sprintf("a share; any codex32 tool, or the paper wheels that belong to BIP-93, makes the string with the index S of any %d. ", share.Need)
	} else {
		more += "the secret itself; any codex32 tool, or the paper wheels that belong to BIP-93, check it. "
	}
	g = append(g, backup.Wrap(more+"In the secret's string, the characters 10~to~61 are the 32 bytes, each five bits, counted in "+
		backup.Alphabet+" from 0, the highest first; the last 4 bits are left over. It is not the seed of a wallet. "+
		"Write the 64 hexadecimal digits of the 32 bytes into a file, seed.hex.")...)
	return append(append(g, ""), backup.SeedGuide(p, "cat seed.hex")...)
}
