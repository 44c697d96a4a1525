package host

import (
	"slices"
	"strings"

	"sigtool/ceremony"
)

// generator reports whether the kernel's generator is seeded, and what may have fed it, as far as that can be told.
func (m machine) generator(self Self) ceremony.Finding {
	const check = ceremony.CheckGenerator
	if err := self.Generator(); err != nil {
		return finding(check, ceremony.Block, "the kernel's generator is not seeded yet; type on the keyboard, wait, and start again")
	}
	var from []string
	flags, err := m.cpuFlags()
	for _, flag := range []string{"rdseed", "rdrand", "rng", "rndr"} { // the last two: MIPS and others, arm64
		if slices.Contains(flags, flag) {
			from = append(from, "the processor ("+flag+")")
		}
	}
	if device, err := m.text("sys/class/misc/hw_random/rng_current"); err == nil && device != "" && device != "none" {
		from = append(from, "device "+quoted(device))
	}
	detail := "the kernel's generator is seeded"
	switch {
	case len(from) > 0:
		detail += "; sources besides the timing of interrupts: " + list(from)
	case err == nil:
		detail += ", by the timing of interrupts alone: no source in the processor or a device"
	}
	if bits, err := m.text("proc/sys/kernel/random/entropy_avail"); err == nil {
		detail += "; entropy_avail is " + bits
	}
	return finding(check, ceremony.OK, detail)
}

// cpuFlags are what the first processor says it can do: "flags : fpu vme …", "Features : fp asimd …" on ARM. The file has one paragraph
// for each processor, and no more than the first is read.
func (m machine) cpuFlags() ([]string, error) {
	text, err := m.head("proc/cpuinfo", 16<<10)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		if key = strings.TrimSpace(key); key == "flags" || key == "Features" {
			return strings.Fields(value), nil
		}
	}
	return nil, errNoFlags
}
