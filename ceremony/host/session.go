package host

import (
	"slices"
	"strings"

	"sigtool/ceremony"
)

// maxAncestors bounds the walk from this process to process 1.
const maxAncestors = 64

// watchers are programs that see or record what passes through the terminal below them, by the name in /proc/PID/comm (15 bytes), and
// what to call them.
var watchers = map[string]string{
	"sshd": "ssh", "sshd-session": "ssh", "dropbear": "ssh", "mosh-server": "mosh-server", "telnetd": "telnetd", "in.telnetd": "telnetd",
	"tmux: server": "tmux", "screen": "screen", "SCREEN": "screen", "zellij": "zellij", "dtach": "dtach", "abduco": "abduco",
	"script": "script", "asciinema": "asciinema", "ttyrec": "ttyrec", "expect": "expect", "ttyd": "ttyd", "gotty": "gotty",
	"xrdp-sesman": "a remote desktop", "xrdp-sesexec": "a remote desktop",
}

// marks are variables that such programs leave for those inside, where sudo or su did not take them away.
var marks = []struct{ name, what string }{
	{"SSH_CONNECTION", "ssh"}, {"SSH_CLIENT", "ssh"}, {"SSH_TTY", "ssh"}, {"TMUX", "tmux"}, {"STY", "screen"}, {"ZELLIJ", "zellij"},
	{"ASCIINEMA_REC", "asciinema"}, {"XRDP_SESSION", "a remote desktop"},
}

// session reports what stands around the terminal: a login from another machine, a multiplexer, a recorder, a debugger. What records
// the picture of a desktop can't be seen from here.
func (m machine) session(self Self) []ceremony.Finding {
	const check = ceremony.CheckSession
	around, whole := m.around(self)
	var out []ceremony.Finding
	for _, what := range around {
		out = append(out, finding(check, ceremony.Block, "the terminal runs inside "+what))
	}
	me, err := m.process("self")
	switch {
	case err == nil && me.tracer != "0" && me.tracer != "":
		out = append(out, finding(check, ceremony.Block, "a debugger holds this program: process "+me.tracer))
	case len(out) == 0 && (!whole || me.tracer == ""):
		return one(finding(check, ceremony.Warn, "the programs around this one can't all be read"))
	case len(out) == 0:
		return one(finding(check, ceremony.OK, "no ssh, tmux, screen or recorder around the terminal"))
	}
	return out
}

// around names what the terminal runs inside, each once; whole is false when the processes above this one could not all be read.
func (m machine) around(self Self) (out []string, whole bool) {
	add := func(what string) {
		if !slices.Contains(out, what) {
			out = append(out, what)
		}
	}
	for _, mark := range marks {
		if self.Env(mark.name) != "" {
			add(mark.what)
		}
	}
	names, whole := m.ancestors()
	for _, name := range names {
		if what := watchers[name]; what != "" {
			add(what)
		}
	}
	return out, whole
}

// ancestors returns the names of the parent, its parent and so on up to process 1; whole is false when the walk broke off.
func (m machine) ancestors() (names []string, whole bool) {
	pid := "self"
	for range maxAncestors {
		p, err := m.process(pid)
		if err != nil {
			return names, false
		}
		if pid != "self" {
			names = append(names, p.name)
		}
		if p.parent == "0" || pid == "1" {
			return names, true
		}
		pid = p.parent
	}
	return names, false
}

type process struct{ name, parent, tracer string }

// process reads /proc/PID/status. The name has its odd bytes escaped there, so that it can't hold a newline.
func (m machine) process(pid string) (process, error) {
	text, err := m.text("proc/" + pid + "/status")
	if err != nil {
		return process{}, err
	}
	var p process
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		switch value = strings.TrimSpace(value); key {
		case "Name":
			p.name = value
		case "PPid":
			p.parent = value
		case "TracerPid":
			p.tracer = value
		}
	}
	return p, nil
}
