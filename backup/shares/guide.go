package shares

import (
	"fmt"

	"sigtool/backup"
)

// intro says what the paper is; share is nil for a single sheet.
func intro(p backup.Payload, share *backup.Share) []string {
	if share == nil {
		return backup.Intro(p.Kind)
	}
	return backup.Wrap(fmt.Sprintf("This paper holds one share of the seed of a private key that signs software. Alone it tells nothing; %s "+
		"make the key, and whoever has them, or pictures of them, can sign in its owner's name. "+
		"Keep it dry, dark, locked away, and apart from the others. Do not copy or photograph it.", together(share)))
}

// together says how many papers make the key.
func together(s *backup.Share) string {
	switch {
	case s.Group == 0:
		return fmt.Sprintf("any %d of %s", s.Need, papers(s.Of))
	case s.GroupNeed == 1:
		return fmt.Sprintf("any %d of %s in this group", s.Need, papers(s.Of))
	}
	return fmt.Sprintf("any %d of %s in this group restore the group, and any %d of the %d groups", s.Need, papers(s.Of), s.GroupNeed, s.GroupOf)
}

func papers(of int) string {
	if of == 1 {
		return "the 1 paper"
	}
	return fmt.Sprintf("the %d papers", of)
}

func guide(p backup.Payload, share *backup.Share) []string {
	files, recover := "share1.txt share2.txt ...", "Collect as many shares of this set as the head asks for. Type each into a file of its own, "+
		"share1.txt and so on, with the head from Label on and the numbers before the words."
	if share == nil {
		files, recover = "words.txt", "Type the head from Label on and the words below into a file, words.txt, with the numbers before them."
	}
	g := backup.Wrap("TO RESTORE IT: " + recover + " The first four letters of a word are enough. With the program sigtool " +
		"(verify checks one share, too):")
	g = append(g, "  sigtool backup verify "+files, "  sigtool backup restore -o key.pem "+files, "")
	g = append(g, backup.Wrap("WITHOUT SIGTOOL: the words are a share of SLIP-39 (github.com/satoshilabs/slips, slip-0039), for 256 bits, with "+
		"no passphrase. Any tool for SLIP-39 turns the shares into the master secret, 32 bytes; Trezor's is the Python program "+
		"shamir-mnemonic (\"shamir recover\"; leave the passphrase empty). Do not give it to a wallet. "+
		"Write the 64 hexadecimal digits of the master secret into a file, seed.hex.")...)
	return append(append(g, ""), backup.SeedGuide(p, "cat seed.hex")...)
}
