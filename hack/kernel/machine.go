package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// patience is how long the machine may take from power on to power off: 12 s under emulation on an idle core, minutes on a busy one.
const patience = 4 * time.Minute

//go:embed init
var initScript []byte

// boot is what the machine told of one run.
type boot struct {
	facts    map[string]string // release, lockdown, enforced, secureboot
	keys     []string          // what the kernel said of certificates
	verdicts []verdict         // one for each trial
}

// verdict is what the kernel made of one file.
type verdict struct {
	loaded bool
	errno  string // the loader's words for the kernel's error
	dmesg  []string
}

// said is the verdict in the kernel's own words, each once, behind those that the loader has for the error.
func (v verdict) said() string {
	if v.loaded {
		return ""
	}
	words := []string{v.errno}
	for _, line := range v.dmesg {
		if !slices.Contains(words, line) { // busybox tries two system calls
			words = append(words, line)
		}
	}
	return strings.Join(words, "; ")
}

// run boots the machine on a disk of its own, made of the trials' files, and returns what it said.
func (l *lab) run(ctx context.Context, trials []trial) (*boot, error) {
	if err := l.initrd(trials); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	// Names are relative to the work folder: QEMU takes commas in names for its own.
	qemu := exec.CommandContext(ctx, "qemu-system-x86_64", "-machine", "q35,smm=on,accel=tcg", "-cpu", "max", "-m", "768",
		"-nodefaults", "-display", "none", "-no-reboot", "-serial", "file:console.txt", "-serial", "file:verdicts.txt",
		"-global", "driver=cfi.pflash01,property=secure,value=on",
		"-drive", "if=pflash,format=raw,unit=0,readonly=on,file="+l.firmware, "-drive", "if=pflash,format=raw,unit=1,file=vars.fd",
		"-kernel", "vmlinuz", "-initrd", "initrd.gz", "-append", "console=ttyS0 quiet module.sig_enforce=1 panic=-1")
	qemu.Dir = l.dir
	said, err := qemu.CombinedOutput()
	told := l.read("verdicts.txt")
	b, complete := parseBoot(string(told), len(trials))
	if err == nil && complete {
		return b, nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return nil, fmt.Errorf("the machine did not get to its end: %v\n%s\n-- verdicts, the end:\n%s\n-- console, the end:\n%s", err, said,
		tail(told, 1000), tail(l.read("console.txt"), 3000))
}

// tail is the end of a console's output.
func tail(text []byte, n int) []byte { return text[max(0, len(text)-n):] }

// initrd packs what the kernel starts with: busybox, Debian's kmod with its libraries, the init script, and the files to load.
func (l *lab) initrd(trials []trial) error {
	root := filepath.Join(l.dir, "root")
	l.write("root/init", initScript, 0o755)
	for _, folder := range []string{"dev", "proc", "sys", "bin", "m"} {
		l.fail(os.MkdirAll(filepath.Join(root, folder), 0o755))
	}
	l.copyProgram("busybox", "bin/busybox")
	l.copyProgram("busybox", "busybox/insmod")
	l.copyProgram("kmod", "kmod/insmod")
	if l.finit != "" {
		l.copyProgram(l.finit, "kernel/insmod")
	}
	for _, name := range []string{"sh", "mount", "cat", "dmesg", "grep", "sed", "tail", "uname", "rmmod", "poweroff"} {
		l.fail(os.Symlink("busybox", filepath.Join(root, "bin", name)))
	}
	var list strings.Builder
	for i, t := range trials {
		fmt.Fprintf(&list, "%d /m/%s %s %s\n", i, t.file, t.loader, t.module)
		l.write("root/m/"+t.file, t.data, 0o644)
	}
	l.write("root/trials", []byte(list.String()), 0o644)
	l.shell("cd root && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 >../initrd.gz")
	return l.err
}

var library = regexp.MustCompile(`(?m)(/\S+) \(0x`)

// copyProgram copies a program, under another name, and the libraries that it is linked with.
func (l *lab) copyProgram(name, as string) {
	path, err := exec.LookPath(name)
	l.fail(err)
	files := []string{path}
	// Of a static program ldd says so, and fails.
	if out, err := exec.Command("ldd", path).Output(); err == nil {
		for _, found := range library.FindAllStringSubmatch(string(out), -1) {
			files = append(files, found[1])
		}
	}
	for i, file := range files {
		data, err := os.ReadFile(file)
		l.fail(err)
		if i == 0 {
			file = "/" + as
		}
		l.write("root"+file, data, 0o755)
	}
}

var stamp = regexp.MustCompile(`^\[ *[0-9.]+\] `)

// parseBoot reads what the init script wrote; complete tells whether it got to its end.
func parseBoot(text string, trials int) (b *boot, complete bool) {
	b = &boot{facts: map[string]string{}}
	var v *verdict
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		status, isStatus := strings.CutPrefix(line, "== status ")
		switch {
		case line == "== start":
			b = &boot{facts: map[string]string{}}
		case line == "== end":
			return b, len(b.verdicts) == trials
		case strings.HasPrefix(line, "== trial "):
			b.verdicts = append(b.verdicts, verdict{})
			v = &b.verdicts[len(b.verdicts)-1]
		case v == nil:
			if name, value, found := strings.Cut(line, ": "); found && name == "key" {
				b.keys = append(b.keys, stamp.ReplaceAllString(value, ""))
			} else if found {
				b.facts[name] = value
			}
		case isStatus:
			v.loaded = status == "0"
		case stamp.MatchString(line):
			v.dmesg = append(v.dmesg, stamp.ReplaceAllString(line, ""))
		default:
			v.errno = strings.TrimSpace(line[strings.LastIndex(line, ": ")+1:])
		}
	}
	return b, false
}

// sound tells whether the machine is one that refuses unsigned modules: Secure Boot, lockdown, and signatures enforced.
func (b *boot) sound() error {
	if b.facts["lockdown"] != "[integrity]" || b.facts["enforced"] != "Y" || b.facts["secureboot"] == "" {
		return fmt.Errorf("the machine is not locked down: %v", b.facts)
	}
	return nil
}

// shell runs a line of shell in the work folder.
func (l *lab) shell(line string) { l.output("bash", "-euo", "pipefail", "-c", line) }

// output runs a program in the work folder and returns its standard output.
func (l *lab) output(name string, args ...string) []byte {
	if l.err != nil {
		return nil
	}
	var stderr bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Stderr = l.dir, &stderr
	cmd.Env = append(os.Environ(), "KBUILD_SIGN_PIN="+passphrase)
	out, err := cmd.Output()
	if err != nil {
		l.fail(fmt.Errorf("%s %v: %v\n%s", filepath.Base(name), args, err, &stderr))
	}
	return out
}
