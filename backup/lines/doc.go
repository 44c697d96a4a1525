// Package lines writes any secret as numbered lines of characters: any two lines that are lost, or wrong in any way, come back
// exactly, and with more the sheet is refused and every line at fault is named.
//
// What follows is the whole of the format, version 1. Numbers of more than one byte have their highest byte first.
//
// # Frame
//
// The frame holds the secret and what the head of the sheet says of it, so that the lines alone bring both back:
//
//	byte 0     version, 1
//	byte 1     kind: 1 sealed-key, 2 key, 3 seed, 4 passphrase, 5 data, 6 age-key (see backup.Kind)
//	byte 2     flags: bit 0 rehearsal; the others are 0
//	byte 3-6   date: the digits of YYYYMMDD, two to a byte (20 26 11 21 in hexadecimal), or zeros for none
//	byte 7-    label:       one byte of length, at most 64, then printable UTF-8
//	           algorithm:   one byte of length, at most 32, then printable ASCII without spaces
//	           derivation:  as algorithm
//	           fingerprint: one byte of length, 0 or 32, then the SHA-256 of the public key (DER SubjectPublicKeyInfo)
//	           secret:      two bytes of length, 1 to 4096, then the secret
//	           padding:     the bytes 1, 2, 3 … , as few as make the frame whole lines, three lines at least
//	last 16    digest: the first 16 bytes of the SHA-256 of all bytes before them
//
// The first 40 bits of the digest are the document's number, printed as eight characters, QPZR-Y9X8.
//
// # Lines
//
// The frame is cut into k lines of 20 bytes, at most 253. Two lines for repair follow them, so that a sheet has k+2 lines. They are P
// and Q of RAID-6: byte by byte, P is the XOR of the data lines, and Q the sum of 2^(n-1) times data line n, n from 1, in GF(2^8)
// modulo x^8+x^4+x^3+x^2+1. A Reed-Solomon library would repair as much, by a matrix that only its source describes; this takes two
// sentences on the sheet and forty lines in any language. Two lost data lines x and y, with P' and Q' the sums over those that
// are left and a = P+P', b = Q+Q':
//
//	D(x) = (2^(y-1)*a + b) / (2^(x-1) + 2^(y-1))       D(y) = D(x) + a
//
// The 160 bits of a line, highest first, are 32 numbers of five bits, printed in bech32's alphabet (BIP-173) in capitals:
// QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L, Q for 0 to L for 31. Eight check characters follow:
//
//	07/19  QPZR Y9X8 GF2T VDW0  S3JN 54KH CE6M UA7L   QPZR Y9X8
//	 │  │  └──────── 32 characters of data ───────┘   └ check ┘
//	 │  lines on the sheet
//	 number of the line, from 1
//
// # Pages
//
// A sheet of more than 30 lines is printed on as few pages as have room for 30 each, all but the last with the same number of lines:
// of t lines on n pages each has t/n, rounded up. Below each stands
//
//	page 2 of 5, lines 28 to 54, check QPZR-Y9X8, document JN54-KHCE
//
// The check of a page is the first 40 bits of the SHA-256 of the letters and digits of its lines, numbers included, in capitals, each
// line ended by a line feed. Pages are no part of the code. Lines restore in any order without a word of them, and what stands below a
// page is never believed: it names the page of a fault (else the rule above does), tells that a page is whole where a sheet
// is refused, and is listed in Restored.HeaderDiffers where the proven lines say otherwise.
//
// # Check
//
// The check is the 40-bit BCH code over GF(32) of CashAddr (the address format of Bitcoin Cash, version 1.0, 2017), over 36 values:
// the line's number and the number of lines, two values each, the high one first, then the data. As there, the remainder is taken
// of 1, these values and eight zeros:
//
//	c = 1
//	for each value v:
//		t = c >> 35
//		c = (c & 0x7ffffffff) << 5 ^ v
//		for i = 0 … 4, if bit i of t is set: c = c ^ g[i]
//	g = 0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8, 0x1e4f43e470
//
// and where CashAddr ends with c ^ 1, here it is c ^ the document's number. So the check is wrong for a line typed under another
// number, and a line of another sheet gives another number than the lines around it: the lines of a text are put to the vote.
//
// The code has 44 values here. It notices up to 5 wrong characters in a line, wherever they are (a test computes it; the published
// claim of 6 does not hold at this length), and any run of up to 8. Of all else one in 2^40 escapes. Bech32's own check of six
// characters notices 4 and misses one in 2^30; BIP-93's of thirteen is made to correct in the line, which is never done here: a line is
// right or it is rebuilt from the others, and the digest of the frame decides.
//
// # Reading
//
// Only lines that begin with a number are read. Small letters, spaces, dashes, other groups, a missing total, any order and copies of
// a line are fine. O is taken for 0, I and 1 for L, B for 8 if the check then fits, and else for other characters that look like
// them; up to four characters of a line typed as ? are worked out from its check. A character of the alphabet is never changed
// on the strength of the check alone. A line that is missing, does not fit, or is there in two readings that both fit, is lost. Up to two lost lines
// are rebuilt. If the digest then does not hold, lines are taken for lost in turn, as far as two allow, until it does. Whatever
// was not as printed is in Restored.Corrections.
//
// A sheet that is refused names each line at fault, and a page of which there is nothing once. Entry holds each line to the document's
// number while a person types: the number that the head gives, or else the one that most lines have. Nothing is changed there; the
// typist is shown where to look, and has the last word.
//
// # What is wiped
//
// Buffers with the secret or its characters are wiped, except the strings of Corrections, which show pieces of the paper to
// whoever typed it, and short-lived copies that the garbage collector or the hash may keep.
package lines
