package host

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony"
)

const usbDir = "sys/bus/usb/devices"

// usb lists what is plugged in, in an order that stays, so that two measurements tell of a change: maker and product number, the name the
// device gives itself, and what it says it can do. A stick that is a keyboard besides may type for people, and is worth a warning.
func (m machine) usb() ceremony.Finding {
	const check = ceremony.CheckUSB
	entries, err := m.entries(usbDir)
	if err != nil {
		return unreadable(check, usbDir)
	}
	var out []string
	severity, why := ceremony.OK, ""
	for _, entry := range entries {
		if strings.Contains(entry, ":") { // 1-1 is a device, 1-1:1.0 an interface of it
			continue
		}
		can := m.usbInterfaces(entry, entries)
		out = append(out, m.usbDevice(entry, can))
		if slices.Contains(can, "storage") && (slices.Contains(can, "keyboard") || slices.Contains(can, "input")) {
			severity, why = ceremony.Warn, "a device is storage, and can type as well; "
		}
	}
	if len(out) == 0 {
		return finding(check, ceremony.OK, "no USB devices")
	}
	slices.Sort(out)
	return finding(check, severity, fmt.Sprintf("%s%d: %s", why, len(out), list(counted(out))))
}

// usbInterfaces are what a device says it can do, each once.
func (m machine) usbInterfaces(device string, entries []string) (can []string) {
	for _, entry := range entries {
		if strings.HasPrefix(entry, device+":") {
			can = append(can, m.usbInterface(usbDir+"/"+entry))
		}
	}
	slices.Sort(can)
	return slices.Compact(can)
}

func (m machine) usbDevice(device string, can []string) string {
	maker, err := m.text(usbDir + "/" + device + "/idVendor")
	number, err2 := m.text(usbDir + "/" + device + "/idProduct")
	if err != nil || err2 != nil {
		return "unreadable " + quoted(device)
	}
	what := maker + ":" + number
	if product, err := m.text(usbDir + "/" + device + "/product"); err == nil {
		what += " " + quoted(product)
	}
	if len(can) == 0 {
		return what
	}
	return what + " (" + strings.Join(can, ", ") + ")"
}

// usbClasses are those of usb.org's list of class codes that laptops meet.
var usbClasses = map[string]string{
	"01": "audio", "02": "communication", "03": "input", "06": "camera", "07": "printer", "08": "storage", "09": "hub",
	"0a": "communication", "0b": "card reader", "0e": "video", "e0": "wireless",
}

func (m machine) usbInterface(folder string) string {
	class, err := m.text(folder + "/bInterfaceClass")
	if err != nil {
		return "unreadable"
	}
	if protocol, _ := m.text(folder + "/bInterfaceProtocol"); class == "03" { // of the boot subclass
		switch protocol {
		case "01":
			return "keyboard"
		case "02":
			return "mouse"
		}
	}
	if word := usbClasses[class]; word != "" {
		return word
	}
	return "class " + class
}

// counted puts "2 x" before what is there twice; the words are sorted.
func counted(words []string) []string {
	var out []string
	for i := 0; i < len(words); {
		n := i
		for n < len(words) && words[n] == words[i] {
			n++
		}
		word := words[i]
		if n-i > 1 {
			word = fmt.Sprintf("%d x %s", n-i, word)
		}
		out = append(out, word)
		i = n
	}
	return out
}
