// Command sigtool makes keys, backs them up on paper, and signs and verifies files, without a network.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"sigtool/internal/sandbox"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

func main() {
	if part := livePart(os.Args); part != nil {
		os.Exit(part())
	}
	os.Exit(run(os.Args))
}

// run is the whole program: the kernel shuts out the network before any input is read, then the verb runs.
func run(args []string) int {
	defer secret.DestroyAll()
	out := newReporter(os.Stdout, os.Stderr)
	if v := verbNamed(args); v >= 0 && verbs[v].name == "ceremony" {
		// A ceremony is long and waits for people, so it also gets a network namespace with nothing in it. Where the system has none
		// to give, the filter below still shuts the network out.
		done, status, err := sandbox.EmptyNetwork()
		if done {
			return status
		}
		if err != nil {
			out.warn("%v; the network is shut out all the same", err)
		}
	}
	if err := lockDown(); err != nil {
		return out.fail(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	if v := verbNamed(args); v < 0 || !verbs[v].prints {
		heedSignals(stop)
	}
	app := newApp(out, args)
	if last := len(args) - 1; last > 0 && args[last] == completeFlag {
		return out.finish(out.data([]byte(strings.Join(suggestions(app, args[1:last]), "\n") + "\n")))
	}
	args, err := reorder(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if ctx.Err() != nil {
		err = errInterrupted
	}
	return out.finish(err)
}

// lockDown is what holds for every verb: no network, no core dump, no debugger looking in.
func lockDown() error {
	if err := sandbox.Harden(); err != nil {
		return err
	}
	if err := sandbox.DenyNetwork(); err != nil {
		return fmt.Errorf("this kernel does not let sigtool shut out the network: %w", err)
	}
	return nil
}

// interrupted is what to do after a signal ended the program, where that is worth saying.
var interrupted atomic.Value

// heedSignals ends the context at the first SIGINT, SIGTERM or SIGHUP. Work in flight has a second to stop at its next safe point; what
// waits in a read that can't be called back (a pipe, a terminal) is left then, with the terminal put right and no sheet left to be printed.
func heedSignals(cancel context.CancelFunc) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		cancel()
		select {
		case <-signals:
		case <-time.After(time.Second):
		}
		term.Restore()
		secret.DestroyAll()
		if hint, _ := interrupted.Load().(string); hint != "" {
			fmt.Fprintln(os.Stderr, "sigtool: hint: "+hint)
		}
		for _, name := range laidOut.end() {
			fmt.Fprintf(os.Stderr, "sigtool: warning: "+sheetLeft+"\n", name)
		}
		os.Exit(exitInterrupted)
	}()
}
