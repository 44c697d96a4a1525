// Package fivebit cuts bytes into numbers of five bits, as the characters of bech32 carry them, and goes back.
package fivebit

// Append cuts bytes into five-bit numbers, the highest bits first, with zeros behind the last. Neither it nor AppendOctets branches on what
// it cuts.
func Append(fives, octets []byte) []byte {
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
