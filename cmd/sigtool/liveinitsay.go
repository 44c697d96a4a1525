package main

import (
	"fmt"
	"io"
	"io/fs"
	"strings"

	"sigtool/ceremony"
	"sigtool/ceremony/host"
	"sigtool/ceremony/live"
)

// sayIdentity says what runs here, for people to compare with what they built, and what keeps it from the rest of the world: lines of at
// most 80 characters, all of ASCII, for that is what the kernel's font has.
func sayIdentity(w io.Writer) {
	var b strings.Builder
	fmt.Fprintf(&b, "sigtool %s on Linux %s\n", ascii(version), kernelSays(hostRoot, "proc/sys/kernel/osrelease"))
	if sum, err := programDigest(); err != nil {
		fmt.Fprintf(&b, "WARNING: the program can't be read: %s\n", ascii(err.Error()))
	} else {
		writeDigest(&b, "this program (live build and live verify say the same words)", sum)
	}
	b.WriteString("\n")
	for _, guard := range guards(hostRoot) {
		b.WriteString(narrowed(guard))
	}
	io.WriteString(w, b.String())
}

// guards says what stands between this machine and others: a paragraph each for its links, for modules, for what the firmware checked, and for each
// door that a ceremony's machine check would find open (host.Inspect).
func guards(root fs.FS) []string {
	out := []string{linksOf(root)}
	if kernelSays(root, "proc/sys/kernel/modules_disabled") == "1" {
		out = append(out, "The kernel loads no module any more, of whatever kind.")
	}
	for _, f := range host.Inspect(root, host.Self{Live: live.CommandLine}, []string{ceremony.CheckSecureBoot}) {
		if f.Severity == ceremony.Block {
			out = append(out, "WARNING: "+f.Detail+".")
		} else {
			out = append(out, strings.ToUpper(f.Detail[:1])+f.Detail[1:]+".")
		}
	}
	return out
}

// linksOf says which network links the kernel has. One that is no loopback should not be there: no driver for it came along.
func linksOf(root fs.FS) string {
	entries, err := fs.ReadDir(root, "sys/class/net")
	if err != nil {
		return "WARNING: the network links can't be listed."
	}
	var others []string
	for _, e := range entries {
		if e.Name() != "lo" {
			others = append(others, ascii(e.Name()))
		}
	}
	if len(others) > 0 {
		return "WARNING: there are network links: " + strings.Join(others, ", ") + "."
	}
	return "Network: no link but lo, the machine's own loop."
}

// kernelSays is what the kernel shows in a small file; "(unknown)" where it shows nothing.
func kernelSays(root fs.FS, name string) string {
	text, _ := fs.ReadFile(root, name)
	line, _, _ := strings.Cut(string(text), "\n")
	if line == "" {
		return "(unknown)"
	}
	return ascii(fmt.Sprintf("%.1000s", line))
}
