package live_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/ceremony"
	"sigtool/ceremony/live"
	"sigtool/ceremony/live/disk"
	"sigtool/ceremony/live/keymap"
	"sigtool/ceremony/live/livetest"
	"sigtool/ceremony/live/modules"
	"sigtool/internal/issue"
)

// whole is an image with all parts.
func whole(t testing.TB) (live.Parts, []byte, []live.Entry) {
	t.Helper()
	p := livetest.Parts()
	p.Plan = ceremony.Example(ceremony.KindGenerate)
	de, _ := keymap.Named("de")
	p.Keymap = de.Binary()
	image, list, err := live.Build(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, image, list
}

func TestThereAndBack(t *testing.T) {
	p, image, list := whole(t)
	again, _, err := live.Build(p)
	if err != nil || !bytes.Equal(again, image) {
		t.Fatalf("the same parts give other bytes (%v)", err)
	}
	c, err := live.TakeApart(bytes.NewReader(image), int64(len(image)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.List, list) || c.Used || c.Signature != nil || c.Moved || c.Size != int64(len(image)) || c.Release != livetest.Release || c.Parts.Version != p.Version {
		t.Errorf("%+v", c.List)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	want := "EFI/BOOT/BOOTX64.EFI stub .osrel .cmdline .uname .linux .initrd /init /live /plan.yaml /keymap.bin /modules/00-xhci_pci.ko /modules/01-usbhid.ko /modules/02-hid_generic.ko CONTENTS.TXT image"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the list has %s", got)
	}
	if e, _ := live.Find(list, "/init"); e.SHA256 != sha256.Sum256(p.Program) || e.Size != int64(len(p.Program)) {
		t.Errorf("/init: %v", e)
	}
	if e, _ := live.Find(list, live.ImageName); e.SHA256 != sha256.Sum256(image) {
		t.Errorf("image: %v", e)
	}
}

// TestOnAStick: what is behind the image is not looked at, and the partition for outputs may be used; its list stays the one it was built with.
func TestOnAStick(t *testing.T) {
	_, image, list := whole(t)
	stick := append(slices.Clone(image), bytes.Repeat([]byte("old"), 5000)...)
	stick[len(image)-33*512-1] ^= 1
	c, err := live.TakeApart(bytes.NewReader(stick), int64(len(stick)))
	if err != nil || !c.Used || c.Size != int64(len(image)) || !slices.Equal(c.List, list) {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestEveryPartMatters: another part gives another digest of the image, and of that part.
func TestEveryPartMatters(t *testing.T) {
	p, _, list := whole(t)
	for name, change := range map[string]func(*live.Parts){
		"/init":                    func(p *live.Parts) { p.Program = livetest.Program("two") },
		"/live":                    func(p *live.Parts) { p.Version = "1.2.4" },
		".linux":                   func(p *live.Parts) { p.Kernel = append(slices.Clone(p.Kernel), 1) },
		"stub":                     func(p *live.Parts) { p.Stub = slices.Clone(p.Stub); p.Stub[0x410] ^= 1 },
		"/plan.yaml":               func(p *live.Parts) { p.Plan = append(slices.Clone(p.Plan), "# more\n"...) },
		"/modules/00-xhci_pci.ko":  func(p *live.Parts) { p.Modules = slices.Clone(p.Modules[1:]) },
		"/modules/01-usbhid.ko":    func(p *live.Parts) { p.Modules = slices.Clone(p.Modules); slices.Reverse(p.Modules[:2]) },
		"/modules/03-hid_apple.ko": func(p *live.Parts) { p.Modules = append(slices.Clone(p.Modules), module("hid_apple")) },
	} {
		other := p
		change(&other)
		_, changed, err := live.Build(other)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := live.Compare(changed, list)
		for _, part := range []string{name, "image", "CONTENTS.TXT", "EFI/BOOT/BOOTX64.EFI"} {
			if !slices.ContainsFunc(found, func(d live.Difference) bool { return d.Name == part }) {
				t.Errorf("%s: %s does not differ: %v", name, part, found)
			}
		}
	}
}

func module(name string, imports ...string) modules.Module {
	return modules.Module{Name: name, Path: name + ".ko", Data: livetest.Module(name, livetest.Release, imports...)}
}

func TestRefusedParts(t *testing.T) {
	for name, c := range map[string]struct {
		id     string
		change func(*live.Parts)
	}{
		"libraries":      {"live-program", func(p *live.Parts) { p.Program = livetest.Dynamic() }},
		"script":         {"live-program", func(p *live.Parts) { p.Program = []byte("#!/bin/sh") }},
		"arm64":          {"live-program", func(p *live.Parts) { p.Program = livetest.Program(""); p.Program[18] = 0xb7 }},
		"network":        {"module-refused", func(p *live.Parts) { p.Modules = append(p.Modules, module("quiet", "register_netdev")) }},
		"path":           {"live-module-name", func(p *live.Parts) { p.Modules[0].Name = "../../init" }},
		"twice":          {"live-module-name", func(p *live.Parts) { p.Modules[1].Name = p.Modules[0].Name }},
		"too many":       {"too-many-modules", func(p *live.Parts) { p.Modules = make([]modules.Module, 101) }},
		"no module":      {"bad-module", func(p *live.Parts) { p.Modules[0].Data = nil }},
		"version":        {"live-version", func(p *live.Parts) { p.Version = "1\nVERSION=2" }},
		"plan":           {"live-plan", func(p *live.Parts) { p.Plan = []byte("title: \xff\n") }},
		"keymap":         {"not-a-keymap", func(p *live.Parts) { p.Keymap = []byte("keymap") }},
		"no kernel":      {"", func(p *live.Parts) { p.Kernel = p.Program }},
		"no stub":        {"", func(p *live.Parts) { p.Stub = p.Program }},
		"nothing at all": {"live-version", func(p *live.Parts) { *p = live.Parts{} }},
	} {
		p := livetest.Parts()
		c.change(&p)
		if _, _, err := live.Build(p); err == nil || c.id != "" && issue.ID(err) != c.id {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSomethingElse: what is no image is not one that somebody changed.
func TestSomethingElse(t *testing.T) {
	_, image, _ := whole(t)
	for name, data := range map[string][]byte{"nothing": nil, "zeros": make([]byte, 1<<20), "half": image[:len(image)/2], "one sector short": image[:len(image)-512]} {
		if _, err := live.TakeApart(bytes.NewReader(data), int64(len(data))); err == nil || errors.Is(err, live.ErrUnaccounted) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other, err := disk.Build([]disk.File{{Path: "HELLO.TXT", Data: []byte("hello")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := live.TakeApart(bytes.NewReader(other), int64(len(other))); !errors.Is(err, live.ErrUnaccounted) {
		t.Errorf("another disk: %v", err)
	}
}
