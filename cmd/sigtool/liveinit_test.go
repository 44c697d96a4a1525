package main

import (
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"sigtool/ceremony"
	"sigtool/ceremony/live"
	"sigtool/internal/pid1"
)

// checkScreen: what process 1 says fits a terminal of 80 columns and the font of the kernel.
func checkScreen(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(strings.ReplaceAll(text, tidyScreen, "")) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > 80 || ascii(line) != line {
			t.Errorf("%d characters: %q", len(line), line)
		}
	}
}

func TestLiveMessages(t *testing.T) {
	for _, text := range []string{liveBanner, busyElsewhere, liveGoodbye, afterTable(pid1.Status{Code: 3}, nil), afterTable(pid1.Status{Signal: syscall.SIGSEGV}, nil),
		afterTable(pid1.Status{}, errors.New("/init can't be started: "+strings.Repeat("no memory ", 40)))} {
		checkScreen(t, text)
	}
	var b strings.Builder
	sayIdentity(&b)
	checkScreen(t, b.String())
	if got := kernelSays(fstest.MapFS{}, "x"); got != "(unknown)" {
		t.Error(got)
	}
	if !strings.HasPrefix(b.String(), "sigtool "+version) || !strings.Contains(b.String(), "\nSHA-256 of this program") {
		t.Errorf("%s", b.String())
	}
}

// What the machine's guards are, and what is said where one is missing.
func TestGuards(t *testing.T) {
	closed := map[string]string{
		"sys/class/net/lo/flags": "0x8\n", "proc/sys/kernel/modules_disabled": "1\n", "sys/kernel/security/lockdown": "none integrity [confidentiality]\n",
		"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": "\x06\x00\x00\x00\x01",
		"proc/cmdline": live.CommandLine + "\n",
	}
	for _, c := range []struct {
		change, to string
		want       string
	}{
		{"", "", "Network: no link but lo, the machine's own loop.|The kernel loads no module any more, of whatever kind.|Secure Boot is on; kernel lockdown: confidentiality."},
		{"sys/class/net/eth\x1b0/flags", "1", "WARNING: there are network links: eth?0.|"},
		{"sys/class/net/lo/flags", "-", "WARNING: the network links can't be listed.|"},
		{"proc/sys/kernel/modules_disabled", "0\n", "|WARNING: the kernel still loads modules."},
		{"proc/sys/kernel/modules_disabled", "-", "|WARNING: the kernel still loads modules."},
		{"sys/kernel/security/lockdown", "none [integrity] confidentiality\n",
			"|WARNING: the kernel does not guard itself as this stick asks for: kernel lockdown: integrity."},
		{"proc/cmdline", live.CommandLine + " lockdown=none\x1b\n", `|WARNING: the kernel was told something else at the start than this stick tells it: with "lockdown=none?".`},
		{"proc/cmdline", "-", "|WARNING: what the kernel was told at the start can't be read."},
		{"sys/kernel/security/lockdown", "-", "|WARNING: the kernel does not guard itself as this stick asks for: kernel lockdown is not known."},
	} {
		root := fstest.MapFS{}
		for name, text := range closed {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		if c.to == "-" {
			delete(root, c.change)
		} else if c.change != "" {
			root[c.change] = &fstest.MapFile{Data: []byte(c.to)}
		}
		got := strings.Join(guards(root), "|")
		if !strings.Contains(got, c.want) || c.change == "" && got != c.want {
			t.Errorf("%s: %s; want %s", c.change, got, c.want)
		}
		for _, line := range guards(root) {
			checkScreen(t, narrowed(line))
		}
	}
}

// A stick without a keymap, or with a damaged one, has the American one, and the second is said.
func TestBuiltKeymap(t *testing.T) {
	m, err := builtKeymap(fstest.MapFS{})
	if err != nil || m == nil || m.Name != "us" {
		t.Fatal(m, err)
	}
	if m, err := builtKeymap(fstest.MapFS{"keymap.bin": {Data: []byte("bkeymap")}}); err == nil || m == nil || m.Name != "us" {
		t.Error(err)
	}
	if m, err := builtKeymap(fstest.MapFS{"keymap.bin": {Data: m.Binary()}}); err != nil || m == nil {
		t.Error(err)
	}
}

// Outside a live system there is neither a process 1 of ours nor a table, whatever a process is called.
func TestLivePart(t *testing.T) {
	for mark, want := range map[string]bool{"sigtool live image 1\nversion 0.1\n": true, "": false, "a concert\n": false, "sigtool live image " + strings.Repeat("1", 1024): false} {
		if got := isLiveSystem(fstest.MapFS{"live": {Data: []byte(mark)}}); got != want {
			t.Errorf("%.40q: %v", mark, got)
		}
	}
	if isLiveSystem(fstest.MapFS{"live/x": {}}) || isLiveSystem(fstest.MapFS{}) {
		t.Error("a folder, or nothing, is a live system")
	}
	for _, args := range [][]string{{"sigtool"}, {tableName}, {}} {
		if livePart(args) != nil {
			t.Errorf("%q is a part", args)
		}
	}
}

func TestTableEnv(t *testing.T) {
	for name, want := range map[string]string{"tty1": "TERM=linux", "ttyS0": "TERM=vt102"} {
		if got := tableEnv(&pid1.Terminal{Name: name}); got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A fault of process 1 is told, and does not end it.
func TestGuarded(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func(as *os.File) { os.Stderr = as }(os.Stderr)
	os.Stderr = write // the console, where no terminal is open
	l := &liveSystem{}
	l.guarded(func() { panic("no\x1b reason " + strings.Repeat("at all ", 100)) })
	l.guarded(func() { l.note(errors.New("no keyboard"), nil); l.sayNotes(); l.sayNotes(); l.giveUp() })
	write.Close()
	said, err := io.ReadAll(read)
	if text := string(said); err != nil || !strings.Contains(text, "a fault in itself: no? reason at all") || strings.Count(text, "- no keyboard") != 1 ||
		!strings.HasSuffix(text, "its plug.\n") {
		t.Errorf("%s, %v", said, err)
	}
	checkScreen(t, string(said))
}

// TestHintsOfMenu: where there is no shell, nobody is told to type a command.
func TestHintsOfMenu(t *testing.T) {
	before := hostRoot
	defer func() { hostRoot = before }()
	for root, shell := range map[*fstest.MapFS]bool{{}: true, {"live": {Data: []byte("sigtool live image 1\n")}}: false} {
		hostRoot = *root
		for _, hint := range []string{beginAgain(ceremony.Rehearsal, "plan.yaml"), goOn("plan.yaml", "out")} {
			if strings.Contains(hint, "sigtool ceremony") != shell {
				t.Errorf("%q, where a shell is there: %v", hint, shell)
			}
		}
	}
}
