package backup

// Alphabet is bech32's (BIP-173), in capitals: character i is the five-bit number i. It leaves out 1, B, I and O.
const Alphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"

// LookAlikes are the characters of the alphabet that a letter or digit which is none of it may be a slip for, the likeliest first; none
// for any other character.
func LookAlikes(c byte) string {
	switch c {
	case 'O':
		return "0QD"
	case 'I', '1':
		return "L7JT"
	case 'B':
		return "83E6R"
	}
	return ""
}
