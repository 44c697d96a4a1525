package words

import (
	"flag"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"sigtool/backup/backuptest"
)

// sealed is the code of a seed.
func sealed(label string) (c code) {
	p := pack(backuptest.Bytes(32, label))
	c.unpack(&p)
	return c
}

// 2 generates all of the field but 0, and 1/a is what it says.
func TestField(t *testing.T) {
	seen := map[uint16]bool{}
	a := uint16(1)
	for range 1<<wordBits - 1 {
		seen[a] = true
		if mul(a, inverse(a)) != 1 || mul(a, 1) != a || mul(a, 0) != 0 {
			t.Fatalf("1/%d is %d", a, inverse(a))
		}
		a = mul(a, 2)
	}
	if len(seen) != 1<<wordBits-1 || seen[0] || a != 1 {
		t.Errorf("2 generates %d elements", len(seen))
	}
}

// By the book: the check words are the remainder of the polynomial of the words, divided by (X-a)(X-a^2)(X-a^3)(X-a^4).
func TestCheckWordsByDivision(t *testing.T) {
	divisor := []uint16{1}
	for _, root := range []uint16{2, 4, 8, 16} {
		next := append(append([]uint16{}, divisor...), 0)
		for i, d := range divisor {
			next[i+1] ^= mul(d, root)
		}
		divisor = next
	}
	for n := range 100 {
		c := sealed(strconv.Itoa(n))
		rest := c
		clear(rest[count:])
		for i := range count {
			factor := rest[i]
			for j, d := range divisor {
				rest[i+j] ^= mul(factor, d)
			}
		}
		if [checks]uint16(rest[count:]) != [checks]uint16(c[count:]) || c.sums() != [checks]uint16{} {
			t.Fatalf("the check words are %v, not %v", c[count:], rest[count:])
		}
	}
}

// wrongWords puts other words into n places.
func wrongWords(rng *rand.Rand, c code, n int) code {
	for _, at := range rng.Perm(total)[:n] {
		c[at] ^= 1 + uint16(rng.IntN(1<<wordBits-1))
	}
	return c
}

// Every wrong word in every place is put right by the check line alone.
func TestEveryWrongWord(t *testing.T) {
	t.Parallel()
	want := sealed("every wrong word")
	for at := range total {
		for change := uint16(1); change < 1<<wordBits; change++ {
			r := reading{code: want, checked: true}
			r.code[at] ^= change
			if got, _, ok := r.mend(0, false); !ok || got != want {
				t.Fatalf("word %d, %d for %d: %v", at+1, r.code[at], want[at], ok)
			}
		}
	}
}

// Whatever the sheet has lost or has wrong within what the package promises comes back, at all places.
func TestPromises(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for n := range 50 {
		want := sealed("promises" + strconv.Itoa(n))
		id := number(want.seedOf())
		for _, c := range []struct {
			stated      bool
			lost, wrong int
		}{{false, 0, 1}, {false, 1, 0}, {false, 2, 0}, {true, 0, 2}, {true, 0, 3}, {true, 1, 3}, {true, 2, 2}, {true, 3, 1}, {true, 4, 0}} {
			r := reading{code: want, checked: true}
			places := rng.Perm(total)
			for at := range total {
				switch {
				case slices.Contains(places[:c.lost], at):
					r.code[at], r.why[at], r.missing = 0, "missing", append(r.missing, at)
				case slices.Contains(places[c.lost:c.lost+c.wrong], at):
					r.code[at] ^= 1 + uint16(rng.IntN(1<<wordBits-1))
				}
			}
			if got, _, ok := r.mend(id, c.stated); !ok || got != want {
				t.Fatalf("number %v, %d lost, %d wrong: %v", c.stated, c.lost, c.wrong, ok)
			}
		}
	}
}

func (c *code) seedOf() []byte {
	p := c.pack()
	return p.seed()
}

// Of two swapped words the check line alone knows both, wherever they stand.
func TestEverySwap(t *testing.T) {
	want := sealed("swaps")
	for i := range count {
		for j := range i {
			r := reading{code: want, checked: true}
			r.code[i], r.code[j] = want[j], want[i]
			if got, _, ok := r.mend(0, false); !ok || got != want {
				t.Errorf("words %d and %d: %v", j+1, i+1, ok)
			}
		}
	}
}

var trials = flag.Int("trials", 20_000, "so many sheets that can't be put right")

// More wrong words than can be put right, with and without the number: refused, or right; never another secret.
func TestNeverAnotherSecret(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 8))
	restored := map[bool]int{}
	for n := range *trials {
		want := sealed("never" + strconv.Itoa(n%100))
		stated := n%100 == 0 // a search among all places takes long
		least := 3
		if stated {
			least = maxWrong + 1
		}
		r := reading{code: wrongWords(rng, want, least+rng.IntN(6)), checked: true}
		got, _, ok := r.mend(number(want.seedOf()), stated)
		if ok && got != want {
			t.Fatalf("ANOTHER SECRET, number %v", stated)
		}
		if ok {
			restored[stated]++
		}
	}
	t.Logf("%d sheets with 3 to 9 wrong words: %d came back, %d by their number", *trials, restored[false]+restored[true], restored[true])
}

func BenchmarkHopelessWithNumber(b *testing.B) {
	r := reading{code: wrongWords(rand.New(rand.NewPCG(1, 2)), sealed("b"), 6), checked: true}
	for b.Loop() {
		r.mend(1, true)
	}
}

func BenchmarkHopelessWithout(b *testing.B) {
	r := reading{code: wrongWords(rand.New(rand.NewPCG(1, 2)), sealed("b"), 6), checked: true}
	for b.Loop() {
		r.mend(1, false)
	}
}
