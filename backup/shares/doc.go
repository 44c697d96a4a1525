// Package shares spreads a 32-byte seed over sheets of 33 words, of which so many bring it back and fewer tell nothing of it. It is
// SLIP-39 exactly, so any SLIP-39 tool restores the seed too.
//
// A sheet is one share, 330 bits in words of 10 bits (SLIP-39's list of 1024 words), the first bit first:
//
//	15  identifier, the same in every share of a set; the sheet calls it Set, in four hexadecimal digits
//	 1  extendable, always 1 here: the identifier takes no part in the cipher
//	 4  iteration exponent, always 0 here (see below)
//	 4  number of the group          4  groups needed, less 1        4  groups, less 1
//	 4  number of the share in it    4  shares needed, less 1        4  zero, so that the value ends with a word
//	256 value of the share
//	30  RS1024 checksum of all that
//
// A value is a point on a polynomial over GF(256) for each byte. At 255 the polynomials give the secret, at 254 four bytes of its
// HMAC-SHA256 and that HMAC's random key, which prove that the shares belong together. Groups are spread the same way: the secret
// of a group is a point on the polynomials of the whole. That whole is the seed after four Feistel rounds of PBKDF2.
//
// There is no passphrase. SLIP-39 has one, but a wrong one is not noticed: it gives another seed without a word. A person who
// forgets it, or mistypes it twenty years on, has sound paper and a wrong key, and nothing says why. Who wants a passphrase seals
// the key instead (a wrong one is then refused). The functions below the codec take one, as the standard's vectors do. Without a
// passphrase there is nothing to slow down the guessing of, so the exponent is 0; on reading, it may be up to 8.
//
// The sheet's document number is the first 40 bits of the SHA-256 of its 33 words, in small letters with one space between, printed
// as backup.FormatID does; another tool's shares have none. The checksum detects any three wrong words and misses more once in
// 2^30; the standard forbids to correct by it alone, as that could make a sound share of another set. Here it locates a wrong word
// and says so. With the document number, the two together prove a correction (70 bits): up to three words missing, two wrong, two
// missing and one wrong, one missing and two wrong, or a whole row wrong, are put right and listed; so are any number of words that
// are one slip away from a single word of the list, and numbers typed twice differently. That something else is taken for right, when
// more is wrong than that, has a chance of one in 2^30 (see maxUnknown). A share that can't be put right is left out, and that is
// said, where the others are enough; those have to fit as ever.
//
// Reading takes any number of texts with any number of shares: printed sheets, rows of numbered words in any order (where number 1
// comes again after most of a share, the next begins), or words without numbers, a share to a line or 33 words after each other.
// Four letters do for a word. In corrections and faults a page is the share's place among those given, from 1, and a line is the number of a word.
package shares
