package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

// apks measures signing and verifying packages, a large one and a small one, against apksigner on the same files in turn.
func (b *bench) apks() error {
	tool, err := exec.LookPath("apksigner")
	if err != nil {
		return errors.New("no apksigner here: its rows are left out")
	}
	fmt.Printf("\nAPKs, rsa2048, against apksigner; %d cores; medians of %d rounds, in turn; floor: SHA-256 of the same bytes\n\n", runtime.NumCPU(), b.rounds)
	fmt.Printf("%-8s %-16s %10s %10s %7s %14s %14s %9s %9s\n", "APK", "what", "apksigner", "sigtool", "ratio", "its memory", "our memory", "one core", "all cores")
	var failed []error
	for _, megabytes := range []int{b.large, 3} {
		in := filepath.Join(b.work, fmt.Sprintf("%d.apk", megabytes))
		if err := makeAPK(in, b.apk, megabytes); err != nil {
			return err
		}
		for _, r := range b.apkRows(tool, in) {
			r.apk = fmt.Sprintf("%d MB", megabytes)
			if err := b.apkRow(r, in); err != nil {
				failed = append(failed, err)
			}
		}
		if err := os.Remove(in); err != nil {
			return err
		}
	}
	if len(failed) == 0 {
		fmt.Println("\napksigner verifies what sigtool signed. sigtool verifies it too before it writes it, and brings it to the disk (fsync); apksigner does neither.")
	}
	return errors.Join(failed...)
}

// row is one thing to measure, and what came of it.
type row struct {
	apk, what    string
	theirs, ours side
	checked      bool // apksigner has a look at what sigtool made
}

// side is how one of the two does it.
type side struct {
	args  []string
	out   string // what it writes; "" for nothing
	spent []time.Duration
	rss   int64 // KiB
}

func (b *bench) apkRows(tool, in string) []row {
	key, cert := b.key("rsa2048")
	der := filepath.Join(b.work, "key.pk8")
	theirs, ours := filepath.Join(b.work, "theirs.apk"), filepath.Join(b.work, "ours.apk")
	sign := func(what, v1, v4 string) row {
		return row{what: what, checked: true,
			theirs: side{out: theirs, args: []string{tool, "sign", "--key", der, "--cert", cert, "--min-sdk-version", "24", "--v1-signing-enabled", v1,
				"--v2-signing-enabled", "true", "--v3-signing-enabled", "true", "--v4-signing-enabled", v4, "--out", theirs, "--in", in}},
			ours: side{out: ours, args: []string{b.sigtool, "sign", "apk", "-q", "-k", key, "-c", cert, "--v1", v1, "--v4", v4, "--min-sdk", "24", "-o", ours, in}},
		}
	}
	signed := filepath.Join(b.work, "signed.apk") // by apkRow
	return []row{
		sign("sign v2+v3", "false", "false"),
		sign("sign everything", "true", "true"),
		{what: "verify", theirs: side{args: []string{tool, "verify", "--min-sdk-version", "24", signed}},
			ours: side{args: []string{b.sigtool, "verify", "apk", "-q", "-c", cert, "--min-sdk", "24", signed}}},
	}
}

// apkRow runs one row and prints it, with what failed in place of the figures.
func (b *bench) apkRow(r row, in string) error {
	if err := b.prepare(r, in); err != nil {
		return err
	}
	var one, all []time.Duration
	var err error
	for round := range b.rounds {
		one, all = append(one, floor(in, 1)), append(all, floor(in, runtime.NumCPU()))
		sides := []*side{&r.theirs, &r.ours}
		if round%2 == 1 {
			slices.Reverse(sides)
		}
		for _, s := range sides { // each finds the memory as the other left it: free, and given back to the system that this machine may be a guest of
			err = errors.Join(err, r.theirs.clear(), r.ours.clear(), s.run())
		}
		if err != nil {
			break
		}
	}
	if err == nil && r.checked {
		err = r.ours.clear()
	}
	if err == nil && r.checked {
		_, _, err = timed(r.ours.args...) // once more: the last round cleared it
	}
	if err == nil && r.checked {
		_, _, err = timed(r.theirs.args[0], "verify", "--min-sdk-version", "24", r.ours.out)
	}
	if err != nil {
		fmt.Printf("%-8s %-16s failed: %v\n", r.apk, r.what, err)
		return fmt.Errorf("%s, %s: %w", r.apk, r.what, err)
	}
	a, o := median(r.theirs.spent), median(r.ours.spent)
	fmt.Printf("%-8s %-16s %10s %10s %7.3f %11.1f MB %11.1f MB %9s %9s\n", r.apk, r.what, milli(a), milli(o), o.Seconds()/a.Seconds(),
		float64(r.theirs.rss)/1024, float64(r.ours.rss)/1024, milli(median(one)), milli(median(all)))
	return errors.Join(r.theirs.clear(), r.ours.clear())
}

// prepare writes the key as apksigner wants it, and for verifying the signed file.
func (b *bench) prepare(r row, in string) error {
	key, cert := b.key("rsa2048")
	data, err := os.ReadFile(key)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return fmt.Errorf("%s: no PEM", key)
	}
	der := filepath.Join(b.work, "key.pk8")
	if err := os.WriteFile(der, block.Bytes, 0o600); err != nil || r.checked {
		return err
	}
	_, _, err = timed(r.theirs.args[0], "sign", "--key", der, "--cert", cert, "--min-sdk-version", "24", "--v1-signing-enabled", "false",
		"--v4-signing-enabled", "false", "--out", filepath.Join(b.work, "signed.apk"), "--in", in)
	return err
}

// run runs a side once, with nothing of others left to be written on its time.
func (s *side) run() error {
	if s.out != "" {
		if _, _, err := timed("sync", "-f", filepath.Dir(s.out)); err != nil {
			return err
		}
	}
	spent, rss, err := timed(s.args...)
	s.spent, s.rss = append(s.spent, spent), max(s.rss, rss)
	return err
}

func (s *side) clear() error {
	if s.out == "" {
		return nil
	}
	for _, name := range []string{s.out, s.out + ".idsig"} {
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	return nil
}

func milli(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
