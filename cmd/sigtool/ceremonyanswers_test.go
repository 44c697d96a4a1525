package main

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// testKeys is where the keys are that people bring.
var testKeys, _ = filepath.Abs("../../testdata/keys")

// answers are what the people answer, by what is asked.
var answers = []struct {
	ask *regexp.Regexp
	say func(r *robot, v view, found []string) string
}{
	{regexp.MustCompile(`^Words (\d+), (\d+), (\d+)`), (*robot).words},
	{regexp.MustCompile(`^The eight words`), func(r *robot, v view, found []string) string { return cmp.Or(r.paper.record, "none") }},
	{regexp.MustCompile(`^Initials of (.+)`), (*robot).signs},
	{regexp.MustCompile(`^Reason for `), func(*robot, view, []string) string { return "a trial on a machine with a network" }},
	{regexp.MustCompile(`^Your watch`), func(*robot, view, []string) string { return time.Now().UTC().Format("2006-01-02 15:04") }},
	{regexp.MustCompile(`^Rolls, (\d+) of (\d+)`), func(r *robot, v view, found []string) string { return r.throw("123456", 50) }},
	{regexp.MustCompile(`^Tosses, (\d+) of (\d+)`), func(r *robot, v view, found []string) string { return r.throw("HT", 64) }},
	{regexp.MustCompile(`^Number of the bag, once more`), func(r *robot, v view, found []string) string { return r.paper.bag }},
	{regexp.MustCompile(`^Number of the bag`), (*robot).newBag},
	{regexp.MustCompile(`^Document number`), (*robot).document},
	{regexp.MustCompile(`^File of your key`), func(*robot, view, []string) string { return filepath.Join(testKeys, "ed25519.pem") }},
	{regexp.MustCompile(`^Type yes`), func(*robot, view, []string) string { return "yes" }},
	{regexp.MustCompile(`(?i)\b(?:word|line) 0*(\d+)\b|^check`), (*robot).row},
	{regexp.MustCompile(`(?i)\brow 0*(\d+)\b`), (*robot).row},
	{regexp.MustCompile(`^Passphrase|passphrase from your paper`), func(r *robot, v view, found []string) string { return r.paper.passphrase }},
	{regexp.MustCompile(`^Press Enter|Enter goes on`), func(*robot, view, []string) string { return "" }},
}

var sixWords = regexp.MustCompile(`Write down these words: .* record ((?:[A-Za-z]+ ){8})`)

// signs puts initials to what is shown; words that are to be written down are.
func (r *robot) signs(v view, found []string) string {
	if record := sixWords.FindStringSubmatch(v.words()); record != nil {
		r.paper.record = strings.TrimSpace(record[1])
	}
	return r.paper.initials[found[1]]
}

var digestOf = regexp.MustCompile(`of the digest of the (program|plan)`)

// words types the words of a digest that are asked for, from the paper.
func (r *robot) words(v view, found []string) string {
	of := digestOf.FindAllStringSubmatch(v.words(), -1)
	if of == nil {
		r.t.Fatalf("the words of which digest?\n%s", v.text)
	}
	from := r.paper.plan
	if of[len(of)-1][1] == "program" {
		from = r.paper.program
	}
	var words []string
	for _, text := range found[1:] {
		var n int
		fmt.Sscan(text, &n)
		words = append(words, from[n-1])
	}
	return strings.Join(words, " ")
}

// throw throws a die or a coin. What came is a secret.
func (r *robot) throw(faces string, times int) string {
	out := make([]byte, 0, times)
	for one := make([]byte, 1); len(out) < times; {
		rand.Read(one)
		if n := int(one[0]); n < 252 {
			out = append(out, faces[n%len(faces)])
		}
	}
	r.birds.keep(secretText("a line of throws", string(out)))
	return string(out)
}

// newBag takes a bag from the box.
func (r *robot) newBag(view, []string) string {
	var n int
	fmt.Sscanf(r.paper.bag, "A-%d", &n)
	r.paper.bag = fmt.Sprintf("A-%d", n+1001)
	return r.paper.bag
}
