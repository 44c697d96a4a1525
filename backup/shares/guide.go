package shares

import (
	"fmt"

	"sigtool/backup"
)

// intro says what the paper is, and what its words are: instructions may be on another page. share is nil for a single sheet.
func intro(p backup.Payload, share *backup.Share) []string {
	const words = "The 33 numbered words are SLIP-39 words (a share for 256 bits, no passphrase), and of no wallet: do not type them into one."
	if share == nil || share.Need == 1 && share.GroupNeed <= 1 {
		return append(backup.Intro(p.Kind), backup.Wrap(words)...)
	}
	return backup.Wrap(fmt.Sprintf("This paper holds one share of the seed of a private key that signs software. Alone it tells nothing; %s, "+
		"and whoever has them, or pictures of them, can sign in its owner's name. "+
		"Keep it dry, dark, locked away, and apart from the others. Do not copy or photograph it. "+words, together(share)))
}

// together says which papers make the key.
func together(s *backup.Share) string {
	groups := fmt.Sprintf("any %d of the %d groups", s.GroupNeed, s.GroupOf)
	switch {
	case s.Group == 0:
		return fmt.Sprintf("any %d of the %d papers make the key", s.Need, s.Of)
	case s.Need == 1:
		return fmt.Sprintf("it is a group of its own, %s make the key", groups)
	case s.GroupNeed == 1:
		return fmt.Sprintf("any %d of the %d papers of its group make the key", s.Need, s.Of)
	}
	return fmt.Sprintf("any %d of the %d papers of its group make the group whole, %s make the key", s.Need, s.Of, groups)
}

func guide(p backup.Payload, share *backup.Share) []string {
	const statements = "and the statements Algorithm, Derivation and Document of this sheet, a line each. "
	files, recover := "share1.txt share2.txt ...", "Collect as many shares of this set as the sheet asks for. Type each into a file of its own, "+
		"share1.txt and so on: its numbered words, with the numbers before them, "+statements
	if share == nil {
		files, recover = "words.txt", "Type the numbered words of this sheet into a file, words.txt, with the numbers before them, "+statements
	}
	g := backup.Wrap("TO RESTORE IT: " + recover + "The first four letters of a word are enough; put ? for a word that can't be read. " +
		"With the program sigtool (verify checks one share, too):")
	g = append(g, "  sigtool backup verify "+files, "  sigtool backup restore -o key.pem "+files, "")
	g = append(g, backup.Wrap("WITHOUT SIGTOOL: the words are a share of SLIP-39 (github.com/satoshilabs/slips, slip-0039), for 256 bits, made "+
		"with no passphrase. Any program that reads SLIP-39 turns the shares into the master secret, 32 bytes. One is Trezor's in Python, shamir-mnemonic: "+
		"\"shamir recover\"; type the words of each share in order, without their numbers, and leave the passphrase empty. It prints the master secret as 64 hexadecimal digits: write them into a file, seed.hex. Do not type the shares into a "+
		"Trezor itself or another wallet: it would make a wallet of them.")...)
	return append(append(g, ""), backup.SeedGuide(p, "cat seed.hex")...)
}
