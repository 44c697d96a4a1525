// Package chunk cuts the text of a sheet into the texts of QR codes, and puts it together again from any of them that suffice: exactly
// that text, or an error that names the codes that are missing.
//
// What follows is the whole of the format, version 1.
//
// # Text
//
// The text is the sheet as its codec's Decode reads it, without prose: the title line with the code's name, REHEARSAL where it is one,
// the statements of the head without their remarks, and the rows. Runs of spaces become one; in rows without small
// letters, which are a number and groups of characters, the groups are closed up.
//
// # Parts
//
// The text is compressed by DEFLATE (RFC 1951) and cut into k data parts of equal size, the last one filled with zeros. m
// parity parts follow: Reed-Solomon over GF(2^8) modulo x^8+x^4+x^3+x^2+1, byte by byte. With n = k+m, take the n by k matrix of r^c
// (row r, column c, both from 0, 0^0 = 1), times the inverse of its first k rows: its last m rows make the parity parts. m is the least
// that is a fifth of n, rounded up, so one code in five may be lost, and of two codes one.
//
// # Code
//
// One part is one QR code, at most 400 characters of QR's alphanumeric mode, so version 12 at level M at most:
//
//	ST1/L/QPZRY9X8/3/7/5/1234/GF2TVDW0/S3JN…/54KHCE6M
//	 │  │  │       │ │ │  │    │        │     └ check: the first 40 bits of the SHA-256 of all before it, the last slash included
//	 │  │  │       │ │ │  │    │        the part: its bytes, highest bit first, filled with zero bits to whole characters
//	 │  │  │       │ │ │  │    └ digest: the first 40 bits of the SHA-256 of all that was cut
//	 │  │  │       │ │ │  └ its size in bytes, without the filling
//	 │  │  │       │ │ └ k, data parts
//	 │  │  │       │ └ n, parts
//	 │  │  │       └ number of this part, from 1
//	 │  │  └ the document's number, without its dash
//	 │  └ the codec: the first letter of its name, which the title line has whole
//	 └ version
//
// Check, digest and data are written in backup.Alphabet, five bits to a character. Numbers have no leading zeros.
//
// # Reading
//
// Parts belong together if all but their number, data and check are the same: two printings of one document with different
// heads never mix. A part whose check fails is refused. The digest then proves the whole.
//
// # What is wiped
//
// The text, the compressed bytes and the parts are wiped. The texts of codes are strings, as the makers and the readers of QR codes want
// them, and the tables of DEFLATE are its own: neither can be wiped.
package chunk
