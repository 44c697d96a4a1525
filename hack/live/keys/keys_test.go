//go:build live

package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigtool/ceremony/live/newc"
	"sigtool/hack/live/qmp"
	"sigtool/internal/oracle"
)

// stroke is a key by its number (linux/input-event-codes.h), and what is held meanwhile.
type stroke struct {
	held string // "shift", "alt_r" (AltGr), "ctrl", "alt", as QEMU says it
	code int
}

// strokes are keys, and what arrives for them.
type strokes struct {
	name string
	keys []stroke
	want string
}

// shown are layouts that between them have all that is difficult. What arrives is written out, not taken from keymap's tables.
var shown = []strokes{
	{"de", row("", 41, 57, 21, 44, 12, 26, 40, 39, 86, 53), "^zyßüäö<-"}, // ^ waits, and a space lets it go
	{"de", row("shift", 3, 4, 8, 11, 43, 86, 52), "\"§/='>:"},
	{"de", row("alt_r", 16, 18, 8, 9, 10, 11, 12, 27, 86), "@€{[]}\\~|"},
	{"de", []stroke{{"", 41}, {"", 18}, {"", 13}, {"", 18}, {"shift", 13}, {"", 57}}, "êé`"},
	{"de", []stroke{{"ctrl", 46}, {"ctrl", 22}, {"ctrl", 21}, {"ctrl", 9}, {"alt", 21}}, "\x03\x15\x1a\x1b\x1bz"},
	{"de", []stroke{{"", 58}, {"", 40}, {"", 12}, {"", 30}, {"", 58}, {"", 30}}, "ÄßAa"}, // Caps Lock, and back
	{"de-nodeadkeys", []stroke{{"", 41}, {"", 18}, {"", 13}, {"shift", 13}}, "^e'`"},
	{"fr", row("", 16, 17, 30, 39, 3, 8, 10, 11, 50, 51), "azqméèçà,;"},
	{"fr", row("shift", 2, 3, 11, 50, 52), "120?/"},
	{"fr", row("alt_r", 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13), "~#{[|`\\^@]}"},
	{"pl", []stroke{{"alt_r", 30}, {"alt_r", 18}, {"alt_r", 44}, {"", 21}, {"", 44}}, "ąężyz"},
	{"us", []stroke{{"", 21}, {"", 44}, {"shift", 3}, {"", 41}, {"", 103}, {"", 111}, {"", 14}, {"", 59}, {"ctrl", 57}}, "yz@`\x1b[A\x1b[3~\x7f\x1b[[A\x00"},
}

func row(held string, codes ...int) (keys []stroke) {
	for _, code := range codes {
		keys = append(keys, stroke{held, code})
	}
	return keys
}

// TestLiveKeys: a machine's keyboard types what the layouts say.
func TestLiveKeys(t *testing.T) {
	qemu := oracle.Need(t, "qemu-system-x86_64")
	kernels, _ := filepath.Glob("../../../build/oracle/live/boot/vmlinuz-*")
	if len(kernels) == 0 {
		oracle.Missing(t, "build/oracle/live")
	}
	folder, err := os.MkdirTemp("", "keys") // its path is short, for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	listener, err := qmp.Listen(filepath.Join(folder, "monitor"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range shown {
		names = append(names, s.name)
	}
	cmd := exec.CommandContext(t.Context(), qemu, "-no-user-config", "-nodefaults", "-accel", "tcg,thread=multi", "-machine", "q35", "-cpu", "max", "-m", "256", "-display", "none",
		"-vga", "std", "-serial", "stdio", "-kernel", kernels[0], "-initrd", firstFiles(t, folder), "-no-reboot",
		"-append", "quiet loglevel=0 console=tty0 rdinit=/init panic=-1 keys="+strings.Join(names, ","),
		"-chardev", "socket,id=monitor,path="+filepath.Join(folder, "monitor"), "-mon", "chardev=monitor,mode=control")
	line, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
	defer late.Stop()
	monitor, err := qmp.Accept(listener)
	if err != nil {
		t.Fatal(err)
	}
	defer monitor.Close()
	watch(t, monitor, line)
	cmd.Wait()
}

// firstFiles packs this program for the machine.
func firstFiles(t *testing.T, folder string) string {
	t.Helper()
	program := filepath.Join(folder, "init")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := newc.Write([]newc.File{{Path: "init", Mode: 0o755, Data: data}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "files")
	if err := os.WriteFile(path, archive, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// watch strikes the keys of each layout when it is in force, and compares what arrived.
func watch(t *testing.T, monitor *qmp.Monitor, line io.Reader) {
	t.Helper()
	lines, at := bufio.NewScanner(line), 0
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		name, began := strings.CutPrefix(text, "now ")
		typed, ended := strings.CutPrefix(text, "typed ")
		switch {
		case began && at < len(shown) && name == shown[at].name:
			for _, s := range append(shown[at].keys, stroke{"", 28}) {
				strike(t, monitor, s)
			}
		case ended && at < len(shown):
			got, err := hex.DecodeString(typed)
			if err != nil || string(got) != shown[at].want {
				t.Errorf("%s: %v typed %q, not %q", shown[at].name, shown[at].keys, got, shown[at].want)
			}
			at++
		case text != "":
			t.Errorf("the machine says %q", text)
		}
	}
	if at < len(shown) {
		t.Errorf("only %d of %d were tried", at, len(shown))
	}
}

// pace is between two things that happen on the keyboard: the machine takes them one by one.
const pace = 20 * time.Millisecond

// strike presses a key and lets it go.
func strike(t *testing.T, monitor *qmp.Monitor, s stroke) {
	t.Helper()
	number := map[string]any{"type": "number", "data": numbers(s.code)}
	held := map[string]any{"type": "qcode", "data": s.held}
	keys := []map[string]any{number}
	if s.held != "" {
		keys = []map[string]any{held, number}
	}
	for _, down := range []bool{true, false} {
		for i := range keys {
			key := keys[i]
			if !down {
				key = keys[len(keys)-1-i] // the modifier last
			}
			events := []any{map[string]any{"type": "key", "data": map[string]any{"down": down, "key": key}}}
			if _, err := monitor.Do("input-send-event", map[string]any{"events": events}); err != nil {
				t.Fatal(fmt.Errorf("key %d: %w", s.code, err))
			}
			time.Sleep(pace)
		}
	}
}

// numbers is a key code as QEMU's keyboard takes it: what a PC keyboard has sent for that key since 1984, which the kernel's codes come of; with
// 0x80 for those that came later.
func numbers(code int) int {
	if later, ok := map[int]int{103: 0xc8, 111: 0xd3}[code]; ok {
		return later
	}
	return code
}
