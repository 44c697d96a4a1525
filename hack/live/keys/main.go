// Command keys is the first process of a machine on which a test tries keymaps: it puts one after the other into force, and tells on the serial
// line what arrives at the console for the keys that are struck.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"sigtool/ceremony/live/keymap"
	"sigtool/internal/pid1"
)

// main never returns: the kernel would not like it.
func main() {
	for _, m := range []struct{ kind, path string }{{"devtmpfs", "/dev"}, {"proc", "/proc"}} {
		os.Mkdir(m.path, 0o755)
		unix.Mount(m.kind, m.path, m.kind, 0, "")
	}
	serial, err := os.OpenFile("/dev/ttyS0", os.O_RDWR, 0)
	if err == nil {
		if err = try(serial); err != nil {
			fmt.Fprintln(serial, "failed:", err)
		}
	}
	time.Sleep(time.Second) // the last key is let go of
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
	select {}
}

// try takes names of layouts from the kernel's command line ("keys=de,fr": an init finds that among its variables). A line on the serial line says
// that a layout is in force; Return, the end of each, is answered by another with what came before it, in hexadecimal.
func try(serial *os.File) error {
	tty, err := os.OpenFile("/dev/tty1", os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if _, err := term.MakeRaw(int(tty.Fd())); err != nil {
		return err
	}
	typed := bufio.NewReader(tty)
	for name := range strings.SplitSeq(os.Getenv("keys"), ",") {
		layout, ok := keymap.Named(name)
		if !ok {
			return fmt.Errorf("no layout %s", name)
		}
		read, err := keymap.Parse(layout.Binary()) // as a stick has it
		if err != nil {
			return err
		}
		if err := pid1.SetKeymap(tty, read.Tables); err != nil {
			return err
		}
		fmt.Fprintln(serial, "now", name)
		line, err := typed.ReadString('\r')
		if err != nil {
			return err
		}
		fmt.Fprintf(serial, "typed %x\n", strings.TrimSuffix(line, "\r"))
	}
	return nil
}
