// Package live builds the image of a stick that is nothing but the ceremony, and takes it apart again: a kernel, the few modules that it needs, and
// sigtool as its only program.
//
//	stick           disk: partition table, EFI system partition, empty partition for outputs
//	  BOOTX64.EFI   uki: systemd's stub with sections .osrel .cmdline .uname .linux .initrd
//	    .initrd     one zstd frame
//	      archive   newc: init, live, plan.yaml, keymap.bin, modules
//	  CONTENTS.TXT  the list of all that, with digests
package live

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"sigtool/ceremony"
	"sigtool/ceremony/live/disk"
	"sigtool/ceremony/live/keymap"
	"sigtool/ceremony/live/modules"
	"sigtool/ceremony/live/newc"
	"sigtool/ceremony/live/uki"
	"sigtool/internal/issue"
)

// Where the parts stand in the first file system of a live system.
const (
	InitPath    = "init"       // sigtool
	PlanPath    = "plan.yaml"  // the plan that it was built for, if any
	KeymapPath  = "keymap.bin" // what the keys mean, if not what the kernel takes them for
	ModulesPath = "modules"    // a folder: 00-NAME.ko, 01-NAME.ko, in the order in which they are to be loaded
	MarkPath    = "live"       // says that this is a live system, and which
)

// Where the files stand on the EFI system partition.
const (
	bootPath     = "EFI/BOOT/BOOTX64.EFI" // what firmware for x86-64 starts from a stick (UEFI 2.10 §3.5.1.1)
	contentsPath = "CONTENTS.TXT"
)

// CommandLine is what the kernel is told. What a person sees is on both consoles and nothing of the kernel's gets between; memory is cleared before
// it is used and after; modules that Debian did not sign are refused, and so is whatever reaches into the kernel; neither the processor nor the
// firmware is believed about randomness before the kernel has gathered some itself; the kernel does not try out ciphers that nothing here has it
// use, which would take a second of the start on a slow machine; after a panic the machine stands still.
const CommandLine = "console=ttyS0,115200 console=tty0 quiet loglevel=3 panic=0 lockdown=confidentiality module.sig_enforce=1 " +
	"init_on_alloc=1 init_on_free=1 random.trust_cpu=off random.trust_bootloader=off cryptomgr.notests ipv6.disable=1 consoleblank=0 rdinit=/init"

// What a caller must tell apart.
var (
	// ErrUnaccounted is the kind of an image that holds something that Build does not put there.
	ErrUnaccounted = errors.New("not as sigtool live build makes it")
	// ErrDiffers is the kind of an image whose parts are not those of a list.
	ErrDiffers = errors.New("the parts differ")
)

// Parts are what an image is made of.
type Parts struct {
	Program []byte // sigtool, for x86-64
	Version string
	Kernel  []byte // vmlinuz
	Modules []modules.Module
	Stub    []byte // linuxx64.efi.stub of systemd
	Plan    []byte // nil: none
	Keymap  []byte // a binary keymap; nil: none
}

var versionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+~-]{0,63}$`) })

// Build makes the image, and the list of what is in it. Same parts, same bytes.
func Build(p Parts) (image []byte, list []Entry, err error) {
	made, err := p.assemble()
	if err != nil {
		return nil, nil, err
	}
	return made.image()
}

func (made *assembled) files() []disk.File {
	return []disk.File{{Path: bootPath, Data: made.boot}, {Path: contentsPath, Data: made.contents}}
}

// image puts the files on a disk.
func (made *assembled) image() ([]byte, []Entry, error) {
	image, err := disk.Build(made.files())
	if err != nil {
		return nil, nil, err
	}
	return image, append(slices.Clone(made.list), entryOf(contentsPath, made.contents), entryOf(ImageName, image)), nil
}

// assembled are the files of the EFI system partition.
type assembled struct {
	boot, contents []byte
	list           []Entry // as CONTENTS.TXT has it
}

// assemble makes the files that the firmware finds.
func (p Parts) assemble() (*assembled, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	stub, err := uki.Normal(p.Stub)
	if err != nil {
		return nil, err
	}
	sections, files, err := p.sections()
	if err != nil {
		return nil, err
	}
	boot, err := uki.Build(p.Stub, sections)
	if err != nil {
		return nil, err
	}
	list := []Entry{entryOf(bootPath, boot), entryOf(stubName, stub)}
	for _, s := range sections {
		list = append(list, entryOf(s.Name, s.Data))
	}
	for _, f := range files {
		if !f.folder() {
			list = append(list, entryOf("/"+f.Path, f.Data))
		}
	}
	return &assembled{boot, []byte(FormatList(list)), list}, nil
}

// sections are what is added to the stub, and the files that are packed in the last of them.
func (p Parts) sections() ([]uki.Section, []file, error) {
	release, err := uki.Release(p.Kernel)
	if err != nil {
		return nil, nil, err
	}
	files := p.files()
	archive, err := newc.Write(plainFiles(files))
	if err != nil {
		return nil, nil, err
	}
	packed, err := pack(archive)
	if err != nil {
		return nil, nil, err
	}
	return []uki.Section{
		{Name: ".osrel", Data: []byte(osRelease(p.Version))},
		{Name: ".cmdline", Data: []byte(CommandLine)},
		{Name: ".uname", Data: []byte(release)},
		{Name: ".linux", Data: p.Kernel},
		{Name: ".initrd", Data: packed},
	}, files, nil
}

// check refuses parts that make no live system, or one that could reach a network.
func (p Parts) check() error {
	if !versionForm().MatchString(p.Version) {
		return issue.New("live-version", nil, "%.80q is no version of sigtool", p.Version)
	}
	if err := checkProgram(p.Program); err != nil {
		return err
	}
	if p.Plan != nil {
		if _, err := ceremony.ParsePlan(p.Plan); err != nil {
			return issue.New("live-plan", nil, "the plan: %w", err)
		}
	}
	if p.Keymap != nil {
		if _, err := keymap.Parse(p.Keymap); err != nil {
			return fmt.Errorf("the keymap: %w", err)
		}
	}
	return p.checkModules()
}

// checkModules refuses modules with hostile names, and those that a live system must not have.
func (p Parts) checkModules() error {
	if len(p.Modules) > modules.MaxModules {
		return issue.New("too-many-modules", nil, "%d kernel modules: at most %d are allowed", len(p.Modules), modules.MaxModules)
	}
	seen := map[string]bool{}
	for _, m := range p.Modules {
		if !moduleFile().MatchString(modulePath(0, m.Name)) || seen[m.Name] {
			return issue.New("live-module-name", nil, "%q: no name of a kernel module, or it stands there twice", m.Name)
		}
		seen[m.Name] = true
		if err := modules.Refuse(m); err != nil {
			return err
		}
	}
	return nil
}

// osRelease says in a boot menu what this is (os-release(5)).
func osRelease(version string) string {
	return strings.Join([]string{"ID=sigtool-live", `NAME="sigtool live"`, `PRETTY_NAME="sigtool live ` + version + `"`, "VERSION_ID=" + version, ""}, "\n")
}
