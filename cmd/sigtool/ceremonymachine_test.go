package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// What this test's binary, when it stands for sigtool, takes from its environment. The product knows nothing of it.
const (
	fixtureRoot = "SIGTOOL_TEST_ROOT"  // the folder that is the machine's "/"
	fixtureTime = "SIGTOOL_TEST_CLOCK" // what the machine's clock says, where it stands still
	probeReport = "SIGTOOL_TEST_PROBE" // the file for what came of reaching for the network from inside
)

// sigtoolOnMachine is sigtool on the machine that the environment names.
func sigtoolOnMachine() {
	if root := os.Getenv(fixtureRoot); root != "" {
		hostRoot = os.DirFS(root)
	}
	if text := os.Getenv(fixtureTime); text != "" {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		machineClock = func() time.Time { return now }
	}
	if report := os.Getenv(probeReport); report != "" {
		hostRoot = probing{hostRoot, report}
	}
	main()
}

// airGapped is a machine that nothing is wrong with, by the files in which it is measured.
var airGapped = map[string]string{
	"sys/class/net/lo/operstate":           "unknown\n",
	"sys/class/net/lo/carrier":             "1\n",
	"sys/class/net/lo/flags":               "0x9\n",
	"proc/1/net/dev":                       "Inter-|   Receive\n face |bytes\n    lo:       0       0\n",
	"proc/1/net/route":                     "Iface\tDestination\tGateway\n",
	"proc/swaps":                           "Filename\tType\tSize\tUsed\tPriority\n",
	"proc/sys/kernel/core_pattern":         "core\n",
	"proc/self/status":                     "Name:\tsigtool\nPid:\t42\nPPid:\t1\nTracerPid:\t0\n",
	"proc/1/status":                        "Name:\tinit\nPid:\t1\nPPid:\t0\n",
	"proc/cmdline":                         "BOOT_IMAGE=/live/vmlinuz boot=live quiet\n",
	"proc/cpuinfo":                         "processor\t: 0\nflags\t\t: fpu rdrand rdseed\n",
	"sys/power/state":                      "freeze mem\n",
	"sys/kernel/security/lockdown":         "none [integrity] confidentiality\n",
	"sys/bus/usb/devices/usb1/idVendor":    "1d6b\n",
	"sys/bus/usb/devices/usb1/idProduct":   "0002\n",
	"proc/sys/kernel/random/entropy_avail": "256\n",
	"sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c": "\x06\x00\x00\x00\x01",
	"proc/self/mountinfo": `22 1 0:20 / / rw,noatime shared:1 - overlay overlay rw,lowerdir=/run/live/rootfs/filesystem.squashfs/,upperdir=/run/live/overlay/rw,workdir=/run/live/overlay/work
23 22 0:21 / /run rw - tmpfs tmpfs rw,mode=755
24 23 0:22 / /run/live/overlay rw - tmpfs tmpfs rw
`,
}

// makeMachine puts a machine that nothing is wrong with into a folder.
func makeMachine(folder string) error {
	for name, text := range airGapped {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// machine DIR puts a machine that nothing is wrong with into a folder, and has sigtool measure that one from here on.
func machine(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(makeMachine(dir))
	ts.Setenv(fixtureRoot, dir)
}

// probing is a machine's "/" whose reading reaches for the network, from inside of the ceremony that measures it, and writes down what came
// of it.
type probing struct {
	fs.FS
	report string
}

func (p probing) Open(name string) (fs.File, error) {
	probeOnce(p.report)
	return p.FS.Open(name)
}
