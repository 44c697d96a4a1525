package ceremony

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"sigtool/internal/pgpwords"
	"sigtool/internal/secret"
)

// wordsAsked is how many words of a digest are typed back.
const wordsAsked = 3

// identityStep shows what is going to be done and by which program, and has words of both digests typed from the paper that people
// brought: at places drawn just now, so that nobody who has no paper, or has not looked, can go on.
func (r *Run) identityStep() ([]Step, error) {
	plan := r.plan.Digest()
	table := [][2]string{{"title", r.plan.Title}, {"kind", r.plan.Kind}}
	if r.plan.Purpose != "" {
		table = append(table, [2]string{"purpose", r.plan.Purpose})
	}
	for _, p := range r.plan.People {
		table = append(table, [2]string{p.Role, p.Name})
	}
	for _, k := range r.plan.Keys {
		table = append(table, [2]string{"key", strings.TrimSuffix(fmt.Sprintf("%s, %s, %s", k.Label, k.Algorithm, k.Purpose), ", ")})
	}
	for _, s := range r.plan.Sheets() {
		table = append(table, [2]string{"paper", fmt.Sprintf("%s, %s: %s, copies: %d", s.Key, strings.TrimSpace(s.Code+" "+s.Share), s.Holder, max(1, s.Copies))})
	}
	if r.plan.Waived {
		table = append(table, [2]string{"dual control", "waived"})
	}
	steps := []Step{notice("This is what the plan says. Everybody looks whether it is the plan that was agreed on.", table)}
	for _, d := range []struct {
		of  string
		sum [sha256.Size]byte
	}{{"program", r.world.Binary}, {"plan", plan}} {
		step, err := r.askWords(d.of, d.sum)
		if err != nil {
			return nil, err
		}
		steps = append(steps, notice("The digest of the "+d.of+": read it aloud, in figures or in words. Everybody compares it with the own paper, as sigtool "+
			"ceremony check or script printed it on another machine.", digestRows("SHA-256", d.sum)), step)
	}
	return append(append(steps, r.askWrapping()...), r.askRecord()...), nil
}

// notice is something to read.
func notice(text string, table [][2]string) Step {
	return Step{ID: StepIdentity, Prompt: Prompt{Kind: Notice, Text: []string{text}, Table: table},
		Take: func(Answer) ([]Step, error) { return nil, nil }}
}

// askWords asks for three words of a digest.
func (r *Run) askWords(of string, sum [sha256.Size]byte) (Step, error) {
	places, err := r.draw(wordsAsked, sha256.Size)
	if err != nil {
		return Step{}, err
	}
	all := pgpwords.Of(sum[:])
	var words, numbers []string
	for _, at := range places {
		words, numbers = append(words, all[at]), append(numbers, fmt.Sprint(at+1))
	}
	want := strings.Join(words, " ")
	which := fmt.Sprintf("words %s, %s and %s of the digest of the %s", numbers[0], numbers[1], numbers[2], of)
	return Step{ID: StepIdentity, Prompt: Prompt{
		Kind: TypeBack, Who: r.plan.Witness().String(),
		Text:  []string{"From your own paper, not from the screen: type " + which + "."},
		Ask:   "Words " + strings.Join(numbers, ", "),
		Shown: r.keep(secret.From([]byte(want))),
	}, Take: func(a Answer) ([]Step, error) {
		if !strings.EqualFold(wordsOf(a.Text), want) {
			return nil, refusal{why: "these are not " + which + " on this machine. Look at the paper again; if it says so, this is not the " + of + " that was looked at before the day"}
		}
		return nil, r.log.Append(StepIdentity, "compared", map[string]string{"what": of, "words": strings.Join(numbers, " ")})
	}}, nil
}

// wordsOf are words as they were typed, with whatever people put between them.
func wordsOf(typed string) string {
	return strings.Join(strings.FieldsFunc(typed, func(c rune) bool { return !unicode.IsLetter(c) }), " ")
}

// draw chooses so many different numbers below limit, at most 256, and sorts them.
func (r *Run) draw(count, limit int) ([]int, error) {
	var drawn []int
	one := make([]byte, 1)
	for len(drawn) < count {
		if _, err := io.ReadFull(r.world.Rand, one); err != nil {
			return nil, err
		}
		n := int(one[0])
		if n >= 256-256%limit { // what is left over would come more often
			continue
		}
		if n %= limit; !slices.Contains(drawn, n) {
			drawn = append(drawn, n)
		}
	}
	slices.Sort(drawn)
	return drawn, nil
}
