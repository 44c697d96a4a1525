package modules

import (
	"bytes"
	"slices"
	"strings"
)

// needs is what a module says of itself in .modinfo.
type needs struct {
	name     string   // "" in kernels before 4.13
	versions string   // vermagic: the release of its kernel, a space, how that was configured
	depends  []string // modules that have what it imports
	before   []string // modules that it wants to come before it, if they are there
}

// needs reads .modinfo. Keys that are not wanted here are passed over.
func (o *object) needs() (*needs, error) {
	n := &needs{}
	for entry := range bytes.SplitSeq(o.info, []byte{0}) {
		key, value, _ := strings.Cut(string(entry), "=")
		switch key {
		case "name":
			n.name = value
		case "vermagic":
			n.versions = value
		case "depends":
			for name := range strings.SplitSeq(value, ",") {
				if name != "" {
					n.depends = append(n.depends, normal(name))
				}
			}
		case "softdep": // "pre: a b post: c"
			pre := false
			for _, word := range strings.Fields(value) {
				if strings.HasSuffix(word, ":") {
					pre = word == "pre:"
				} else if pre && plain(normal(word)) { // else an alias: "platform:acpi-cpufreq"
					n.before = append(n.before, normal(word))
				}
			}
		}
	}
	if !slices.ContainsFunc(n.depends, func(name string) bool { return !plain(name) }) {
		return n, nil
	}
	return nil, errModule
}
