package host

import (
	"slices"
	"strings"

	"sigtool/ceremony"
)

// maxAncestors bounds the walk from this process to process 1.
const maxAncestors = 64

// watchers are programs that see or record what passes through the terminal below them, by the name in /proc/PID/comm (15 bytes).
var watchers = []string{"sshd", "sshd-session", "mosh-server", "telnetd", "tmux: server", "screen", "SCREEN", "script", "asciinema", "ttyrec", "ttyd"}

// session reports what stands around the terminal: a login from another machine, a multiplexer, a recorder.
func (m machine) session(self Self) []ceremony.Finding {
	seen := map[string]bool{}
	var out []ceremony.Finding
	add := func(what string) {
		if !seen[what] {
			seen[what] = true
			out = append(out, finding(ceremony.CheckSession, ceremony.Block, "the terminal runs inside "+what))
		}
	}
	for _, v := range []struct{ name, what string }{
		{"SSH_CONNECTION", "ssh"}, {"SSH_TTY", "ssh"}, {"TMUX", "tmux"}, {"STY", "screen"}, {"ASCIINEMA_REC", "asciinema"},
	} {
		if self.Env(v.name) != "" {
			add(v.what)
		}
	}
	names, whole := m.ancestors()
	for _, name := range names {
		if slices.Contains(watchers, name) {
			add(watcherName(name))
		}
	}
	switch {
	case len(out) > 0:
		return out
	case !whole:
		return []ceremony.Finding{finding(ceremony.CheckSession, ceremony.Warn, "the programs around this one can't all be read")}
	}
	return []ceremony.Finding{finding(ceremony.CheckSession, ceremony.OK, "no ssh, tmux, screen or recorder around the terminal")}
}

func watcherName(comm string) string {
	switch comm {
	case "sshd", "sshd-session":
		return "ssh"
	case "tmux: server":
		return "tmux"
	case "SCREEN":
		return "screen"
	}
	return comm
}

// ancestors returns the names of the parent, its parent and so on up to process 1; whole is false when the walk broke off.
func (m machine) ancestors() (names []string, whole bool) {
	pid := "self"
	for range maxAncestors {
		name, parent, err := m.process(pid)
		if err != nil {
			return names, false
		}
		if pid != "self" {
			names = append(names, name)
		}
		if parent == "0" || pid == "1" {
			return names, true
		}
		pid = parent
	}
	return names, false
}

// process reads "Name:" and "PPid:" of /proc/PID/status. The name has its odd bytes escaped there, so that it can't hold a newline.
func (m machine) process(pid string) (name, parent string, err error) {
	text, err := m.text("proc/" + pid + "/status")
	if err != nil {
		return "", "", err
	}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		switch key {
		case "Name":
			name = strings.TrimSpace(value)
		case "PPid":
			parent = strings.TrimSpace(value)
		}
	}
	return name, parent, nil
}
