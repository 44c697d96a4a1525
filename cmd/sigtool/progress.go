package main

import (
	"fmt"
	"sync"
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

// patience is a line on the terminal while something takes more than a second that has nothing to count. The function that it returns takes it away.
func (r *reporter) patience(what string) (done func()) {
	if r.quiet || r.json || !term.IsTerminal(r.err.Fd()) {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-end:
		case <-time.After(time.Second):
			fmt.Fprintf(r.err, "\r%s ...\r", what)
			<-end
			fmt.Fprint(r.err, "\r                                        \r")
		}
	}()
	return sync.OnceFunc(func() { close(end); <-ended })
}
