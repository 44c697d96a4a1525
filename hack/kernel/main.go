// Command kernel has a real kernel decide: it boots one under QEMU, with Secure Boot, lockdown and enforced signatures, has it load modules that
// sigtool, sign-file and openssl signed, and holds each verdict against that of sigtool's verify. Any disagreement that is not expected, and any
// expected one that is not there, ends it with status 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"
)

func main() { os.Exit(kernel()) }

// kernel prints the table and returns the exit status.
func kernel() int {
	l := &lab{firmware: firmware}
	flag.StringVar(&l.sigtool, "sigtool", "build/sigtool", "the `program` that is tested")
	flag.StringVar(&l.signFile, "sign-file", "", "the kernel's `sign-file`")
	flag.StringVar(&l.keys, "keys", "testdata/keys", "the `folder` of test keys")
	flag.StringVar(&l.kernel, "kernel", "build/oracle/kernel", "the `folder` of an unpacked kernel package")
	flag.StringVar(&l.finit, "finit", "", "the `program` of hack/kernel/finit, where the kernel is to unpack modules itself")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ok, err := judge(ctx, l)
	if err != nil {
		fmt.Fprintln(os.Stderr, "kernel:", err)
	}
	if err != nil || !ok {
		return 1
	}
	return 0
}

// judge makes the files, boots, and compares; ok tells whether all is as it should be.
func judge(ctx context.Context, l *lab) (ok bool, err error) {
	for _, path := range []*string{&l.sigtool, &l.signFile, &l.keys, &l.kernel, &l.finit} {
		if *path == "" {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return false, err
		}
	}
	if l.dir, err = os.MkdirTemp("", "sigtool kernel "); err != nil {
		return false, err
	}
	defer os.RemoveAll(l.dir)
	start := time.Now()
	if err := l.prepare(); err != nil {
		return false, err
	}
	if err := l.findBuiltIn(); err != nil {
		return false, err
	}
	trials := l.trials()
	for i := range trials {
		trials[i].file = fmt.Sprintf("%02d-%s", i, trials[i].file)
	}
	if l.err != nil {
		return false, l.err
	}
	made := time.Now()
	b, err := l.run(ctx, trials)
	if err != nil {
		return false, err
	}
	booted := time.Now()
	if err := b.sound(); err != nil {
		return false, err
	}
	bad, err := l.report(trials, b)
	fmt.Printf("Linux %s, lockdown %s: %d files, %d verdicts not as they should be (making %.1f s, machine %.1f s)\n", b.facts["release"],
		strings.Trim(b.facts["lockdown"], "[]"), len(trials), bad, made.Sub(start).Seconds(), booted.Sub(made).Seconds())
	return bad == 0, err
}

// report prints what both said of each file, and returns how often they do not agree as they should.
func (l *lab) report(trials []trial, b *boot) (bad int, err error) {
	fmt.Println("| file | kernel | sigtool verify | agreed |")
	fmt.Println("|---|---|---|---|")
	for i, t := range trials {
		ours, err := l.verify(t)
		if err != nil {
			return 0, err
		}
		theirs, agreed := b.verdicts[i], t.agreed(b.verdicts[i], ours)
		if strings.HasPrefix(agreed, "NO") {
			bad++
		}
		loads := "refuses: "
		if theirs.loaded {
			loads = "loads"
		}
		fmt.Printf("| %s | %s%s | %d %s | %s |\n", t.name, loads, theirs.said(), ours.status, ours.said, agreed)
	}
	return bad, nil
}

// sameReason are the kernel's words and sigtool's exit status that have to come together.
var sameReason = map[string]int{"unsigned module": 4, "unavailable key": 5}

// agreed compares two verdicts; what begins with NO is a failure.
func (t trial) agreed(kernel verdict, ours judgement) string {
	good := ours.status == 0
	switch {
	case t.differs != "" && good != kernel.loaded:
		return "no, as expected: " + t.differs
	case t.differs != "":
		return "NO: they should differ here: " + t.differs
	case good != kernel.loaded:
		return "NO"
	}
	for words, status := range sameReason {
		// Of a packed file the kernel sees what was unpacked, and sigtool the whole.
		if !good && !t.unnamed && strings.HasSuffix(t.file, ".ko") && strings.Contains(kernel.said(), words) != (ours.status == status) {
			return fmt.Sprintf("NO: %q and status %d go together", words, status)
		}
	}
	if says := quoted.FindStringSubmatch(ours.said); says != nil && !kernel.loaded && !strings.Contains(kernel.said(), says[1]) {
		return "yes, in other words"
	}
	return "yes"
}

// quoted is what sigtool says that a kernel says.
var quoted = regexp.MustCompile(`\(a kernel says "([^"]+)"\)`)
