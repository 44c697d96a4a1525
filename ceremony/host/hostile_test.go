package host

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"

	"sigtool/ceremony"
)

// FuzzInspect: whatever files say, each check has a finding, and each finding is one line of printable ASCII, of bounded length.
func FuzzInspect(f *testing.F) {
	f.Add("Filename Type\n/dev/zram0 p\n", "Ultra Fit\n", "phy0", "eth0 x\n eth1: 0")
	f.Add("Filename\n\x1b[2J", "\x00\u202e\"", "\xff\xfe", "")
	f.Add("", "1", "[", "|")
	f.Fuzz(func(t *testing.T, table, product, word, other string) {
		root := fstest.MapFS{}
		for name, text := range map[string]string{
			"proc/swaps": table, "proc/1/net/dev": other, "proc/1/net/route": table, "proc/1/net/ipv6_route": other, "proc/self/status": other,
			"proc/cmdline": word, "proc/cpuinfo": other, "proc/self/mountinfo": table, "proc/sys/kernel/core_pattern": word,
			"proc/sys/kernel/random/entropy_avail": product, "sys/class/misc/hw_random/rng_current": word,
			"sys/class/net/eth0/operstate": word, "sys/class/net/eth0/flags": other, "sys/class/rfkill/rfkill0/name": product,
			"sys/class/rfkill/rfkill0/type": word, "sys/class/rfkill/rfkill0/soft": "0", "sys/class/rfkill/rfkill0/hard": "0",
			"sys/power/state": "mem disk", "sys/power/resume": word, "sys/class/video4linux/video0/name": product,
			"sys/bus/usb/devices/1-1/idVendor": word, "sys/bus/usb/devices/1-1/idProduct": other, "sys/bus/usb/devices/1-1/product": product,
			"sys/bus/usb/devices/1-1:1.0/bInterfaceClass": word, efiVariable: product, lockdown: word, "sys/hypervisor/type": word,
		} {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
		self := hardened()
		self.Dumpable, self.AllLocked, self.NotLocked = true, false, errors.New(word)
		self.WorkFolder = func() (string, error) { return product, nil }
		checkHarmless(t, Inspect(root, self, ceremony.Checks()), ceremony.Checks())
	})
}

func checkHarmless(t *testing.T, findings []ceremony.Finding, checks []string) {
	t.Helper()
	for _, check := range checks {
		if check != ceremony.CheckClock && of(check, findings) == nil {
			t.Errorf("nothing about %s", check)
		}
	}
	for _, f := range findings {
		if f.Detail == "" || len(f.Detail) > maxDetail+60 || f.Detail != printable(f.Detail) {
			t.Errorf("%s: %q", f.Check, f.Detail)
		}
		if !slices.Contains([]ceremony.Severity{ceremony.OK, ceremony.Warn, ceremony.Block}, f.Severity) {
			t.Errorf("%s is %q", f.Check, f.Severity)
		}
	}
}

// TestThisMachine measures the machine that the tests run on: what is watched has the same findings twice.
func TestThisMachine(t *testing.T) {
	root := os.DirFS("/")
	checkHarmless(t, Inspect(root, hardened(), ceremony.Checks()), ceremony.Checks())
	first := Inspect(root, hardened(), ceremony.Watched())
	checkHarmless(t, first, ceremony.Watched())
	if second := Inspect(root, hardened(), ceremony.Watched()); !reflect.DeepEqual(first, second) {
		t.Errorf("first %v\nthen %v", first, second)
	}
}

// BenchmarkInspect and BenchmarkWatched say what a measurement costs: one is made after every answer.
func BenchmarkInspect(b *testing.B) { benchmark(b, ceremony.Checks()) }

// BenchmarkWatched: see BenchmarkInspect.
func BenchmarkWatched(b *testing.B) { benchmark(b, ceremony.Watched()) }

func benchmark(b *testing.B, checks []string) {
	root := os.DirFS("/")
	for b.Loop() {
		Inspect(root, hardened(), checks)
	}
}
