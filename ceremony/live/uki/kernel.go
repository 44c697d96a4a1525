package uki

import (
	"bytes"
	"strings"

	"sigtool/internal/issue"
)

// A kernel for x86, little-endian (the kernel's Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header"):
//
//	  0   2  "MZ", and all else that an EFI program has: the kernel's EFI stub
//	1f1   1  sectors (512 bytes) of setup behind the first one; 0 means 4
//	1f4   4  16-byte units behind the setup; what is behind them is a signature
//	1fe   2  aa55
//	202   4  "HdrS"
//	206   2  version of the protocol: 20c is the first to tell 64 bits from 32
//	20e   2  offset of the version's text, ending with a zero, less 200; within the setup
//	211   1  bit 0: bzImage
//	236   2  bit 0: 64 bits
const (
	sectorSize     = 512
	setupSectorsAt = 0x1f1
	protectedAt    = 0x1f4
	bootFlagAt     = 0x1fe
	headerAt       = 0x202
	protocolAt     = 0x206
	versionAt      = 0x20e
	loadFlagsAt    = 0x211
	moreFlagsAt    = 0x236
	headerEnd      = 0x268

	maxRelease = 64 // bytes: what uname has room for
)

// others are files that people have at hand in place of a kernel for x86-64: where they say what they are, and what that is.
var others = []struct {
	at          int
	magic, name string
}{
	{0x38, "ARM\x64", "a kernel for arm64 (Image)"},
	{0x38, "RSC\x05", "a kernel for RISC-V (Image)"},
	{0x24, "\x18\x28\x6f\x01", "a kernel for 32-bit ARM (zImage)"},
	{4, "zimg", "a compressed EFI kernel for another machine (vmlinuz.efi)"},
	{0, "\x7fELF", "an ELF file: vmlinux, which no firmware starts"},
	{0, "\x1f\x8b", "compressed by gzip"},
	{0, "\xfd7zXZ\x00", "compressed by xz"},
	{0, "\x28\xb5\x2f\xfd", "compressed by zstd"},
	{0, "\xd0\x0d\xfe\xed", "a device tree, or a FIT"},
	{0, "\x27\x05\x19\x56", "an image for U-Boot"},
	{0, "!<arch>\n", "a package: unpack it"},
}

// Release is the version of a kernel (vmlinuz, x86-64), as uname -r says it: "6.1.0-56-amd64".
func Release(vmlinuz []byte) (string, error) {
	for _, other := range others {
		if len(vmlinuz) >= other.at+len(other.magic) && string(vmlinuz[other.at:][:len(other.magic)]) == other.magic {
			return "", issue.New("kernel-kind", nil, "it is %s, and no kernel for x86-64", other.name).Advise(aKernel.hint)
		}
	}
	if len(vmlinuz) < headerEnd || u16(vmlinuz, bootFlagAt) != 0xaa55 || string(vmlinuz[headerAt:][:4]) != "HdrS" {
		return "", aKernel.refuse("kind", "it is no kernel for x86: no HdrS at byte %d", headerAt)
	}
	if u16(vmlinuz, protocolAt) < 0x20c || vmlinuz[loadFlagsAt]&1 == 0 || u16(vmlinuz, moreFlagsAt)&1 == 0 {
		return "", aKernel.refuse("machine", "it is a kernel for 32-bit x86, or one from before 2013, and must be for x86-64")
	}
	if _, err := locate(vmlinuz, aKernel); err != nil {
		return "", err
	}
	return release(vmlinuz)
}

// release reads the text that the header points to: the release, a space, who built it, and when.
func release(vmlinuz []byte) (string, error) {
	sectors := int64(vmlinuz[setupSectorsAt])
	if sectors == 0 {
		sectors = 4
	}
	setup := sectors * sectorSize // the first sector is not counted, and neither is it in the pointer
	end := sectorSize + setup + 16*int64(u32(vmlinuz, protectedAt))
	if end > int64(len(vmlinuz)) {
		return "", aKernel.refuse("cut-off", "it is cut off: it says that it has %d bytes at least, and has %d", end, len(vmlinuz))
	}
	offset := int64(u16(vmlinuz, versionAt))
	if offset == 0 || offset >= setup {
		return "", aKernel.refuse("release", "it does not say which release it is")
	}
	text, _, found := bytes.Cut(vmlinuz[sectorSize+offset:sectorSize+setup], []byte{0})
	name, _, _ := strings.Cut(string(text), " ")
	if !found || name == "" || len(name) > maxRelease || strings.Trim(name, releaseLetters) != "" || strings.Trim(name, ".") == "" {
		return "", aKernel.refuse("release", "what it says for its release is none: %.80q", text)
	}
	return name, nil
}

// releaseLetters are what the names of releases are made of: they are names of folders, too.
const releaseLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_~"
