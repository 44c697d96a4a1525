package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/keymap"
	"sigtool/ceremony/live/modules"
	"sigtool/ceremony/live/uki"
	"sigtool/internal/fileio"
)

// What is read whole, in bytes.
const (
	maxKernel = 64 << 20
	maxStub   = 4 << 20
	maxKeymap = 128 << 10
)

// ownProgram reads the file that this process runs. Tests put another in its place.
var ownProgram = func() ([]byte, error) { return os.ReadFile("/proc/self/exe") }

func liveBuildCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "build",
		Usage:     "build the image, with this very program in it",
		UsageText: "sigtool live build --kernel VMLINUZ --modules FOLDER --stub EFI-STUB [--plan PLAN] [--keymap MAP] [--module NAME]... [--list] -o IMAGE",
		Description: examples(
			"sigtool live build --kernel root/boot/vmlinuz-6.1.0-56-amd64 --modules root/lib/modules/6.1.0-56-amd64 --stub root/usr/lib/systemd/boot/efi/linuxx64.efi.stub -o ceremony.img",
			"sigtool live build --plan plan.yaml --keymap de --list … -o ceremony.img >ceremony.list",
			"sigtool man live        # where these files come from, and what to do with the image"),
		Flags: verbFlags(
			&cli.StringFlag{Name: "kernel", Usage: "the kernel, for x86-64, in `VMLINUZ`"},
			&cli.StringFlag{Name: "modules", Usage: "its modules in `FOLDER`, which is lib/modules/RELEASE of its package"},
			&cli.StringFlag{Name: "stub", Usage: "systemd's `EFI-STUB`, linuxx64.efi.stub"},
			&cli.StringFlag{Name: "plan", Usage: "bring the ceremony's `PLAN` along"},
			&cli.StringFlag{Name: "keymap", Usage: "the keyboard's layout: the name `MAP`, or a file that loadkeys -b made"},
			&cli.StringSliceFlag{Name: "module", Usage: "load the module `NAME` as well: a keyboard may need it"},
			outputFlag, liveListFlag, forceFlag),
		Action: func(c *cli.Context) error { return buildLive(c, out) },
	}
}

func buildLive(c *cli.Context, out *reporter) error {
	out.configure(c)
	target := c.String("output")
	if err := checkBuildFlags(c); err != nil {
		return err
	}
	if err := checkTarget(target, c.Bool("force"), out); err != nil {
		return err
	}
	erase := out.patience("building the image")
	parts, release, err := liveParts(c)
	var image []byte
	var list []live.Entry
	if err == nil {
		image, list, err = live.Build(*parts)
	}
	erase()
	if err != nil {
		return err
	}
	done, err := putPublic(c, out, image, false)
	if errors.Is(err, fileio.ErrNotRegular) {
		return withHint(err, "-o ceremony.img; man sigtool-live tells how a file comes on a stick, and that it is verified there")
	}
	if done || err != nil {
		return err
	}
	return describeImage(target, *parts, release, list).print(c, out)
}

// checkTarget refuses before the work what can't be written after it.
func checkTarget(target string, force bool, out *reporter) error {
	if target == "-" {
		return out.binary(func(io.Writer) error { return nil })
	}
	if exists(target) && !force {
		return fmt.Errorf("%s: %w", target, fileio.ErrExists)
	}
	if _, err := os.Stat(filepath.Dir(target)); err != nil {
		return fmt.Errorf("%s: its folder: %w", target, errors.Unwrap(err))
	}
	return nil
}

func checkBuildFlags(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("live build takes no argument: %q", c.Args().First())
	}
	for _, flag := range []struct{ name, hint, text string }{
		{"kernel", "--kernel boot/vmlinuz-…; make live fetches Debian's", "which kernel?"},
		{"modules", "--modules lib/modules/RELEASE, beside the kernel in its package", "where are the kernel's modules?"},
		{"stub", "--stub usr/lib/systemd/boot/efi/linuxx64.efi.stub, of the package systemd-boot-efi", "which EFI stub?"},
		{"output", "-o ceremony.img", "where should the image go?"},
	} {
		if c.String(flag.name) == "" {
			return usageHint(flag.hint, "%s", flag.text)
		}
	}
	if err := noEmpty(c, "plan", "keymap"); err != nil {
		return err
	}
	if c.String("output") == "-" && (c.Bool("list") || c.Bool("json")) {
		return usageHint("-o FILE", "standard output takes the image, and so neither the list nor JSON")
	}
	return nil
}

// noEmpty refuses flags that somebody gave without a name: --against "$list" of a variable that is empty would be none, and nothing would be compared.
func noEmpty(c *cli.Context, flags ...string) error {
	for _, flag := range flags {
		if c.IsSet(flag) && c.String(flag) == "" {
			return usageHint("leave the flag out, or name a file; is a variable of the shell empty?", "--%s: no name is given", flag)
		}
	}
	return nil
}

// liveParts reads all that goes into an image; what is wrong with a plan or the like is said before anything long begins.
func liveParts(c *cli.Context) (*live.Parts, string, error) {
	parts := &live.Parts{Version: version}
	var err error
	if name := c.String("plan"); name != "" {
		if parts.Plan, err = livePlan(c, name); err != nil {
			return nil, "", err
		}
	}
	if name := c.String("keymap"); name != "" {
		if parts.Keymap, err = liveKeymap(name); err != nil {
			return nil, "", err
		}
	}
	if parts.Kernel, err = readSmall(c.String("kernel"), maxKernel); err != nil {
		return nil, "", err
	}
	release, err := uki.Release(parts.Kernel)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", c.String("kernel"), err)
	}
	if parts.Stub, err = readSmall(c.String("stub"), maxStub); err != nil {
		return nil, "", err
	}
	if _, err := uki.Normal(parts.Stub); err != nil {
		return nil, "", fmt.Errorf("%s: %w", c.String("stub"), err)
	}
	if parts.Modules, err = liveModules(c.String("modules"), release, c.StringSlice("module")); err != nil {
		return nil, "", err
	}
	parts.Program, err = ownProgram()
	return parts, release, err
}

func livePlan(c *cli.Context, name string) ([]byte, error) {
	data, plan, err := readPlanFile(name)
	if err != nil {
		return nil, err
	}
	if err := knownFormats(plan); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := tryExports(c, plan); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// liveKeymap is a keymap by its name, or of a file.
func liveKeymap(name string) ([]byte, error) {
	if named, ok := keymap.Named(name); ok {
		return named.Binary(), nil
	}
	data, err := readSmall(name, maxKeymap)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageHint("there are: "+strings.Join(keymap.Names(), ", ")+"; or a file that loadkeys -b made", "--keymap: %q is no keymap known here, and no file", name)
	}
	if err != nil {
		return nil, err
	}
	read, err := keymap.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return read.Binary(), nil
}

// modulesNear is the folder that was meant where one was named above it, or one below.
func modulesNear(folder, release string) string {
	for _, near := range []string{release, "modules/" + release, "lib/modules/" + release, "usr/lib/modules/" + release, "..", "../..", "../../.."} {
		near = filepath.Join(folder, near)
		if near != filepath.Clean(folder) && filepath.Base(near) == release && exists(filepath.Join(near, "modules.builtin")) {
			return near
		}
	}
	return ""
}

// liveModules chooses modules of a folder that must be those of the kernel.
func liveModules(folder, release string, extra []string) ([]modules.Module, error) {
	if info, err := os.Stat(folder); err != nil {
		return nil, withHint(fmt.Errorf("%s: %w", folder, errors.Unwrap(err)), "it is lib/modules/"+release+" of the kernel's package")
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s: no folder", folder)
	}
	chosen, err := modules.Select(os.DirFS(folder), release, extra)
	if err != nil {
		if meant := modulesNear(folder, release); meant != "" {
			return nil, withHint(fmt.Errorf("%s: %w", folder, err), "--modules "+meant)
		}
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	return chosen, nil
}
