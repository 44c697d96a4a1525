// Package codex32 writes a 32-byte seed as one BIP-93 string of 74 characters, or as up to 31 such strings of which any 2 to 9 restore
// it: any codex32 tool and the paper volvelles read them, and a few wrong or unreadable characters are put right and shown.
//
// The string is BIP-93's, with the human-readable part "ms", for that is the one that every tool knows. A wallet would therefore take the
// 32 bytes for the master seed of BIP-32. They are the 32 bytes of a key for signing; what makes a key of them is the derivation in the
// head of the sheet.
//
//	MS1 | threshold 1 | identifier 4 | index 1 | 52 characters: 32 bytes and 4 bits of padding | checksum 13
//
// A single string has the threshold 0 and the index S, and its identifier is the first 20 bits of the key's fingerprint, or SEED without
// one. A set of shares has an identifier of chance. Capitals, groups of four, three numbered rows of 7, 7 and 5 groups.
//
// The checksum is a BCH code: it puts right up to 4 wrong characters or up to 8 that can't be read (?), or both where 2 for each wrong
// one and 1 for each unreadable one make no more than 8. Beyond that it takes text damaged without measure for another string about once
// in 40 million times. So the head carries a document number, the first 40 bits of the SHA-256 of the string without identifier and
// checksum: a string below a head is believed only with its number, and then more is tried: characters and groups
// that were lost, doubled or swapped, up to 13 unreadable ones. Without a head, a string with a correction is what BIP-93 allows and
// no more: look at what was corrected, and compare the key's fingerprint. A string that is nothing like the one whose number stands above
// both is read as one without a head.
//
// BIP-93 has no proof that shares make the secret they were made from: whoever can write a checksum can forge a share. So the
// heads of shares carry a check, the document number of the secret's own string; shares whose heads have one are refused where they make
// another secret. Like the fingerprint of the key, it says nothing that could be put to use of the 256 bits of a seed. Shares without heads are
// proven by making the key and comparing its fingerprint. More shares than needed are compared; with two more, the odd one is named.
//
// A share beyond repair is left out, and named, where the others are enough and a check or one share more than needed proves them. One that
// is sound and does not fit is never left out: whoever holds it should know.
package codex32
