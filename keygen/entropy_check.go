package keygen

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode"
)

// An honest person with an honest die must never be sent back: each single statistic of the proportion test refuses honest rolls with a
// probability of at most 2^-28. There are 17 of them (for each of six faces: too many, too few; and five numbers of faces) over nine
// sequences (the rolls and their differences at eight distances), 153 in all, which makes less than 2^-20 for the whole test.
const proportionAlpha = 1.0 / (1 << 28)

// farthest is the greatest distance between two rolls that are compared: shorter patterns, typed instead of rolled, are noticed.
const farthest = 8

const maxRolls = 10_000

// source is what the operator throws: its faces, and what to call it.
type source struct {
	faces  int
	show   string // the faces, in the order of their values
	throws string // "rolls"
	legend string // what is allowed, for the error message
	// The repetition count test of NIST SP 800-90B section 4.4.1 with a false alarm rate of 2^-30 a throw: 1+ceil(30/log2 faces).
	cutoff int
}

var (
	die  = source{6, "123456", "rolls", "a die shows 1 to 6", 13}
	coin = source{2, "TH", "tosses", "a coin shows H or T (or 1 and 0)", 31}
)

// CheckDice reads the rolls of a six-sided die, 1 to 6 with white space as one likes, and returns how many bits of entropy they hold if
// they are honest: 2.585 for each, so that 50 rolls make 128 bits and 100 make 256. It refuses what fewer than one honest series in a
// million shows: one face again and again, faces that are missing or come far too often, short patterns that repeat. The error names
// what is wrong. Passing proves nothing: rolls that someone else has seen, or made up with care, pass too.
func CheckDice(rolls string) (bits float64, err error) {
	values, err := die.parse(rolls, func(r rune) int { return int(r - '1') })
	if err != nil {
		return 0, err
	}
	return die.check(values)
}

// CheckCoins does for tosses of a coin what CheckDice does for dice: H and T, or 1 and 0, one bit each.
func CheckCoins(tosses string) (bits float64, err error) {
	if strings.ContainsAny(tosses, "01") && strings.ContainsAny(tosses, "HhTt") {
		return 0, errors.New("some tosses are written as H and T and others as 1 and 0")
	}
	coin := coin
	if strings.ContainsAny(tosses, "01") {
		coin.show = "01"
	}
	values, err := coin.parse(tosses, func(r rune) int {
		switch r {
		case 'T', 't', '0':
			return 0
		case 'H', 'h', '1':
			return 1
		}
		return -1
	})
	if err != nil {
		return 0, err
	}
	return coin.check(values)
}

func (s source) parse(text string, value func(rune) int) ([]int, error) {
	var values []int
	for _, r := range text {
		if unicode.IsSpace(r) {
			continue
		}
		v := value(r)
		if v < 0 || v >= s.faces {
			return nil, fmt.Errorf("%s: number %d is %q", s.legend, len(values)+1, r)
		}
		if len(values) == maxRolls {
			return nil, fmt.Errorf("more than %d %s", maxRolls, s.throws)
		}
		values = append(values, v)
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("there are no %s", s.throws)
	}
	return values, nil
}

func (s source) check(values []int) (bits float64, err error) {
	if err := s.repetition(values); err != nil {
		return 0, err
	}
	if odd := s.oddity(values); odd != "" {
		return 0, fmt.Errorf("%d %s can't be honest: %s", len(values), s.throws, odd)
	}
	return float64(len(values)) * math.Log2(float64(s.faces)), nil
}

// repetition refuses a long run of one face.
func (s source) repetition(values []int) error {
	run := 1
	for i := 1; i < len(values); i++ {
		if values[i] != values[i-1] {
			run = 1
		} else if run++; run == s.cutoff {
			return fmt.Errorf("%c comes up %d times in a row (%s %d to %d)", s.show[values[i]], run, s.throws, i+2-run, i+1)
		}
	}
	return nil
}

// oddity says what the proportion test finds, "" for nothing. The differences between honest throws at one distance, modulo the number
// of faces, are as evenly spread and as independent as the throws, so one test serves for both.
func (s source) oddity(values []int) (found string) {
	if _, odd := s.proportion(values); odd != "" {
		return odd
	}
	for distance := 1; distance <= farthest && distance < len(values); distance++ {
		differences := make([]int, len(values)-distance)
		for i := range differences {
			differences[i] = (values[i+distance] - values[i] + s.faces) % s.faces
		}
		switch difference, odd := s.proportion(differences); {
		case odd == "":
		case difference == 0:
			return fmt.Sprintf("they repeat every %d %s", distance, s.throws)
		case found == "":
			found = fmt.Sprintf("each one follows too often from the one %d before it", distance)
		}
	}
	return found
}

// proportion returns the value that is too frequent (or else another one) and what is odd about the values.
func (s source) proportion(values []int) (most int, odd string) {
	n := len(values)
	counts := make([]int, s.faces)
	for _, v := range values {
		counts[v]++
	}
	used := 0
	for face, count := range counts {
		if count > 0 {
			used++
		}
		if count > counts[most] {
			most = face
		}
	}
	switch {
	case used == s.faces:
	case choose(s.faces, used)*math.Pow(float64(used)/float64(s.faces), float64(n)) > proportionAlpha:
	case used == 1:
		return most, "they are all the same"
	default:
		return most, fmt.Sprintf("only %d of the %d faces come up", used, s.faces)
	}
	for i := range s.faces {
		face := (most + i) % s.faces // what is too frequent says more than what is missing for it
		if count := counts[face]; far(n, count, s.faces) && tail(n, count, s.faces) <= proportionAlpha {
			return most, fmt.Sprintf("%c comes up %d times, where %.0f are to be expected", s.show[face], count, float64(n)/float64(s.faces))
		}
	}
	return most, ""
}
