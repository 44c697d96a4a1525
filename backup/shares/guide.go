package shares

import (
	"fmt"

	"sigtool/backup"
)

// intro says what the paper is; share is nil for a single sheet.
func intro(p backup.Payload, share *backup.Share) []string {
	if share == nil || share.Need == 1 && share.GroupNeed <= 1 {
		return backup.Intro(p.Kind)
	}
	return backup.Wrap(fmt.Sprintf("This paper holds one share of the seed of a private key that signs software. Alone it tells nothing; %s, "+
		"and whoever has them, or pictures of them, can sign in its owner's name. "+
		"Keep it dry, dark, locked away, and apart from the others. Do not copy or photograph it.", together(share)))
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
