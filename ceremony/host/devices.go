package host

import (
	"errors"
	"slices"
	"strings"

	"sigtool/ceremony"
)

const (
	cameraDir = "sys/class/video4linux"
	soundDir  = "sys/class/sound"
)

var errNoFlags = errors.New("the processor's flags are not listed")

// devices warns of what may see, hear or hold the machine: cameras, microphones, a hypervisor.
func (m machine) devices() []ceremony.Finding {
	const check = ceremony.CheckDevices
	var out []ceremony.Finding
	warn := func(detail string) { out = append(out, finding(check, ceremony.Warn, detail)) }
	if cameras, err := m.cameras(); err != nil {
		out = append(out, untold(check, cameraDir))
	} else if len(cameras) > 0 {
		warn("cameras: " + list(cameras))
	}
	if inputs, err := m.microphones(); err != nil {
		out = append(out, untold(check, soundDir))
	} else if len(inputs) > 0 {
		warn("microphones, or sockets for one: " + list(inputs))
	}
	flags, err := m.cpuFlags()
	xen, xenErr := m.text("sys/hypervisor/type")
	switch {
	case slices.Contains(flags, "hypervisor"):
		warn("this is a virtual machine: whatever runs it sees all of its memory")
	case xenErr == nil && xen != "":
		warn("this is a virtual machine (" + xen + "): whatever runs it sees all of its memory")
	case err != nil:
		warn("whether this is a virtual machine can't be told")
	}
	if len(out) == 0 {
		return one(finding(check, ceremony.OK, "no camera, no microphone, no hypervisor"))
	}
	return out
}

// cameras lists video devices by the names they give themselves; a camera may have several.
func (m machine) cameras() ([]string, error) {
	nodes, err := m.entries(cameraDir)
	var out []string
	for _, node := range nodes {
		if !strings.HasPrefix(node, "video") {
			continue
		}
		own, err := m.text(cameraDir + "/" + node + "/name")
		if err != nil || own == "" {
			own = node
		}
		out = append(out, quoted(own))
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// microphones lists the sound devices that record: pcmC0D0c is card 0, device 0, c for capture.
func (m machine) microphones() ([]string, error) {
	nodes, err := m.entries(soundDir)
	var out []string
	for _, node := range nodes {
		if strings.HasPrefix(node, "pcmC") && strings.HasSuffix(node, "c") {
			out = append(out, quoted(node))
		}
	}
	return out, err
}
