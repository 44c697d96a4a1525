package backup

import "bytes"

// fewest is how many words of a list a text must have, with numbers or without.
const fewest = 16

// likeWords tells words of BIP-39 from shares of SLIP-39 by the lists: of the words of one, a third or half are of the other too. Rows count that
// are words of a list and little else.
func likeWords(rows [][]byte) string {
	bip, slip, wordRows, other := 0, 0, 0, 0
	for _, row := range rows {
		row, _, _ = bytes.Cut(row, []byte("#"))
		if readFields(bytes.TrimSpace(row)) != nil || inFours(row) {
			continue
		}
		list, dirty := tokens(row)
		b, s, words := countListed(list)
		if words == 0 && !dirty {
			continue
		}
		if dirty || 4*max(b, s) < 3*words {
			other++
			continue
		}
		bip, slip, wordRows = bip+b, slip+s, wordRows+1
	}
	switch {
	case max(bip, slip) < fewest || other > wordRows+6:
		return ""
	case bip > slip+3:
		return "words"
	case slip > bip+3:
		return "shares"
	}
	return ""
}

// countListed counts the words of a row, and those that are of each list.
func countListed(tokens [][]byte) (bip, slip, words int) {
	for _, t := range tokens {
		if isDigit(t[0]) || bytes.IndexByte(t, '?') >= 0 || len(t) < 3 {
			continue
		}
		words++
		ofBIP39, ofSLIP39 := listed(t)
		if ofBIP39 {
			bip++
		}
		if ofSLIP39 {
			slip++
		}
	}
	return bip, slip, words
}
