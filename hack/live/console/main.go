// Command console stands between a terminal and the screen and keyboard of a machine that QEMU emulates, for tests: it starts the machine, reads the
// text off the pictures of its screen by the kernel's own font, shows it on its terminal, and passes what is typed on as strokes of the
// emulated keyboard. So a program on the machine's screen can be watched and worked as one on a terminal. It ends when the machine does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"sigtool/hack/live/qmp"
)

const (
	look   = 60 * time.Millisecond // between two looks at the screen
	typing = 15 * time.Millisecond // between two things that happen on the keyboard: the machine asks it every 8 ms, and it keeps few
)

func main() {
	kernel := flag.String("kernel", "", "the kernel of the machine, for its font")
	lifetime := flag.Duration("lifetime", 10*time.Minute, "when the machine is switched off if it still runs")
	flag.Parse()
	if err := run(*kernel, *lifetime, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "console:", err)
		os.Exit(1)
	}
}

func run(kernel string, lifetime time.Duration, machine []string) error {
	f, err := kernelFont(kernel)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "console")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	socket := filepath.Join(folder, "monitor")
	listener, err := qmp.Listen(socket)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), lifetime)
	defer cancel()
	qemu := exec.CommandContext(ctx, machine[0], append(machine[1:], "-chardev", "socket,id=console,path="+socket, "-mon", "chardev=console,mode=control")...)
	qemu.Stderr = os.Stderr
	if err := qemu.Start(); err != nil {
		return err
	}
	before, err := term.MakeRaw(0)
	if err != nil {
		return errors.Join(err, qemu.Process.Kill())
	}
	defer term.Restore(0, before)
	monitor, err := qmp.Accept(listener)
	if err != nil {
		return errors.Join(err, qemu.Process.Kill())
	}
	go pass(monitor)
	go watch(monitor, f, filepath.Join(folder, "screen.ppm"))
	return qemu.Wait()
}

// pass passes on what is typed, no faster than the keyboard takes it, to the end of the machine.
func pass(monitor *qmp.Monitor) {
	pace := time.NewTicker(typing)
	buffer := make([]byte, 4096)
	for {
		n, err := os.Stdin.Read(buffer)
		if err != nil {
			return
		}
		for typed := string(buffer[:n]); typed != ""; {
			s, n, ok := strokeOf(typed)
			if typed = typed[n:]; !ok {
				continue
			}
			for _, down := range []bool{true, false} {
				events := s.events(down)
				for range events {
					<-pace.C
				}
				if _, err := monitor.Do("input-send-event", map[string]any{"events": events}); err != nil {
					return
				}
			}
		}
	}
}

// watch shows what the screen shows, whenever that has stood still for a look, to the end of the machine.
func watch(monitor *qmp.Monitor, f font, file string) {
	var before, shown text
	for range time.Tick(look) {
		if _, err := monitor.Do("screendump", map[string]any{"filename": file}); err != nil {
			return
		}
		data, err := os.ReadFile(file)
		if err != nil {
			return
		}
		p, err := parsePicture(data)
		if err != nil {
			continue // between two resolutions
		}
		now := f.read(p)
		if now.same(before) && !now.same(shown) {
			os.Stdout.WriteString(now.paint(shown))
			shown = now
		}
		before = now
	}
}

func (t text) same(u text) bool {
	return slices.Equal(t.rows, u.rows) && t.column == u.column && t.row == u.row
}

// paint is what a terminal has to be sent, which shows another text.
func (t text) paint(shown text) string {
	var b strings.Builder
	if len(t.rows) != len(shown.rows) {
		b.WriteString("\x1b[H\x1b[2J")
		shown = text{}
	}
	for i, row := range t.rows {
		if shown.rows == nil || row != shown.rows[i] {
			fmt.Fprintf(&b, "\x1b[%d;1H%s\x1b[K", i+1, row)
		}
	}
	if t.column >= 0 {
		fmt.Fprintf(&b, "\x1b[%d;%dH", t.row+1, t.column+1)
	}
	return b.String()
}
