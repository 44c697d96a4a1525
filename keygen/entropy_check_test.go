package keygen_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sigtool/keygen"
)

func TestCheckDice(t *testing.T) {
	cases := []struct{ rolls, wrong string }{
		{"", "there are no rolls"},
		{" \n", "there are no rolls"},
		{"12 34 57", `a die shows 1 to 6: number 6 is '7'`},
		{"1230", `a die shows 1 to 6: number 4 is '0'`},
		{"１", `a die shows 1 to 6: number 1 is '１'`},
		{strings.Repeat("4", 50), "4 comes up 13 times in a row (rolls 1 to 13)"},
		{"31" + strings.Repeat("6", 13) + "2415", "6 comes up 13 times in a row (rolls 3 to 15)"},
		{"444444444444", "12 rolls can't be honest: they are all the same"},
		{strings.Repeat("1261621212661", 4), "52 rolls can't be honest: only 3 of the 6 faces come up"},
		{strings.Repeat("123456", 9), "54 rolls can't be honest: they repeat every 6 rolls"},
		{strings.Repeat("31425", 10) + "6", "51 rolls can't be honest: they repeat every 5 rolls"},
		{strings.Repeat("1624351", 8), "56 rolls can't be honest: they repeat every 7 rolls"},
		{strings.Repeat("616626636646656", 4), "60 rolls can't be honest: 6 comes up 40 times, where 10 are to be expected"},
		{"1234561235612346134561234561245612345613456123456", "49 rolls can't be honest: each one follows too often from the one 1 before it"},
		{strings.Repeat("1", 10_001), "more than 10000 rolls"},
	}
	for _, c := range cases {
		if _, err := keygen.CheckDice(c.rolls); err == nil || err.Error() != c.wrong {
			t.Errorf("%.60s: %v, not %s", c.rolls, err, c.wrong)
		}
	}
	bits, err := keygen.CheckDice("31 41 5\t26\n")
	if err != nil || math.Abs(bits-7*math.Log2(6)) > 1e-9 {
		t.Errorf("seven rolls: %v bits, %v", bits, err)
	}
}

func TestCheckCoins(t *testing.T) {
	cases := []struct{ tosses, wrong string }{
		{"", "there are no tosses"},
		{"HTX", `a coin shows H or T (or 1 and 0): number 3 is 'X'`},
		{"HT01", "some tosses are written as H and T and others as 1 and 0"},
		{strings.Repeat("0", 31), "0 comes up 31 times in a row (tosses 1 to 31)"},
		{strings.Repeat("HT", 30), "60 tosses can't be honest: they repeat every 2 tosses"},
		{strings.Repeat("HHTHT", 20), "100 tosses can't be honest: they repeat every 5 tosses"},
		{strings.Repeat("HHHHT", 20), "100 tosses can't be honest: H comes up 80 times, where 50 are to be expected"},
	}
	for _, c := range cases {
		if _, err := keygen.CheckCoins(c.tosses); err == nil || err.Error() != c.wrong {
			t.Errorf("%.60s: %v, not %s", c.tosses, err, c.wrong)
		}
	}
	for _, tosses := range []string{"HTTHH THT", "hTTHhTHT", "10011010"} {
		if bits, err := keygen.CheckCoins(tosses); err != nil || bits != 8 {
			t.Errorf("%s: %v bits, %v", tosses, bits, err)
		}
	}
}

// At less than one false alarm in 2^20 series, 40,000 honest ones (of a fixed generator) pass without a single one.
func TestHonestThrowsPass(t *testing.T) {
	r := rand.New(rand.NewChaCha8([32]byte{1}))
	throw := func(faces string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = faces[r.IntN(len(faces))]
		}
		return string(b)
	}
	for range 10_000 {
		for _, n := range []int{50, 100} {
			if _, err := keygen.CheckDice(throw("123456", n)); err != nil {
				t.Errorf("%d honest rolls are refused: %v", n, err)
			}
		}
		for _, n := range []int{128, 256} {
			if _, err := keygen.CheckCoins(throw("HT", n)); err != nil {
				t.Errorf("%d honest tosses are refused: %v", n, err)
			}
		}
	}
}

func FuzzCheckDice(f *testing.F) {
	for _, seed := range []string{"", "123456", "1 2\n3", "7", "HTHT", "0101", "\xff", strings.Repeat("6", 40), strings.Repeat("3141526", 20)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, check := range map[string]func(string) (float64, error){"dice": keygen.CheckDice, "coins": keygen.CheckCoins} {
			bits, err := check(text)
			if err == nil && (bits <= 0 || bits > float64(len(text))*math.Log2(6)) || err != nil && bits != 0 {
				t.Errorf("%s: %v bits, %v", name, bits, err)
			}
		}
	})
}
