package plain

import (
	"fmt"
	"sync"
	"time"
)

// How soon it is said for the first time that the work goes on, and how long it is until it is said again at most.
const (
	firstWait   = time.Second
	longestWait = 30 * time.Second
)

// working says that the ceremony works on, between an answer and the next question. Nothing but it writes then, and it writes at no other
// time. It has no clock: it adds up what it waited.
type working struct {
	out   *page
	after func(time.Duration, func()) (stop func() bool)
	mu    sync.Mutex
	round int         // which wait it is, to know a timer of one that is over
	stop  func() bool // of the timer that runs
}

// begin begins to wait.
func (w *working) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.after != nil {
		w.round++
		w.wait(w.round, 0, firstWait)
	}
}

// wait says how long it took when the next while is over. It is called with mu held.
func (w *working) wait(round int, waited, next time.Duration) {
	w.stop = w.after(next, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if round != w.round {
			return
		}
		waited += next
		w.out.line(fmt.Sprintf("Still working (%d s) ...", waited/time.Second))
		w.wait(round, waited, min(2*next, longestWait))
	})
}

// end ends the wait: nothing is written after it.
func (w *working) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.round++
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
}
