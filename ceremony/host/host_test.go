package host

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sigtool/ceremony"
)

// airGapped is a machine that nothing is wrong with.
var airGapped = map[string]string{
	"sys/class/net/lo/operstate":        "unknown\n",
	"sys/class/net/lo/carrier":          "1\n",
	"sys/class/net/lo/flags":            "0x9\n",
	"proc/1/net/dev":                    "Inter-|   Receive\n face |bytes\n    lo:       0       0\n",
	"proc/1/net/route":                  "Iface\tDestination\tGateway\n",
	"proc/1/net/ipv6_route":             "00000000000000000000000000000001 80 00000000000000000000000000000000 00 0 00000000 00000002 00000000 80200001       lo\n",
	"proc/swaps":                        "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
	"proc/sys/kernel/core_pattern":      "core\n",
	"proc/self/status":                  "Name:\tsigtool\nUmask:\t0022\nPid:\t42\nPPid:\t1\nTracerPid:\t0\n",
	"proc/1/status":                     "Name:\tinit\nPid:\t1\nPPid:\t0\n",
	"sys/class/net/bonding_masters":     "\n",
	"sys/block/zram0/backing_dev":       "none\n",
	"sys/block/zram1/backing_dev":       "/dev/sda3\n",
	"sys/block/dm-0/dm/uuid":            "CRYPT-PLAIN-swap\n",
	"sys/block/dm-1/dm/uuid":            "LVM-abc\n",
	"sys/class/net-is-not-read/ignored": "",
	"proc/cmdline":                      "BOOT_IMAGE=/live/vmlinuz boot=live quiet\n",
	"proc/cpuinfo":                      "processor\t: 0\nflags\t\t: fpu rdrand rdseed\n\nprocessor\t: 1\nflags\t\t: fpu hypervisor\n",
	"proc/self/mountinfo":               liveMounts,
	"sys/power/state":                   "freeze mem\n",
	"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": "\x06\x00\x00\x00\x01",
	"sys/kernel/security/lockdown":                                             "none [integrity] confidentiality\n",
	"sys/bus/usb/devices/usb1/idVendor":                                        "1d6b\n",
	"sys/bus/usb/devices/usb1/idProduct":                                       "0002\n",
	"proc/sys/kernel/random/entropy_avail":                                     "256\n",
}

// liveMounts are those of a live system whose changes stay in memory.
const liveMounts = `22 1 0:20 / / rw,noatime shared:1 - overlay overlay rw,lowerdir=/run/live/rootfs/filesystem.squashfs/,upperdir=/run/live/overlay/rw,workdir=/run/live/overlay/work
23 22 0:21 / /run rw - tmpfs tmpfs rw,mode=755
24 23 0:22 / /run/live/overlay rw - tmpfs tmpfs rw
25 22 0:23 / /media/a\040stick rw - vfat /dev/sdb1 rw
`

func hardened() Self {
	return Self{AllLocked: true, SecretsLocked: true, Generator: func() error { return nil }, Env: func(string) string { return "" }}
}

// inspect looks at the air-gapped machine with some files changed, or taken away where the text is "-".
func inspect(self Self, changes map[string]string) []ceremony.Finding {
	files := maps.Clone(airGapped)
	maps.Copy(files, changes)
	root := fstest.MapFS{}
	for name, text := range files {
		if text != "-" {
			root[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return Inspect(root, self, ceremony.Checks())
}

// of returns the findings of one check, as "severity: detail".
func of(check string, findings []ceremony.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Check == check {
			out = append(out, string(f.Severity)+": "+f.Detail)
		}
	}
	return out
}

// notOK returns what is not fine, as "check severity: detail".
func notOK(findings []ceremony.Finding) []string {
	var out []string
	for _, f := range findings {
		if f.Severity != ceremony.OK {
			out = append(out, f.Check+" "+string(f.Severity)+": "+f.Detail)
		}
	}
	return out
}

func TestAirGapped(t *testing.T) {
	findings := inspect(hardened(), nil)
	if bad := notOK(findings); bad != nil {
		t.Errorf("an air-gapped machine: %q", bad)
	}
	var checks []string
	for _, f := range findings {
		checks = append(checks, f.Check)
	}
	want := slices.DeleteFunc(ceremony.Checks(), func(check string) bool { return check == ceremony.CheckClock })
	if !reflect.DeepEqual(checks, want) {
		t.Errorf("checked %v, not each of %v", checks, want)
	}
}

// TestLiveSystem: a stick of sigtool's own finds its doors shut, or says which is open.
func TestLiveSystem(t *testing.T) {
	shut := map[string]string{commandLine: "quiet lockdown=confidentiality\n", modulesDisabled: "1\n", lockdown: "none integrity [confidentiality]\n"}
	self := hardened()
	self.Live = "quiet lockdown=confidentiality"
	if bad := notOK(inspect(self, shut)); bad != nil {
		t.Errorf("all doors shut: %q", bad)
	}
	for told, want := range map[string]string{
		"quiet lockdown=none\n":                        `: with "lockdown=none", without "lockdown=confidentiality"`,
		"lockdown=confidentiality quiet":               "in another order or twice",
		"quiet lockdown=confidentiality sneaky=\"\x1b": `: with "sneaky=??"`,
	} {
		open := maps.Clone(shut)
		open[commandLine] = told
		if found := of(ceremony.CheckSecureBoot, inspect(self, open)); len(found) != 2 || !strings.Contains(found[1], want) {
			t.Errorf("%q: %q", told, found)
		}
	}
	for file, c := range map[string][2]string{
		commandLine:     {"quiet lockdown=none\n", "told something else"},
		modulesDisabled: {"0\n", "still loads modules"},
		lockdown:        {"none [integrity] confidentiality\n", "kernel lockdown: integrity"},
	} {
		for _, text := range []string{c[0], "-"} {
			open := maps.Clone(shut)
			open[file] = text
			found := of(ceremony.CheckSecureBoot, inspect(self, open))
			if len(found) != 2 || !strings.HasPrefix(found[1], "block: ") || text != "-" && !strings.Contains(found[1], c[1]) {
				t.Errorf("%s %q: %q", file, text, found)
			}
		}
	}
}

const devWithEth = "Inter-|\n face |\n    lo: 0\n  eth0: 0\n"

func TestFindings(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes map[string]string
		want    []string
	}{
		{"a link is up", map[string]string{"sys/class/net/eth0/operstate": "up\n", "proc/1/net/dev": devWithEth},
			[]string{"links block: link eth0 is up"}},
		{"a point-to-point link has a carrier and no state", map[string]string{"sys/class/net/eth0/operstate": "unknown\n",
			"sys/class/net/eth0/carrier": "1\n", "proc/1/net/dev": devWithEth}, []string{"links block: link eth0 is up"}},
		{"a link is on without a cable", map[string]string{"sys/class/net/eth0/operstate": "down\n", "sys/class/net/eth0/flags": "0x1003\n",
			"proc/1/net/dev": devWithEth}, []string{"links block: link eth0 is switched on, and up as soon as a cable or radio finds it"}},
		{"a link is off", map[string]string{"sys/class/net/eth0/operstate": "down\n", "sys/class/net/eth0/flags": "0x1002\n",
			"proc/1/net/dev": devWithEth}, []string{"links warn: network hardware is there, but down: eth0"}},
		{"a link without state", map[string]string{"sys/class/net/eth0/flags": "0x1002\n", "proc/1/net/dev": devWithEth},
			[]string{"links block: link eth0 is of unknown state"}},
		{"a link without flags", map[string]string{"sys/class/net/eth0/operstate": "down\n", "proc/1/net/dev": devWithEth},
			[]string{"links block: link eth0 is of unknown state"}},
		{"sysfs of another namespace", map[string]string{"proc/1/net/dev": devWithEth},
			[]string{"links block: /sys/class/net shows lo and /proc/1/net/dev eth0, lo: one of them is not this machine's"}},
		{"no sysfs", map[string]string{"sys/class/net/lo/operstate": "-", "sys/class/net/lo/carrier": "-", "sys/class/net/lo/flags": "-",
			"sys/class/net/bonding_masters": "-"}, []string{"links block: /sys/class/net can't be read, so this can't be measured"}},
		{"process 1 is hidden", map[string]string{"proc/1/net/dev": "-", "proc/1/net/route": "-"},
			[]string{"links block: /proc/1/net/dev can't be read, so this can't be measured",
				"routes block: /proc/1/net/route can't be read, so this can't be measured"}},
		{"a route", map[string]string{"proc/1/net/route": "Iface\tDestination\neth0\t00000000\nlo\t0000007F\nwlan0\t00000000\n"},
			[]string{"routes block: routes leave by eth0, wlan0"}},
		{"an IPv6 route", map[string]string{"proc/1/net/ipv6_route": "fe80 40 0 00 0 0 1 0 1 eth0\n"},
			[]string{"routes block: routes leave by eth0"}},
		{"no IPv6", map[string]string{"proc/1/net/ipv6_route": "-"}, nil},
		{"swap on a disk", map[string]string{"proc/swaps": "Filename Type\n/dev/sda2 partition\n"},
			[]string{"swap block: swap on /dev/sda2; switch it off with swapoff -a"}},
		{"swap in a file named like zram", map[string]string{"proc/swaps": "Filename Type\n/var/zram0 file\n"},
			[]string{"swap block: swap on /var/zram0; switch it off with swapoff -a"}},
		{"swap in memory, encrypted, and on a volume", map[string]string{
			"proc/swaps": "Filename Type\n/dev/zram0 p\n/dev/zram1 p\n/dev/dm-0 p\n/dev/dm-1 p\n"},
			[]string{"swap warn: swap on /dev/zram0, compressed memory", "swap block: swap on /dev/zram1, which writes back to a disk",
				"swap warn: swap on /dev/dm-0, encrypted", "swap block: swap on /dev/dm-1; switch it off with swapoff -a"}},
		{"no list of swap", map[string]string{"proc/swaps": "-"},
			[]string{"swap block: /proc/swaps can't be read, so this can't be measured"}},
		{"inside tmux over ssh", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t9\nTracerPid:\t0\n", "proc/9/status": "Name:\tbash\nPPid:\t8\n",
			"proc/8/status": "Name:\ttmux: server\nPPid:\t7\n", "proc/7/status": "Name:\tsshd-session\nPPid:\t1\n"},
			[]string{"session block: the terminal runs inside tmux", "session block: the terminal runs inside ssh"}},
		{"inside script", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t9\nTracerPid:\t0\n", "proc/9/status": "Name:\tscript\nPPid:\t1\n"},
			[]string{"session block: the terminal runs inside script"}},
		{"a parent that is hidden", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t9\nTracerPid:\t0\n"},
			[]string{"session warn: the programs around this one can't all be read"}},
		{"parents in a circle", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t9\nTracerPid:\t0\n", "proc/9/status": "Name:\tbash\nPPid:\t9\n"},
			[]string{"session warn: the programs around this one can't all be read"}},
		{"a debugger", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t1\nTracerPid:\t77\n"},
			[]string{"session block: a debugger holds this program: process 77"}},
		{"a status file cut short", map[string]string{"proc/self/status": "Name:\tsigtool\nPPid:\t1\n"},
			[]string{"session warn: the programs around this one can't all be read"}},
		{"a list of IPv6 routes beyond all bounds", map[string]string{"proc/1/net/ipv6_route": strings.Repeat("x\n", maxFile)},
			[]string{"routes block: /proc/1/net/ipv6_route can't be read, so this can't be measured"}},
		{"a status file of nonsense", map[string]string{"proc/self/status": "PPid:\t../../etc\n"},
			[]string{"session warn: the programs around this one can't all be read"}},
	} {
		if got := notOK(inspect(hardened(), c.changes)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestSelf(t *testing.T) {
	pipe := map[string]string{"proc/sys/kernel/core_pattern": "|/usr/lib/systemd/systemd-coredump %P\n"}
	for _, c := range []struct {
		name    string
		self    func(*Self)
		changes map[string]string
		want    []string
	}{
		{"a pipe catches cores whatever the limit", func(s *Self) { s.Dumpable = true }, pipe,
			[]string{`core block: a crash would be piped to a program: core_pattern is "|/usr/lib/systemd/systemd-coredump %P"`}},
		{"a pipe gets nothing from a process that is not dumpable", func(s *Self) {}, pipe, nil},
		{"core files", func(s *Self) { s.Dumpable, s.CoreLimit = true, 1 }, nil, []string{"core block: a crash would be written to a core file"}},
		{"no core files", func(s *Self) { s.Dumpable = true }, nil, nil},
		{"an unknown pattern", func(s *Self) { s.Dumpable = true }, map[string]string{"proc/sys/kernel/core_pattern": "-"},
			[]string{"core block: /proc/sys/kernel/core_pattern can't be read, so this can't be measured"}},
		{"secrets locked, no more", func(s *Self) { s.AllLocked, s.NotLocked = false, errors.New("the limit is 8 MiB") }, nil,
			[]string{"memory warn: secrets are locked into memory, the rest of the program is not: the limit is 8 MiB"}},
		{"nothing locked", func(s *Self) { s.AllLocked, s.SecretsLocked, s.NotLocked = false, false, errors.New("no") }, nil, []string{"memory block: not even secrets are locked into memory: no"}},
		{"locked or not is not known", func(s *Self) { s.AllLocked, s.SecretsLocked = false, false }, nil,
			[]string{"memory block: not even secrets are locked into memory"}},
		{"a remote desktop", func(s *Self) {
			s.Env = func(name string) string { return map[string]string{"XRDP_SESSION": "1"}[name] }
		}, nil,
			[]string{"session block: the terminal runs inside a remote desktop"}},
		{"a work folder that is gone", func(s *Self) { s.WorkFolder = func() (string, error) { return "", errors.New("gone") } }, nil,
			[]string{"work-folder block: the work folder can't be found, so this can't be measured"}},
		{"no randomness yet", func(s *Self) { s.Generator = func() error { return errors.New("again") } }, nil,
			[]string{"generator block: the kernel's generator is not seeded yet; type on the keyboard, wait, and start again"}},
		{"ssh by the environment", func(s *Self) {
			s.Env = func(name string) string {
				return map[string]string{"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22", "SSH_TTY": "x", "STY": "1.x"}[name]
			}
		}, nil, []string{"session block: the terminal runs inside ssh", "session block: the terminal runs inside screen"}},
	} {
		self := hardened()
		c.self(&self)
		if got := notOK(inspect(self, c.changes)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}
