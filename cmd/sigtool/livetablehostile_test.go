package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"sigtool/internal/media"
)

// What a stick calls itself, or its files, stands among the words of the menu: none of them is taken for another.
func TestChosen(t *testing.T) {
	options := []option{{word: "OUTPUTS"}, {word: "Outputs"}, {word: "3"}, {word: "LOOK AGAIN"}, {word: "2027 plan.yaml"}, {word: "look again"}, {word: "done"}}
	for line, want := range map[string]int{
		"": -1, "0": -1, "8": -1, "-1": -1, "1e0": -1, "99999999999999999999": -1, "1": 0, "2": 1, " 3": 2, "7": 6,
		"outputs": -1, "out": -1, "look again": -1, "look": -1, "2027": 4, "2027  PLAN.yaml": 4, "d": 6, "done": 6, "donee": -1, "o": -1,
	} {
		if got := chosen(strings.TrimSpace(line), options); got != want {
			t.Errorf("%q is %d, want %d", line, got, want)
		}
	}
}

// A printer is called what it calls itself; a name that drives the terminal does not. With several, nobody prints on the first by pressing Enter.
func TestTablePrinters(t *testing.T) {
	b := newBench(t, newSticks(t), "", "lp1", "letter")
	b.put(b.path("/dev/usb/lp0"), nil)
	b.put(b.path("/dev/usb/lp1"), nil)
	for node, product := range map[string]string{"lp0": "\x1b[2JLaser\n", "lp1": "LaserJet\n"} {
		b.put(b.path("/sys/class/usbmisc/"+node+"/device/bInterfaceClass"), nil)
		b.put(b.path("/sys/class/usbmisc/"+node+"/product"), []byte(product))
	}
	args, err := b.choosePrinter()
	if want := "--print " + b.path("/dev/usb/lp1") + " --paper letter"; err != nil || strings.Join(args, " ") != want {
		t.Errorf("%q, %v; want %s", args, err, want)
	}
	for _, want := range []string{"?[2JLaser", "It calls itself LaserJet."} {
		if !strings.Contains(b.out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, b.out.String())
		}
	}
}

// Of two sticks of one image, neither is taken without a number, and people hear of it.
func TestTableTwins(t *testing.T) {
	twin := outputsStick()
	twin.Name, twin.Disk, twin.Sequence = "sdb2", "sdb", "2"
	b := newBench(t, newSticks(t, outputsStick(), twin), "", "outputs", "2")
	if s, err := b.chooseStick("Which?", true); err != nil || s.Name != "sdb2" {
		t.Error(s, err)
	}
	if !strings.Contains(b.out.String(), "Two sticks look the same: OUTPUTS.") {
		t.Error(b.out.String())
	}
}

// A stick that took the name of the one that was chosen is not mounted in its place.
func TestMountsWhatWasChosen(t *testing.T) {
	sys := fstest.MapFS{}
	for name, text := range map[string]string{"sdb/size": "2048\n", "sdb/diskseq": "9\n", "sdb/ro": "0\n"} {
		sys["class/block/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	there, err := realSticks{sys}.devices()
	if err != nil || len(there) != 1 {
		t.Fatal(there, err)
	}
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for _, change := range []func(*media.Device){
		func(d *media.Device) { d.Sequence = "8" }, func(d *media.Device) { d.Name = "sdc" }, func(d *media.Device) { d.Size++ }, func(d *media.Device) { d.Start++ },
	} {
		was := there[0]
		change(&was)
		if err := (realSticks{sys}).mount(liveStick{Device: was}, nowhere, true); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%+v: %v", was, err)
		}
	}
	if !there[0].Same(there[0]) {
		t.Error("a stick is not the same as itself")
	}
}
