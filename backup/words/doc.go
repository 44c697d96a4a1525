// Package words writes a 32-byte seed as 24 words of BIP-39's English list, which any BIP-39 tool brings back, and four more that find
// the wrong word. What is put right is proven and listed; what can't be proven is refused.
//
// The 24 are those of BIP-39 for 256 bits of entropy: the seed, then the first 8 bits of its SHA-256, cut into 24 numbers of 11 bits.
// They are printed with their numbers, 1 to 24, four to a row. The document's number on the sheet is the first 40 bits of that same
// SHA-256, printed as backup.FormatID does, so that its first 8 bits are BIP-39's own checksum.
//
// Below them stands the check line (since version 2 of the sheet; the first had none and is read as ever): "check" and four words
// without numbers. The 28 words as numbers w1 ... w28 of GF(2^11), modulo x^11+x^2+1, are a Reed-Solomon code RS(28,24): the polynomial
//
//	w1*X^27 + w2*X^26 + ... + w24*X^4 + w25*X^3 + ... + w28
//
// is 0 at X = a, a^2, a^3 and a^4, where a is the number 2. A person with a BIP-39 tool leaves the check line out.
//
// What is put right, and how likely it is that something else is taken for right, when more is wrong than that:
//
//	with the document's number and the check line: any four words, three at most of them at unknown places    2^-28
//	with the number alone: one word that is missing or wrong, or two swapped                                  2^-24
//	with the check line alone: two missing words                                                              2^-30
//	with the check line alone: one wrong word, two swapped                                                    2^-36
//	with neither: nothing; BIP-39's checksum refuses what is wrong                                            2^-8
//
// (The first: with one place missing, three of the 27 others are searched in C(27,3) = 2925 ways, each of which has to fit 40 bits.
// The second: 24*2048 words and 276 swaps against 40 bits. The third: two sums of 11 bits and the 8 of BIP-39. The fourth: 28*2047
// changes against 44+8 bits.) With the check line whole and nothing to put right it is 2^-52.
//
// The words alone carry nothing but the seed: label, algorithm, derivation and fingerprint come back from the head, if it is there,
// and nothing proves them before the key is made again and its fingerprint compared.
//
// Reading takes a whole sheet, rows of numbered words in any order, or 24 words without numbers in order, each with the check line or
// without. Four letters do for a word, as in BIP-39; ? stands for what can't be read.
package words
