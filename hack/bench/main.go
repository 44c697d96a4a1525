// Command bench measures signing kernel modules, sigtool against loops of sign-file on fresh copies on the same disk in turn, and what starting
// sigtool costs against an empty Go program; or, with -apk, -mender, -swupdate or -imx, such files
// against apksigner, mender-artifact, swupdate or CST.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// bench is what the flags say.
type bench struct {
	sigtool, signFile, empty string
	modules, keys, work      string
	apk, mender, imx, cst    string
	swupdate                 bool
	rounds, count, large     int
	images                   int
}

func main() {
	var b bench
	flag.StringVar(&b.sigtool, "sigtool", "build/sigtool", "the binary to measure")
	flag.StringVar(&b.signFile, "sign-file", "", "the kernel's sign-file")
	flag.StringVar(&b.empty, "empty", "", "an empty program")
	flag.StringVar(&b.modules, "modules", "build/oracle/kernel", "the folder with kernel modules below it")
	flag.StringVar(&b.keys, "keys", "testdata/keys", "the folder with keys and certificates")
	flag.StringVar(&b.work, "work", "build/bench", "where copies go")
	flag.IntVar(&b.rounds, "rounds", 3, "how often each is measured")
	flag.IntVar(&b.count, "count", 1000, "how many modules are signed")
	flag.StringVar(&b.apk, "apk", "", "a package whose manifest packages to be signed get; then nothing else is measured")
	flag.StringVar(&b.mender, "mender", "", "the folder where Mender artifacts are kept; then nothing else is measured")
	flag.BoolVar(&b.swupdate, "swupdate", false, "measure SWUpdate packages, and nothing else")
	flag.StringVar(&b.imx, "imx", "", "the folder with images and keys for i.MX processors; then nothing else is measured")
	flag.StringVar(&b.cst, "cst", "cst", "NXP's code signing tool")
	flag.IntVar(&b.images, "images", 200, "how many boot images are signed")
	flag.IntVar(&b.large, "large", 500, "how many megabytes the large package has")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run() error {
	switch {
	case b.apk != "":
		return b.apks()
	case b.mender != "":
		return b.menders()
	case b.imx != "":
		return b.imxImages()
	case b.swupdate:
		return b.swupdates()
	}
	source := filepath.Join(b.work, "unsigned")
	count, size, err := gather(b.modules, source, b.count)
	if err != nil {
		return err
	}
	fmt.Printf("%d kernel modules, signatures cut off, %.1f MB; %d cores; medians of %d rounds, in turn\n\n", count, float64(size)/1e6, runtime.NumCPU(), b.rounds)
	if err := b.floor(source); err != nil {
		return err
	}
	fmt.Printf("\n%-8s %14s %14s %12s %7s %7s %14s\n", "key", "sign-file loop", "xargs -P2", "sigtool", "ratio", "to -P2", "sigtool memory")
	for _, key := range []string{"rsa2048", "p256", "rsa4096"} {
		if err := b.compare(source, key); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	fmt.Println("\nsigtool verifies each signature and brings each file to the disk (fsync) before it takes the old one's place; sign-file does neither.")
	return b.starting()
}

// floor measures what no signer can do without: reading all bytes through SHA-256, and writing them.
func (b *bench) floor(source string) error {
	var hashing, copying []time.Duration
	for range b.rounds {
		start := time.Now()
		if err := hashAll(source); err != nil {
			return err
		}
		hashing = append(hashing, time.Since(start))
		copied := filepath.Join(b.work, "copy")
		start = time.Now()
		if err := copyTree(source, copied); err != nil {
			return err
		}
		copying = append(copying, time.Since(start))
		if err := os.RemoveAll(copied); err != nil {
			return err
		}
	}
	fmt.Printf("floor: SHA-256 of the same bytes on all cores %s; copying and syncing them %s\n", seconds(median(hashing)), seconds(median(copying)))
	return nil
}

// compare signs fresh copies by both, in turn, and for RSA holds the results against each other.
func (b *bench) compare(source, key string) error {
	var loop, two, ours []time.Duration
	var memory int64
	theirs, mine := filepath.Join(b.work, "sign-file"), filepath.Join(b.work, "sigtool")
	for round := range b.rounds {
		sides := []func() error{
			func() error {
				spent, err := b.signFileTwo(source, theirs, key)
				two = append(two, spent)
				return err
			},
			func() error {
				spent, err := b.signFileLoop(source, theirs, key)
				loop = append(loop, spent)
				return err
			},
			func() error {
				spent, rss, err := b.signTree(source, mine, key)
				ours, memory = append(ours, spent), max(memory, rss)
				return err
			},
		}
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, side := range sides {
			if err := side(); err != nil {
				return err
			}
		}
	}
	same := ""
	if key[0] == 'r' {
		if err := sameTree(theirs, mine); err != nil {
			return err
		}
		same = "  all files byte for byte the same"
	}
	fmt.Printf("%-8s %14s %14s %12s %6.1fx %6.1fx %11.1f MB%s\n", key, seconds(median(loop)), seconds(median(two)), seconds(median(ours)),
		median(loop).Seconds()/median(ours).Seconds(), median(two).Seconds()/median(ours).Seconds(), float64(memory)/1024, same)
	for _, folder := range []string{theirs, mine} {
		if err := os.RemoveAll(folder); err != nil {
			return err
		}
	}
	return nil
}

// starting measures `sigtool version` against an empty program, in turn.
func (b *bench) starting() error {
	const runs = 200
	var empty, ours []time.Duration
	for range runs {
		for _, side := range []struct {
			args  []string
			spent *[]time.Duration
		}{{[]string{b.empty}, &empty}, {[]string{b.sigtool, "version"}, &ours}} {
			spent, _, err := timed(side.args...)
			if err != nil {
				return err
			}
			*side.spent = append(*side.spent, spent)
		}
	}
	fmt.Printf("\nstarting: an empty Go program %.2f ms, sigtool version %.2f ms, %.2fx (medians of %d)\n",
		median(empty).Seconds()*1e3, median(ours).Seconds()*1e3, median(ours).Seconds()/median(empty).Seconds(), runs)
	return nil
}

func median(of []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
