//go:build live

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/hack/live/qmp"
	"sigtool/internal/term/termtest"
)

// laptop is a machine that QEMU emulates, started by its firmware from a copy of the live system's stick. Nothing of it is this machine's.
type laptop struct {
	t       *testing.T
	stick   string   // the file that is the stick
	folder  string   // its path is short, for sockets
	args    []string // of QEMU, besides the usual
	cpu     string
	secure  bool // Secure Boot is on, and only Debian's test key (package ovmf) and Microsoft's are known
	monitor *qmp.Monitor
	started time.Time
}

// What hack/test-live.sh made.
const (
	liveImage   = "test-live/ceremony.img"
	liveList    = "test-live/ceremony.list"
	liveProgram = "test-live/sigtool" // that is in it
	liveKernel  = "test-live/vmlinuz"
	liveConsole = "test-live/console" // hack/live/console
	liveScreens = "live/screens"      // the folder for pictures
	stickPlan   = "live"              // that is in it: testdata/ceremony/live.yaml
)

// liveFile is the path of a file in build.
func liveFile(name string) string {
	path, err := filepath.Abs(filepath.Join("../../build", name))
	if err != nil {
		panic(err)
	}
	return path
}

func newLaptop(t *testing.T) *laptop {
	t.Helper()
	folder, err := os.MkdirTemp("", "laptop")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	l := &laptop{t: t, folder: folder, stick: filepath.Join(folder, "stick.img"), cpu: "max"}
	copyFile(t, liveFile(liveImage), l.stick)
	return l
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// lifetime is when a machine is switched off from outside, whatever it does.
const lifetime = 4 * time.Minute

// patient is how long a machine may take for one thing: to start above all, when others use the processor too.
const patient = 100 * time.Second

// on switches the machine on, and sits down at its serial line, or at its screen and keyboard.
func (l *laptop) on(atScreen bool) *robot {
	t := l.t
	t.Helper()
	copyFile(t, firmware[l.secure].vars, filepath.Join(l.folder, "vars.fd"))
	socket := filepath.Join(l.folder, "monitor")
	os.Remove(socket)
	listener, err := qmp.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	args := append(l.usual(), "-chardev", "socket,id=monitor,path=monitor", "-mon", "chardev=monitor,mode=control")
	size := [2]int{80, 24}
	cmd := exec.Command("timeout", append([]string{"--foreground", "-s", "KILL", fmt.Sprint(lifetime.Seconds()), "qemu-system-x86_64",
		"-chardev", "stdio,id=line,signal=off", "-serial", "chardev:line"}, args...)...)
	if atScreen {
		size = [2]int{1280 / 8, 800 / 16}
		cmd = exec.Command(liveFile(liveConsole), append([]string{"-kernel", liveFile(liveKernel), "-lifetime", lifetime.String(), "--",
			"qemu-system-x86_64"}, args...)...)
	}
	cmd.Dir = l.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + l.folder, "TERM=xterm"}
	r := l.people()
	if atScreen {
		r.read = eitherView
	}
	l.started = time.Now()
	r.screen = termtest.StartScreen(t, cmd, size[0], size[1])
	r.screen.Patience = patient
	if l.monitor, err = qmp.Accept(listener); err != nil {
		t.Fatalf("QEMU does not start: %v\n%s", err, r.screen.Text())
	}
	t.Cleanup(func() { l.monitor.Close() })
	return r
}

// firmware is Debian's OVMF, without Secure Boot and with it.
var firmware = map[bool]struct{ code, vars, smm string }{
	false: {"/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd", "off"},
	true:  {"/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", "/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd", "on"},
}

// usual are the arguments of QEMU for a machine of today: UEFI, its stick, keyboard and all else on USB 3, and no PS/2.
func (l *laptop) usual() []string {
	f := firmware[l.secure]
	return append([]string{"-no-user-config", "-nodefaults", "-accel", "tcg,thread=multi", "-machine", "q35,i8042=off,smm=" + f.smm, "-cpu", l.cpu, "-m", "512",
		"-display", "none", "-vga", "std", "-rtc", "base=utc", "-global", "driver=cfi.pflash01,property=secure,value=" + f.smm,
		"-drive", "if=pflash,format=raw,unit=0,readonly=on,file=" + f.code, "-drive", "if=pflash,format=raw,unit=1,file=vars.fd",
		"-device", "qemu-xhci,id=usb,p2=8,p3=8", "-device", "usb-kbd,bus=usb.0",
		"-blockdev", "driver=raw,node-name=disk-stick,file.driver=file,file.filename=stick.img",
		"-device", "usb-storage,id=stick,drive=disk-stick,bus=usb.0,bootindex=0,removable=on"}, l.args...)
}

// people are those of the plan that is in the image, with what they have on paper.
func (l *laptop) people() *robot {
	l.t.Helper()
	plan, err := ceremony.ParsePlan(testPlan(l.t, stickPlan))
	if err != nil {
		l.t.Fatal(err)
	}
	m := &room{program: liveFile(liveProgram), folder: l.folder, out: filepath.Join(l.folder, "out"), plan: plan}
	return &robot{t: l.t, room: m, birds: &aviary{t: l.t}, paper: m.notes(l.t), shots: newShots(l.t), read: lineView}
}

// do has QEMU do something.
func (l *laptop) do(command string, arguments map[string]any) {
	l.t.Helper()
	if _, err := l.monitor.Do(command, arguments); err != nil {
		l.t.Fatal(err)
	}
}

// with has a stick plugged in already when the machine is switched on: a file of the laptop's folder.
func (l *laptop) with(name string, writeProtected bool) {
	readOnly := map[bool]string{true: "on", false: "off"}[writeProtected]
	l.args = append(l.args, "-blockdev", "driver=raw,node-name=disk-"+name+",read-only="+readOnly+",file.driver=file,file.filename="+name+".img",
		"-device", "usb-storage,id="+name+",drive=disk-"+name+",bus=usb.0,removable=on")
}

// plug plugs in a stick: a file of the laptop's folder.
func (l *laptop) plug(name string, writeProtected bool) {
	l.t.Helper()
	l.do("blockdev-add", map[string]any{"driver": "raw", "node-name": "disk-" + name, "read-only": writeProtected,
		"file": map[string]any{"driver": "file", "filename": filepath.Join(l.folder, name+".img")}})
	l.do("device_add", map[string]any{"driver": "usb-storage", "id": name, "drive": "disk-" + name, "bus": "usb.0", "removable": true})
}

// pull pulls out a stick.
func (l *laptop) pull(name string) {
	l.t.Helper()
	l.do("device_del", map[string]any{"id": name})
	if err := l.monitor.Gone(name); err != nil {
		l.t.Fatal(err)
	}
	l.do("blockdev-del", map[string]any{"node-name": "disk-" + name})
}

// strikes has somebody strike keys together, as QEMU names them.
func (l *laptop) strikes(keys ...string) {
	l.t.Helper()
	var codes []map[string]string
	for _, key := range keys {
		codes = append(codes, map[string]string{"type": "qcode", "data": key})
	}
	l.do("send-key", map[string]any{"keys": codes})
}

// picture keeps what the screen shows, for people to look at.
func (l *laptop) picture(name string) {
	l.t.Helper()
	if err := os.MkdirAll(liveFile(liveScreens), 0o755); err != nil {
		l.t.Fatal(err)
	}
	l.do("screendump", map[string]any{"filename": filepath.Join(liveFile(liveScreens), name+".png"), "format": "png"})
}

// cut cuts the power.
func (l *laptop) cut(r *robot) {
	l.t.Helper()
	for _, pid := range r.screen.Processes() {
		if err := unix.Kill(pid, unix.SIGKILL); err != nil && err != unix.ESRCH {
			l.t.Fatal(err)
		}
	}
	if err := l.monitor.Ended(); err != nil { // the terminal tells nothing any more: QEMU did not put it right
		l.t.Fatal(err)
	}
}

// card plugs in a network card whose cable leads nowhere; what it sends is written down, and noFrames looks at that.
func (l *laptop) card(name, device string) {
	l.args = append(l.args, "-netdev", "hubport,hubid=0,id="+name, "-device", device+",netdev="+name,
		"-object", "filter-dump,id=dump-"+name+",netdev="+name+",file="+name+".pcap")
}

// noFrames says that a network card never sent anything: the record (libpcap's) is its head of 24 bytes alone.
func (l *laptop) noFrames(name string) {
	l.t.Helper()
	data, err := os.ReadFile(filepath.Join(l.folder, name+".pcap"))
	if err != nil || len(data) != 24 {
		l.t.Errorf("%s sent something: %d bytes, %v", name, len(data), err)
	}
}

// comesUp waits until one can work there, and returns what the system said until then.
func (l *laptop) comesUp(r *robot) string {
	l.t.Helper()
	r.screen.Until("the first screen", func(text string) bool { return strings.Contains(text, "sigtool") })
	first, processor := time.Since(l.started), r.processorTime()
	r.sees("Press Enter to work here")
	l.t.Logf("from power on to the first screen: %.1f s, in which QEMU had the processor for %.1f s; until one can work there: %.1f s", first.Seconds(),
		processor.Seconds(), time.Since(l.started).Seconds())
	return r.screen.History()
}

// processorTime is how long the processor worked for what runs at a terminal, which is what a machine that does nothing else would have taken.
// /proc/PID/stat has it in hundredths of a second: the 12th and 13th field behind the name in brackets (proc(5)).
func (r *robot) processorTime() (sum time.Duration) {
	r.t.Helper()
	for _, pid := range r.screen.Processes() {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			r.t.Fatal(err)
		}
		for _, field := range strings.Fields(string(data[bytes.LastIndexByte(data, ')'):]))[12:14] {
			ticks, err := strconv.Atoi(field)
			if err != nil {
				r.t.Fatal(err)
			}
			sum += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return sum
}
