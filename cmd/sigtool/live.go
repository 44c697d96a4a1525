package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/ceremony/live"
	"sigtool/internal/pgpwords"
)

func liveCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "live",
		Usage:     "build and verify a stick that is nothing but the ceremony",
		UsageText: "sigtool live build --kernel VMLINUZ --modules FOLDER --stub EFI-STUB -o IMAGE\nsigtool live verify IMAGE",
		Description: examples(
			"sigtool live build --kernel boot/vmlinuz-6.1.0-56-amd64 --modules lib/modules/6.1.0-56-amd64 --stub linuxx64.efi.stub -o ceremony.img",
			"sigtool live build --plan plan.yaml --keymap de --list … -o ceremony.img >ceremony.list",
			"sigtool live verify --against ceremony.list ceremony.img",
			"sudo sigtool live verify --against ceremony.list /dev/sdX        # the stick itself"),
		Subcommands: []*cli.Command{liveBuildCommand(out), liveVerifyCommand(out)},
	}
}

// partJSON is a part of an image.
type partJSON struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// imageJSON is what is said of an image, by live build and live verify. The digests are those of the image as it was built.
type imageJSON struct {
	File                 string      `json:"file"`
	OK                   bool        `json:"ok"`
	Size                 int64       `json:"size,omitempty"`
	SHA256               string      `json:"sha256,omitempty"`
	Version              string      `json:"version,omitempty"`
	Kernel               string      `json:"kernel,omitempty"`
	Modules              []string    `json:"modules,omitempty"`
	Program              string      `json:"program_sha256,omitempty"`
	Words                []string    `json:"program_words,omitempty"`
	Plan                 string      `json:"plan_sha256,omitempty"`
	Keymap               bool        `json:"keymap,omitempty"` // it brings one
	Used                 bool        `json:"used,omitempty"`   // the partition for outputs
	Signed               bool        `json:"signed,omitempty"` // for Secure Boot
	Signature            string      `json:"signature_sha256,omitempty"`
	Moved                bool        `json:"moved,omitempty"` // the files of the EFI partition were written anew
	Parts                []partJSON  `json:"parts,omitempty"`
	Notes                []string    `json:"notes,omitempty"`
	Differences          []partsDiff `json:"differences,omitempty"`
	Error                *jsonError  `json:"error,omitempty"`
	entries              []live.Entry
	image, program, plan [sha256.Size]byte
}

// partsDiff is a part that is not as the list of --against has it: "differs", "missing" or "added".
type partsDiff struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// describeImage is what is said of an image of these parts.
func describeImage(name string, parts live.Parts, release string, list []live.Entry) *imageJSON {
	image, _ := live.Find(list, live.ImageName)
	program, _ := live.Find(list, "/"+live.InitPath)
	v := &imageJSON{
		File: name, OK: true, Size: image.Size, SHA256: hex.EncodeToString(image.SHA256[:]), Version: parts.Version, Kernel: release,
		Program: hex.EncodeToString(program.SHA256[:]), Words: pgpwords.Of(program.SHA256[:]), Keymap: parts.Keymap != nil,
		entries: list, image: image.SHA256, program: program.SHA256,
	}
	if plan, ok := live.Find(list, "/"+live.PlanPath); ok {
		v.Plan, v.plan = hex.EncodeToString(plan.SHA256[:]), plan.SHA256
	}
	for _, m := range parts.Modules {
		v.Modules = append(v.Modules, m.Name)
	}
	for _, e := range list {
		v.Parts = append(v.Parts, partJSON{e.Name, e.Size, hex.EncodeToString(e.SHA256[:])})
	}
	return v
}

// say tells people about an image, on standard error.
func (v *imageJSON) say(out *reporter) {
	holds := []string{"sigtool " + v.Version, "kernel " + v.Kernel, fmt.Sprintf("%d modules", len(v.Modules))}
	if v.Plan != "" {
		holds = append(holds, "a plan")
	}
	if v.Keymap {
		holds = append(holds, "a keymap")
	}
	out.info("%s: %d bytes: %s", v.File, v.Size, strings.Join(holds, ", "))
	var b strings.Builder
	writeDigest(&b, "the image", v.image)
	writeDigest(&b, "the program in it", v.program)
	if v.Plan != "" {
		writeDigest(&b, "the plan in it", v.plan)
	}
	for _, line := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		out.info("%s", line)
	}
}

// print says it all: as JSON or to people, and the list if it is asked for.
func (v *imageJSON) print(c *cli.Context, out *reporter) error {
	if out.json {
		return out.object(v)
	}
	v.say(out)
	if c.Bool("list") {
		return out.data([]byte(live.FormatList(v.entries)))
	}
	return nil
}

var liveListFlag = &cli.BoolFlag{Name: "list", Usage: "print the size and the digest of every part on standard output"}
