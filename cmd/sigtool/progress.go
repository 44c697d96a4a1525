package main

import (
	"fmt"
	"time"

	"sigtool/internal/term"
)

// progress is a line on the terminal that counts along, only when the work takes more than a second, and is gone afterwards.
type progress struct {
	out   *reporter
	verb  string
	total int
	count int
	start time.Time
	shown time.Time
}

func newProgress(out *reporter, verb string, total int) *progress {
	return &progress{out: out, verb: verb, total: total, start: time.Now()}
}

// step counts one more, and shows the count ten times a second.
func (p *progress) step() {
	p.count++
	now := time.Now()
	if p.out.quiet || p.total < 2 || now.Sub(p.start) < time.Second || now.Sub(p.shown) < 100*time.Millisecond || !term.IsTerminal(p.out.err.Fd()) {
		return
	}
	p.shown = now
	fmt.Fprintf(p.out.err, "\r%s %d of %d\r", p.verb, p.count, p.total)
}

func (p *progress) done() {
	if !p.shown.IsZero() {
		fmt.Fprint(p.out.err, "\r                                        \r")
	}
}
