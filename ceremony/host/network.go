package host

import (
	"errors"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"sigtool/ceremony"
)

const (
	linksDir   = "sys/class/net"
	linksProc  = "proc/1/net/dev"
	routesProc = "proc/1/net/route"
	routes6    = "proc/1/net/ipv6_route"
)

// flagUp is IFF_UP: switched on, whether or not a cable is in.
const flagUp = 1

// links reports every link other than loopback: up blocks, there but down warns.
func (m machine) links() []ceremony.Finding {
	names, err := m.linkNames()
	if err != nil {
		return one(unreadable(ceremony.CheckLinks, linksDir))
	}
	var out []ceremony.Finding
	if seen, err := m.procNames(); err != nil {
		out = append(out, unreadable(ceremony.CheckLinks, linksProc))
	} else if !slices.Equal(seen, names) {
		out = append(out, finding(ceremony.CheckLinks, ceremony.Block,
			"/"+linksDir+" shows "+list(names)+" and /"+linksProc+" "+list(seen)+": one of them is not this machine's"))
	}
	var down []string
	for _, name := range names {
		if name == "lo" {
			continue
		}
		if state := m.linkState(name); state != "" {
			out = append(out, finding(ceremony.CheckLinks, ceremony.Block, "link "+name+" is "+state))
		} else {
			down = append(down, name)
		}
	}
	if len(down) > 0 {
		out = append(out, finding(ceremony.CheckLinks, ceremony.Warn, "network hardware is there, but down: "+list(down)))
	}
	if len(out) == 0 {
		out = append(out, finding(ceremony.CheckLinks, ceremony.OK, "no network hardware"))
	}
	return out
}

// linkState says in what way a link is up, or "" when it is down. A link whose state can't be read is up.
func (m machine) linkState(name string) string {
	state, err := m.text(linksDir + "/" + name + "/operstate")
	carrier, _ := m.text(linksDir + "/" + name + "/carrier") // the kernel refuses to tell while the link is switched off
	flags, _ := m.text(linksDir + "/" + name + "/flags")
	on, flagsErr := strconv.ParseUint(strings.TrimPrefix(flags, "0x"), 16, 32)
	switch {
	case err != nil:
		return "of unknown state"
	case state == "up", carrier == "1":
		return "up"
	case flagsErr != nil:
		return "of unknown state"
	case on&flagUp != 0:
		return "switched on, and up as soon as a cable or radio finds it"
	}
	return ""
}

// linkNames lists the links of sysfs; what is not a link there (bonding_masters) is a file.
func (m machine) linkNames() ([]string, error) {
	entries, err := fs.ReadDir(m.root, linksDir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if info, err := fs.Stat(m.root, linksDir+"/"+e.Name()); err != nil || info.IsDir() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// procNames lists the links of process 1: two lines of heads, then "name: counters".
func (m machine) procNames() ([]string, error) {
	rows, err := m.rows(linksProc)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, row := range rows {
		if name, _, ok := strings.Cut(row[0], ":"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// routes reports the links by which packets could leave. In /proc/net/route the link is the first column, below a line of heads;
// in ipv6_route it is the last.
func (m machine) routes() []ceremony.Finding {
	rows, err := m.rows(routesProc)
	if err != nil {
		return one(unreadable(ceremony.CheckRoutes, routesProc))
	}
	out := map[string]bool{}
	for i, row := range rows {
		if i > 0 && row[0] != "lo" {
			out[row[0]] = true
		}
	}
	rows, err = m.rows(routes6)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // not there where the kernel has no IPv6
		return one(unreadable(ceremony.CheckRoutes, routes6))
	}
	for _, row := range rows {
		if dev := row[len(row)-1]; dev != "lo" {
			out[dev] = true
		}
	}
	if len(out) == 0 {
		return one(finding(ceremony.CheckRoutes, ceremony.OK, "no route leaves the machine"))
	}
	var names []string
	for name := range out {
		names = append(names, name)
	}
	slices.Sort(names)
	return one(finding(ceremony.CheckRoutes, ceremony.Block, "routes leave by "+list(names)))
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}
