package host

import (
	"strings"

	"sigtool/ceremony"
)

const (
	radioDir     = "sys/class/rfkill"
	wifiDir      = "sys/class/ieee80211"
	bluetoothDir = "sys/class/bluetooth"
)

// A radio is what the kernel has a switch for in /sys/class/rfkill. The name is that of the wireless card (phy0) or Bluetooth adapter
// (hci0), or the maker's for a switch of the whole laptop.
type radio struct {
	name, kind string
	off        string // "by its switch" or "in software", "" if it is on
	known      bool   // whether that could be read
}

func (m machine) switches() ([]radio, error) {
	names, err := m.entries(radioDir)
	if err != nil {
		return nil, err
	}
	var out []radio
	for _, entry := range names {
		folder := radioDir + "/" + entry + "/"
		r := radio{name: entry}
		if own, err := m.text(folder + "name"); err == nil && own != "" {
			r.name = own
		}
		r.kind, _ = m.text(folder + "type")
		soft, _ := m.text(folder + "soft")
		hard, _ := m.text(folder + "hard")
		switch {
		case hard == "1":
			r.off, r.known = "by its switch", true
		case soft == "1":
			r.off, r.known = "in software", true
		default:
			r.known = soft == "0" && hard == "0"
		}
		out = append(out, r)
	}
	return out, nil
}

// radios reports every wireless device: one that is on warns, for a link over it is reported by itself.
func (m machine) radios() []ceremony.Finding {
	switches, err := m.switches()
	if err != nil {
		return one(unreadable(ceremony.CheckRadios, radioDir))
	}
	cards, err := m.entries(wifiDir)
	if err != nil {
		return one(unreadable(ceremony.CheckRadios, wifiDir))
	}
	var out []ceremony.Finding
	var off []string
	switched := map[string]bool{}
	for _, r := range switches {
		switched[r.name] = true
		what := strings.TrimSpace(r.kind + " " + quoted(r.name))
		switch {
		case !r.known:
			out = append(out, finding(ceremony.CheckRadios, ceremony.Block, "whether "+what+" is switched off can't be read"))
		case r.off == "":
			out = append(out, finding(ceremony.CheckRadios, ceremony.Warn, what+" is not switched off; rfkill block all does that"))
		default:
			off = append(off, what+" "+r.off)
		}
	}
	for _, card := range cards {
		if !switched[card] {
			out = append(out, finding(ceremony.CheckRadios, ceremony.Warn, "wireless card "+quoted(card)+" has no switch"))
		}
	}
	switch {
	case len(out) > 0:
		return out
	case len(off) > 0:
		return one(finding(ceremony.CheckRadios, ceremony.OK, "switched off: "+list(off)))
	}
	return one(finding(ceremony.CheckRadios, ceremony.OK, "no wireless hardware"))
}

// bluetooth reports adapters: one that is not switched off warns, one that something is connected to blocks, be it only a keyboard,
// for then what is typed goes through the air. A connection is listed as ADAPTER:HANDLE.
func (m machine) bluetooth() []ceremony.Finding {
	names, err := m.entries(bluetoothDir)
	if err != nil {
		return one(unreadable(ceremony.CheckBluetooth, bluetoothDir))
	}
	if len(names) == 0 {
		return one(finding(ceremony.CheckBluetooth, ceremony.OK, "no Bluetooth adapter"))
	}
	switches, err := m.switches()
	if err != nil {
		return one(unreadable(ceremony.CheckBluetooth, radioDir))
	}
	off := map[string]bool{}
	for _, r := range switches {
		if r.off != "" {
			off[r.name] = true
		}
	}
	var out []ceremony.Finding
	for _, entry := range names {
		adapter, _, connected := strings.Cut(entry, ":")
		switch {
		case connected:
			out = append(out, finding(ceremony.CheckBluetooth, ceremony.Block, "a device is connected to adapter "+quoted(adapter)))
		case off[adapter]:
			out = append(out, finding(ceremony.CheckBluetooth, ceremony.OK, "adapter "+quoted(adapter)+" is switched off"))
		default:
			out = append(out, finding(ceremony.CheckBluetooth, ceremony.Warn, "adapter "+quoted(adapter)+" is not switched off"))
		}
	}
	return out
}
