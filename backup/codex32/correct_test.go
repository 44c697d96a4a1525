package codex32

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// sample is a sound data part of the length wanted by a checksum, of random symbols.
func sample(rng *rand.Rand, c *checksum, n int) word {
	w := make(word, n)
	for i := range w {
		w[i] = byte(rng.IntN(32))
	}
	w[0], w[5] = symbolOf('0'), secretIndex
	c.seal(w)
	return w
}

// hurt changes so many symbols to other ones and erases so many more.
func hurt(rng *rand.Rand, w word, wrong, erased int) word {
	w = slices.Clone(w)
	for i, at := range rng.Perm(len(w))[:wrong+erased] {
		if i < wrong {
			w[at] ^= byte(1 + rng.IntN(31))
		} else {
			w[at] = unknown
		}
	}
	return w
}

// Whatever 2·wrong + erased ≤ 8 allows comes back, in the short strings and the long.
func TestEverythingPromisedIsCorrected(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 93))
	for _, shape := range []struct {
		c *checksum
		n int
	}{{&short, 45}, {&short, dataLen}, {&short, 93}, {&long, 96}, {&long, 124}} {
		for wrong := 0; wrong <= 4; wrong++ {
			for erased := 0; 2*wrong+erased <= span; erased++ {
				for range 40 {
					good := sample(rng, shape.c, shape.n)
					bad := hurt(rng, good, wrong, erased)
					places, ok := shape.c.correct(bad, 4)
					if !ok || !slices.Equal(bad, good) || len(places) != wrong+erased {
						t.Fatalf("%d characters, %d wrong, %d erased: %v", shape.n, wrong, erased, ok)
					}
				}
			}
		}
	}
}

// As many characters in a row as the checksum has can be filled in.
func TestBurstsAreFilled(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 93))
	for _, c := range []*checksum{&short, &long} {
		for range 100 {
			good := sample(rng, c, c.maxData)
			bad := slices.Clone(good)
			for i, at := 0, rng.IntN(len(bad)-c.len()); i < c.len(); i++ {
				bad[at+i] = unknown
			}
			if _, ok := c.correct(bad, 0); !ok || !slices.Equal(bad, good) {
				t.Fatal("a burst did not come back")
			}
		}
	}
}

// Five to eight wrong symbols are never taken for a sound string, and rarely for one with four.
func TestBeyondThePromise(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 93))
	trials := 5000
	if testing.Short() {
		trials = 500
	}
	miscorrected := 0
	for i := range trials {
		good := sample(rng, &short, dataLen)
		bad := hurt(rng, good, 5+i%20, 0)
		was := slices.Clone(bad)
		if places, ok := short.correct(bad, 4); ok {
			miscorrected++
			if len(places) > 4 || !isZero(short.gap(bad)) {
				t.Fatal("what was corrected is not sound")
			}
		} else if !slices.Equal(bad, was) {
			t.Fatal("what can't be corrected was changed")
		}
	}
	t.Logf("%d of %d with 5 to 24 wrong characters were taken for another string", miscorrected, trials)
	if miscorrected > 1 {
		t.Error("far more than the 1 in 40 million that BIP-93's code lets one expect")
	}
}

func TestFields(t *testing.T) {
	for a := range 32 {
		if a > 0 && mul(byte(a), inverse(byte(a))) != 1 {
			t.Errorf("%d has the inverse %d", a, inverse(byte(a)))
		}
		if c := letter(byte(a)); symbolOf(c) != byte(a) {
			t.Errorf("%d is written %c", a, c)
		}
	}
	for _, c := range []byte("BIO1bz? \xff\x00") {
		if symbolOf(c) != unknown {
			t.Errorf("%q is of the alphabet", c)
		}
	}
	for _, c := range []struct {
		root  element
		order int
	}{{short.root, 93}, {long.root, 1023}} {
		for n := 1; n <= c.order; n++ {
			if (c.root.power(n) == 1) != (n == c.order) {
				t.Errorf("the power %d of the root is %x", n, c.root.power(n))
			}
		}
		if c.root.times(c.root.inverse()) != 1 {
			t.Error("no inverse")
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("ms10testsxxxxxxxxxxxxxxxxxxxxxxxxxx4nzvca9cmczlw"))
	f.Add([]byte("MS12NAMEA320ZYXWVUTSRQPNMLKJHGFEDCAXRPP870HKKQRM"))
	f.Add([]byte("ms1" + strings.Repeat("q", 124)))
	f.Fuzz(func(t *testing.T, text []byte) {
		w, err := parse(text)
		if err != nil {
			return
		}
		again, err := parse(w.text())
		if err != nil || !slices.Equal(w, again) || len(w.bytes()) < 16 || len(w.bytes()) > 64 {
			t.Fatalf("%s: %v", w.text(), err)
		}
	})
}

func BenchmarkCorrect(b *testing.B) {
	rng := rand.New(rand.NewPCG(3, 93))
	bad := hurt(rng, sample(rng, &short, dataLen), 4, 0)
	for b.Loop() {
		short.correct(slices.Clone(bad), 4)
	}
}
