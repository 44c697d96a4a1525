package uki

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/ceremony/live/uki/ukitest"
	"sigtool/internal/issue"
)

func TestRelease(t *testing.T) {
	for _, release := range []string{"6.1.0-56-amd64", "7.0.0+", "6.6.0-rc1_x.y~z", strings.Repeat("a", 64)} {
		if got, err := Release(ukitest.Kernel(release)); err != nil || got != release {
			t.Errorf("%s: %q, %v", release, got, err)
		}
	}
	kernels, _ := filepath.Glob("../../../build/oracle/*/boot/vmlinuz-*")
	for _, file := range kernels {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Release(data); err != nil || "vmlinuz-"+got != filepath.Base(file) {
			t.Errorf("%s: %q, %v", file, got, err)
		}
	}
}

func TestKernelRefused(t *testing.T) {
	kernel := ukitest.Kernel("6.1.0")
	say := func(text string) []byte {
		b := bytes.Clone(kernel)
		clear(b[0x5f0:0x700])
		copy(b[0x5f0:], text)
		return b
	}
	at := func(offset int, text string) []byte {
		b := make([]byte, 4096)
		copy(b[offset:], text)
		return b
	}
	for what, row := range map[string]struct {
		kernel []byte
		id     string
		says   string
	}{
		"nothing":               {nil, "kernel-kind", "HdrS"},
		"short":                 {kernel[:headerEnd-1], "kernel-kind", "HdrS"},
		"arm64":                 {at(0x38, "ARM\x64"), "kernel-kind", "arm64"},
		"arm64 with a stub":     {append([]byte("MZ"), at(0x36, "ARM\x64")...), "kernel-kind", "arm64"},
		"arm":                   {at(0x24, "\x18\x28\x6f\x01"), "kernel-kind", "ARM"},
		"RISC-V":                {at(0x38, "RSC\x05"), "kernel-kind", "RISC-V"},
		"vmlinux":               {at(0, "\x7fELF"), "kernel-kind", "vmlinux"},
		"gzip":                  {at(0, "\x1f\x8b\x08"), "kernel-kind", "gzip"},
		"a compressed EFI one":  {at(0, "MZ\x00\x00zimg"), "kernel-kind", "compressed"},
		"a package":             {at(0, "!<arch>\n"), "kernel-kind", "unpack"},
		"no boot flag":          {with(kernel, bootFlagAt, 0, 2), "kernel-kind", "HdrS"},
		"no HdrS":               {with(kernel, headerAt, 0, 4), "kernel-kind", "HdrS"},
		"an old protocol":       {with(kernel, protocolAt, 0x20b, 2), "kernel-machine", "x86-64"},
		"a zImage":              {with(kernel, loadFlagsAt, 0, 1), "kernel-machine", "x86-64"},
		"32 bits":               {with(kernel, moreFlagsAt, 2, 2), "kernel-machine", "32-bit"},
		"without the EFI stub":  {with(kernel, 0, 0, 2), "kernel-format", "MZ"},
		"without a PE header":   {with(kernel, ukitest.PE, 0, 2), "kernel-format", "PE header"},
		"a header of 32 bits":   {header(kernel, machineAt, 0x14c, 2), "kernel-machine", "32 bits"},
		"cut off":               {kernel[:len(kernel)-1], "kernel-cut-off", "has 2111"},
		"very long":             {with(kernel, protectedAt, 1<<32-1, 4), "kernel-cut-off", "cut off"},
		"four sectors for none": {with(kernel, setupSectorsAt, 0, 1), "kernel-cut-off", "cut off"},
		"no release":            {with(kernel, versionAt, 0, 2), "kernel-release", "which release"},
		"a release far out":     {with(kernel, versionAt, 0x600, 2), "kernel-release", "which release"},
		"a release very far":    {with(kernel, versionAt, 0xffff, 2), "kernel-release", "which release"},
		"an empty release":      {say("\x00"), "kernel-release", `""`},
		"a release without end": {with(with(kernel, versionAt, 0x5ff, 2), 0x7ff, 0x61, 1), "kernel-release", "none"},
		"a folder":              {say("../../etc x"), "kernel-release", "none"},
		"dots":                  {say(".. x"), "kernel-release", "none"},
		"letters":               {say("6.1\x1b[2J x"), "kernel-release", `\x1b`},
		"long":                  {say(strings.Repeat("a", 65)), "kernel-release", "none"},
	} {
		_, err := Release(row.kernel)
		if issue.ID(err) != row.id || issue.Hint(err) == "" || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v (hint %q)", what, err, issue.Hint(err))
		}
	}
}
