package main

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"

	"sigtool/ceremony"
	"sigtool/internal/media"
)

// chooseInputs mounts the stick with what the plan needs, or with the keys that people bring.
func (t *table) chooseInputs(s *sitting, outputs keeper) (folder string, kept keeper, err error) {
	inputs := t.path(inputsAt)
	keys := slices.ContainsFunc(s.plan.People, func(p ceremony.Person) bool { return p.Key != "" })
	if keys {
		t.say("Somebody signs with an own key, which is a file on a stick. When the ceremony asks for its name, that is " + inputsAt + "/ and the name on that stick. " +
			"Several sticks may be used, one after another: take out the one before, plug in the next, wait some seconds. They are only read. " +
			"What is plugged in after the machine was measured needs a reason in the transcript: plug in now what fits.")
	}
	switch {
	case s.plan.NeedsInputs():
		t.say("The plan needs files that are brought on a stick.")
	case !keys:
		return "", nil, nil
	default:
		if in, err := t.yes("Is the first of these sticks in already?", false); err != nil {
			return "", nil, err
		} else if !in {
			return "", t.sticks.keepAny(nil, inputs, outputs), nil
		}
	}
	from, err := t.chooseStick("On which stick are these files?", false)
	if err != nil {
		return "", nil, err
	}
	if from.Name == s.stick.Name {
		t.say("That is the stick for the outputs as well; its files begin with " + outputsAt + "/ then.")
		return t.path(outputsAt), t.sticks.keepAny(nil, inputs, outputs), nil
	}
	if err := t.mount(from, inputs, false); err != nil {
		return "", nil, err
	}
	return inputs, t.sticks.keepAny(&from, inputs, outputs), nil
}

// endInputs takes the stick with inputs off. Nothing was written to it.
func (t *table) endInputs(k keeper) {
	if k == nil {
		return
	}
	k.stop()
	if now, away, _, _ := k.state(); !away {
		_ = t.sticks.unmount(now, t.path(inputsAt))
		t.takeOut(now)
	}
}

// choosePrinter asks whether a printer that is plugged in is to be used. Whatever says that it is one would get the sheets, so it is named.
func (t *table) choosePrinter() ([]string, error) {
	printers, _ := filepath.Glob(t.path("/dev/usb/lp*"))
	if len(printers) == 0 {
		return nil, nil
	}
	slices.Sort(printers)
	printer := printers[0]
	if len(printers) > 1 {
		var options []option
		for _, p := range printers {
			options = append(options, option{filepath.Base(p), t.printerName(p)})
		}
		at, err := t.choose("Several printers are plugged in. Which one is to print sheets?", -1, append(options, option{"no", "none: write by hand"})...)
		if err != nil || at == len(printers) {
			return nil, err
		}
		printer = printers[at]
	}
	papers := []option{{"a4", "on A4 paper"}, {"letter", "on US Letter paper"},
		{"58mm", "it is a receipt printer, with a roll of 58 mm"}, {"80mm", "it is a receipt printer, with a roll of 80 mm"}}
	at, err := t.choose("A printer is plugged in. It calls itself "+t.printerName(printer)+". Print sheets on it?", 0, append(papers, option{"no", "write by hand"})...)
	if err != nil || at == len(papers) {
		return nil, err
	}
	return []string{"--print", printer, "--paper", papers[at].word}, nil
}

// printerName is what a printer calls itself: /sys/class/usbmisc/lp0/device is its interface, and the folder above that the device.
func (t *table) printerName(node string) string {
	device := t.path("/sys/class/usbmisc/"+filepath.Base(node)) + "/device/../"
	maker, _ := os.ReadFile(device + "manufacturer")
	product, _ := os.ReadFile(device + "product")
	return cmp.Or(media.Printable(string(maker)+" "+string(product), 50), "nothing at all")
}
