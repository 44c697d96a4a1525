// Command damage hurts sheets of every paper code at random and tells what came of it, beside paperkey and bare BIP-39 on the same
// damage. A wrong secret anywhere ends it with status 1. It prints a table in Markdown.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// verdict is what came of one hurt sheet.
type verdict int

const (
	restored verdict = iota
	located          // refused, and a line, word or group was named
	refused          // refused as a whole
	wrong            // another secret came back
	verdicts
)

// subject is something that reads hurt paper.
type subject struct {
	name string
	rows [][]byte
	read func(rows [][]byte) verdict
	slow bool // a process for each trial
}

func main() { os.Exit(damage()) }

// damage prints the table and returns the exit status.
func damage() int {
	trials := flag.Int("n", 1_000_000, "random damages of each code")
	few := flag.Int("paperkey", 10_000, "random damages of paperkey, which is a process each")
	only := flag.String("only", "", "these subjects alone, by the beginnings of their names, parted by commas")
	flag.Parse()
	folder, err := os.MkdirTemp("", "damage")
	if err != nil {
		fmt.Fprintln(os.Stderr, "damage:", err)
		return 1
	}
	defer os.RemoveAll(folder)
	subjects, err := subjects(folder)
	if err != nil {
		fmt.Fprintln(os.Stderr, "damage:", err)
		return 1
	}
	failed := false
	fmt.Println("| damage | code | trials | restored | refused, place named | refused | wrong secret |")
	fmt.Println("|---|---|---:|---:|---:|---:|---:|")
	for k, kind := range kinds {
		for _, s := range subjects {
			if !slices.ContainsFunc(strings.Split(*only, ","), func(name string) bool { return strings.HasPrefix(s.name, name) }) {
				continue
			}
			n := *trials / len(kinds)
			if s.slow {
				n = *few / len(kinds)
			}
			count := run(s, kind.hurt, n, uint64(k))
			share := func(v verdict) float64 { return 100 * float64(count[v]) / float64(n) }
			fmt.Printf("| %s | %s | %d | %.2f %% | %.2f %% | %.2f %% | %d |\n", kind.name, s.name, n, share(restored), share(located), share(refused), count[wrong])
			failed = failed || count[wrong] > 0 && !s.expendable()
		}
	}
	if failed {
		return 1
	}
	return 0
}

// expendable subjects are there for comparison: that they give wrong secrets is what the table shows.
func (s subject) expendable() bool { return s.name == "bare BIP-39" || s.slow }

// run hurts a subject n times, on all cores. Each trial has its own chance, so that what comes out does not depend on how many cores
// there are. (paperkey's key is gpg's, another one each time.)
func run(s subject, hurt func(*rand.Rand, [][]byte) [][]byte, n int, seed uint64) (total [verdicts]int) {
	var mu sync.Mutex
	var workers sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			var count [verdicts]int
			for i := w; i < n; i += runtime.GOMAXPROCS(0) {
				rng, rows := rand.New(rand.NewPCG(seed, uint64(i))), s.rows
				for range 1 + rng.IntN(2) {
					rows = hurt(rng, rows)
				}
				count[s.read(rows)]++
			}
			mu.Lock()
			defer mu.Unlock()
			for v := range count {
				total[v] += count[v]
			}
		})
	}
	workers.Wait()
	return total
}
