package pid1

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Setting is a knob of the kernel, below /proc/sys or /sys.
type Setting struct{ Path, Value string }

// Settings make the kernel tell less, dump nothing, start no program of its own and take no orders from keys. Each is a file that a kernel
// may not have; what the words mean is in the kernel's Documentation/admin-guide/sysctl.
var Settings = []Setting{
	{"/proc/sys/kernel/printk", "1 4 1 7"},        // a message of the kernel must not break into a screen; its last words still do
	{"/proc/sys/kernel/sysrq", "0"},               // no magic keys
	{"/proc/sys/kernel/kexec_load_disabled", "1"}, // no other kernel
	{"/proc/sys/kernel/dmesg_restrict", "1"},
	{"/proc/sys/kernel/kptr_restrict", "2"},
	{"/proc/sys/kernel/perf_event_paranoid", "3"},
	{"/proc/sys/kernel/unprivileged_bpf_disabled", "1"},
	{"/proc/sys/kernel/yama/ptrace_scope", "3"}, // nothing looks into another process, for good
	{"/proc/sys/kernel/core_uses_pid", "0"},     // with this and an empty pattern no core is ever written (core(5))
	{"/proc/sys/kernel/core_pattern", ""},
	{"/proc/sys/fs/suid_dumpable", "0"},
	{"/proc/sys/kernel/modprobe", ""}, // the program that the kernel would start to get a module
	{"/proc/sys/kernel/hotplug", ""},
	{"/proc/sys/dev/tty/ldisc_autoload", "0"},
	{"/proc/sys/vm/unprivileged_userfaultfd", "0"},
	{"/sys/class/graphics/fbcon/cursor_blink", "0"},
}

// NoModules has the kernel load no module from now on; only a restart takes that back.
var NoModules = Setting{"/proc/sys/kernel/modules_disabled", "1"}

// Set turns the knob. A kernel without it is no error.
func (s Setting) Set() error {
	err := s.write()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Insist turns the knob and reads it back.
func (s Setting) Insist() error {
	if err := s.write(); err != nil {
		return err
	}
	now, err := os.ReadFile(s.Path)
	if err == nil && string(now) != s.Value+"\n" {
		err = fmt.Errorf("%s is %.20q", s.Path, now)
	}
	return err
}

// write ends the value with a line feed: no bytes at all would change nothing.
func (s Setting) write() error {
	f, err := os.OpenFile(s.Path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(s.Value + "\n")
	return err
}

// Apply turns all knobs and returns those that would not be turned.
func Apply(settings []Setting) (failed []error) {
	for _, s := range settings {
		if err := s.Set(); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", filepath.Base(s.Path), errors.Unwrap(err)))
		}
	}
	return failed
}
