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

// AppendFives cuts bytes into five-bit numbers, the highest bits first, with zeros behind the last. Neither it nor AppendOctets branches
// on what it cuts.
func AppendFives(fives, octets []byte) []byte {
	bits, n := uint(0), 0
	for _, octet := range octets {
		bits, n = bits<<8|uint(octet), n+8
		for ; n >= 5; n -= 5 {
			fives = append(fives, byte(bits>>(n-5)&31))
		}
	}
	if n > 0 {
		fives = append(fives, byte(bits<<(5-n)&31))
	}
	return fives
}

// AppendOctets goes back. Bits that are left over, fewer than eight, it drops.
func AppendOctets(octets, fives []byte) []byte {
	bits, n := uint(0), 0
	for _, five := range fives {
		bits, n = bits<<5|uint(five), n+5
		if n >= 8 {
			n -= 8
			octets = append(octets, byte(bits>>n))
		}
	}
	return octets
}
