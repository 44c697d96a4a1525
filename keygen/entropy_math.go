package keygen

import "math"

// tail is the probability that one face out of faces comes up count times or a number still farther on the same side of the mean, in n
// honest throws: the tail of the binomial distribution, added up term by term.
func tail(n, count, faces int) float64 {
	from, to := count, n
	if float64(count) < float64(n)/float64(faces) {
		from, to = 0, count
	}
	p := 1 / float64(faces)
	sum := 0.0
	for k := from; k <= to; k++ {
		sum += math.Exp(logChoose(n, k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
	}
	return sum
}

// far spares tail's work for a count within three standard deviations of the mean, where the tail is above 2^-12.
func far(n, count, faces int) bool {
	mean := float64(n) / float64(faces)
	return math.Abs(float64(count)-mean) > 3*math.Sqrt(mean*(1-1/float64(faces)))
}

// choose is the number of ways to pick k of n.
func choose(n, k int) float64 { return math.Round(math.Exp(logChoose(n, k))) }

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}
