package codex32

import (
	"io"
	"slices"

	"sigtool/internal/secret"
)

// indexes are the names of shares in the order in which they are given out: BIP-93's letters of the alphabet, then its digits.
const indexes = "ACDEFGHJKLMNPQRTUVWXYZ023456789"

// maxShares is how many shares a set can have.
const maxShares = len(indexes)

// interpolate returns the string of a set at an index, from as many strings of the set as its threshold. All of a string,
// checksum included, is the value of a polynomial over GF(32); the indexes are no secrets, the values are.
func interpolate(words []word, index byte) word {
	result := make(word, len(words[0]))
	for i, w := range words {
		weight := byte(1)
		for j, other := range words {
			if i != j {
				weight = mul(weight, mul(index^other.index(), inverse(w.index()^other.index())))
			}
		}
		for k, symbol := range w {
			result[k] ^= mul(weight, symbol)
		}
	}
	return result
}

// spread makes a set of shares of a payload: threshold-1 of them are random, the rest follow from those and the secret.
func spread(payload []byte, identifier string, need, of int, random io.Reader) ([]word, error) {
	known := []word{newWord(need, identifier, secretIndex, payload)}
	defer func() { secret.Wipe(known[0]) }()
	var shares []word
	for i := range of {
		index := symbolOf(indexes[i])
		if len(known) == need {
			shares = append(shares, interpolate(known, index))
			continue
		}
		chance := make([]byte, len(payload))
		if err := readSymbols(random, chance); err != nil {
			return nil, err
		}
		share := newWord(need, identifier, index, chance)
		secret.Wipe(chance)
		shares, known = append(shares, share), append(known, share)
	}
	return shares, nil
}

func readSymbols(random io.Reader, symbols []byte) error {
	_, err := io.ReadFull(random, symbols)
	for i := range symbols {
		symbols[i] &= symbolMask
	}
	return err
}

// agree tells whether all shares lie on one polynomial of their threshold.
func agree(words []word) bool {
	need := words[0].threshold()
	if len(words) < need {
		return true
	}
	for _, w := range words[need:] {
		made := interpolate(words[:need], w.index())
		same := slices.Equal(made, w)
		secret.Wipe(made)
		if !same {
			return false
		}
	}
	return true
}
