package words

import "sigtool/backup"

// intro says what the paper is, and what its words are: instructions may be on another page.
func intro(p backup.Payload) []string {
	return append(backup.Intro(p.Kind), backup.Wrap("The 24 numbered words are BIP-39 words (English list). They are the seed, 32 bytes, of this one "+
		"key and of no wallet: do not type them into one.")...)
}

func guide(p backup.Payload) []string {
	g := backup.Wrap("TO RESTORE IT, type the 24 words of this sheet into a file, words.txt, with the numbers before them, and the line \"check\". " +
		"The first four letters of a word are enough; put ? for a word that can't be read. The words alone do not say which key they make: " +
		"type the statements Algorithm, Derivation and Document of this sheet into the file too, a line each (and Fingerprint, " +
		"if you like: then it is compared). With the program sigtool:")
	g = append(g, "  sigtool backup verify words.txt", "  sigtool backup restore -o key.pem words.txt", "")
	g = append(g, backup.Wrap("WITHOUT SIGTOOL: the 24 words with numbers are BIP-39's English ones, for 256 bits. Any tool for BIP-39 "+
		"turns them into their entropy, 32 bytes (not the \"seed\" that a wallet makes of them). Leave out the line \"check\", which is "+
		"none of BIP-39's. Or look each word up in BIP-39's list of 2048 words: "+
		"its place, from 0, is 11 bits; all of them are 264 bits, the 32 bytes and 8 bits of checksum. "+
		"Write the 64 hexadecimal digits of the 32 bytes into a file, seed.hex.")...)
	g = append(g, "")
	g = append(g, backup.SeedGuide(p, "cat seed.hex")...)
	g = append(g, "")
	return append(g, backup.Wrap("THE LINE \"check\" finds words that were misread, and can replace lost ones. With the places as elements of GF(2^11) "+
		"modulo x^11+x^2+1, the 28 words are the coefficients of a polynomial, the first word's of the power 27, which is 0 at 2, 2^2, 2^3 "+
		"and 2^4: a Reed-Solomon code.")...)
}
