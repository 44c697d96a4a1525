package main

import (
	"strings"
	"sync"
)

// plainLetters are letters of European names behind what stands for each of them in ASCII, and marks that people's editors put into plans.
const plainLetters = `A ÀÁÂÃÄÅĀĂĄ a àáâãäåāăą C ÇĆĈĊČ c çćĉċč D ĎĐÐ d ďđð E ÈÉÊËĒĔĖĘĚ e èéêëēĕėęě G ĜĞĠĢ g ĝğġģ H ĤĦ h ĥħ I ÌÍÎÏĨĪĬĮİ i ìíîïĩīĭįı
J Ĵ j ĵ K Ķ k ķ L ĹĻĽĿŁ l ĺļľŀł N ÑŃŅŇ n ñńņň O ÒÓÔÕÖØŌŎŐ o òóôõöøōŏő R ŔŖŘ r ŕŗř S ŚŜŞŠȘ s śŝşšș T ŢŤŦȚ t ţťŧț U ÙÚÛÜŨŪŬŮŰŲ u ùúûüũūŭůűų
W Ŵ w ŵ Y ÝŶŸ y ýŷÿ Z ŹŻŽ z źżž AE Æ ae æ OE Œ oe œ SS ẞ ss ß TH Þ th þ - –—‐‑− ' ‘’‚ " “”„«» ... … EUR €`

// plainLetter finds what stands for a letter.
var plainLetter = sync.OnceValue(func() map[rune]string {
	found := map[rune]string{'\u00a0': " "}
	words := strings.Fields(plainLetters)
	for i := 0; i < len(words); i += 2 {
		for _, letter := range words[i+1] {
			found[letter] = words[i]
		}
	}
	return found
})

// ascii is text without what the kernel's font may not have, or what drives a terminal: letters stand without their marks, and a question mark for
// each other character.
func ascii(text string) string {
	var b strings.Builder
	for _, c := range text {
		plain, known := plainLetter()[c]
		switch {
		case c >= ' ' && c <= '~':
			b.WriteRune(c)
		case known:
			b.WriteString(plain)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}
