package ceremony

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// maxThrows bounds what is typed of one source.
const maxThrows = 4096

// source is a kind of throw.
type source struct {
	name, one, many string // "dice", "roll", "rolls"
	faces, how      string
	least           int
	check           func(string) (float64, error)
}

// entropyStep fills the pool: the kernel's generator always, and what the plan wants from people. The machine tells the digest of its
// part before anybody throws.
func (r *Run) entropyStep() ([]Step, error) {
	sum := r.kernel.Digest()
	if err := r.log.Append(StepEntropy, transcript.EventCommitment, map[string]string{"sha256": hex.EncodeToString(sum[:])}); err != nil {
		return nil, err
	}
	if err := r.log.Append(StepEntropy, transcript.EventSource, map[string]string{"source": "kernel", "health": "passed"}); err != nil {
		return nil, err
	}
	text := []string{"The kernel's part of the randomness is drawn, and this is its digest, to be written down before anybody throws: the machine can't choose its part to go with the throws any more."}
	if r.plan.Entropy == (Entropy{}) {
		text = append(text, "The plan asks for no dice and no coins: all randomness comes from the kernel's generator.")
	}
	steps := []Step{{ID: StepEntropy, Prompt: Prompt{Kind: Notice, Text: text, Table: digestRows("commitment", sum)}, Take: r.tellOpening}}
	for _, s := range []source{
		{"dice", "roll", "rolls", "123456", "Throw a six-sided die and type what it shows, 1 to 6.", r.plan.Entropy.Dice, keygen.CheckDice},
		{"coins", "toss", "tosses", "HT01hthT", "Toss a coin and type H or T.", r.plan.Entropy.Coins, keygen.CheckCoins},
	} {
		if s.least > 0 {
			steps = append(steps, r.throws(s, r.keep(secret.New(maxThrows)), 0))
		}
	}
	return steps, nil
}

// tellOpening records the kernel's part itself, in a rehearsal alone: with the throws it makes the throw-away keys again, which shows to whoever
// computes it that the digest means something. In earnest it is half of the secret of every key.
func (r *Run) tellOpening(Answer) ([]Step, error) {
	if r.mode != Rehearsal {
		return nil, nil
	}
	return nil, r.log.Append(StepEntropy, "opening", map[string]string{"kernel": hex.EncodeToString(r.kernel.Opening())})
}

// throws asks for throws until there are enough, a line at a time; count are there already. They never leave the secret typed.
func (r *Run) throws(s source, typed *secret.Bytes, count int) Step {
	return Step{ID: StepEntropy, Prompt: Prompt{
		Kind: Secret, Hidden: true, Again: count > 0, Who: r.plan.Operator().String(),
		Text: []string{
			s.how + " As many a line as you like; spaces don't count. Nothing is shown while you type, and nobody should see what you throw.",
			"What you throw is mixed with the kernel's generator: either alone is enough to keep the keys secret.",
		},
		Ask: fmt.Sprintf("%s, %d of %d so far", capital(s.many), count, s.least),
	}, Take: func(a Answer) ([]Step, error) {
		added, err := s.take(a.Secret.Bytes(), typed.Bytes()[count:])
		if err != nil {
			return nil, err
		}
		if total := count + added; total < s.least {
			return []Step{r.throws(s, typed, total)}, nil
		} else {
			defer typed.Destroy()
			return r.mix(s, typed.Bytes()[:total])
		}
	}}
}

// take copies the throws of a line behind those that are there.
func (s source) take(line, into []byte) (int, error) {
	n := 0
	for i, c := range line {
		switch {
		case unicode.IsSpace(rune(c)):
		case strings.IndexByte(s.faces, c) < 0:
			return 0, refusal{why: fmt.Sprintf("character %d is not a %s; the line was not taken", i+1, s.one)}
		case n == len(into):
			return 0, refusal{why: fmt.Sprintf("that is more than %d %s", maxThrows, s.many)}
		default:
			into[n] = c
			n++
		}
	}
	if n == 0 {
		return 0, refusal{why: "the line is empty"}
	}
	return n, nil
}

// mix tests the throws for what no honest person would throw and puts them into the pool, or has them all thrown again.
func (r *Run) mix(s source, throws []byte) ([]Step, error) {
	bits, err := s.check(string(throws)) // a copy that nobody can wipe, of something that is no key before it is mixed
	if err != nil {
		step := r.throws(s, r.keep(secret.New(maxThrows)), 0)
		step.Prompt.Warning = "All " + s.many + " are put away, for they do not look thrown: " + err.Error() + ". Please start again."
		return []Step{step}, r.log.Append(StepEntropy, transcript.EventRefused, map[string]string{"source": s.name, "why": "the health test failed"})
	}
	r.pool.Add(s.name, throws)
	return nil, r.log.Append(StepEntropy, transcript.EventSource, map[string]string{
		"source": s.name, s.many: strconv.Itoa(len(throws)), "bits": strconv.FormatFloat(bits, 'f', 1, 64),
	})
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
