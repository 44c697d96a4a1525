// Package livetest makes what a live stick is built of, for tests: a program, modules and a folder of them that have the form of real ones, and nothing
// in them to run.
package livetest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing/fstest"

	"sigtool/ceremony/live"
	"sigtool/ceremony/live/modules"
	"sigtool/ceremony/live/uki/ukitest"
)

// Release is that of the kernel, and of its modules.
const Release = "6.1.0-99-amd64"

// names are the modules of Folder that no live system can do without, where they stand.
var names = []string{
	"kernel/drivers/usb/host/xhci-pci.ko", "kernel/drivers/hid/usbhid/usbhid.ko", "kernel/drivers/hid/hid-generic.ko", "kernel/drivers/usb/storage/usb-storage.ko",
	"kernel/drivers/scsi/sd_mod.ko", "kernel/fs/fat/vfat.ko", "kernel/fs/nls/nls_cp437.ko", "kernel/fs/nls/nls_ascii.ko", "kernel/fs/nls/nls_iso8859-1.ko", "kernel/fs/nls/nls_utf8.ko",
	"kernel/drivers/usb/class/usblp.ko", "kernel/fs/efivarfs/efivarfs.ko",
}

// Parts are those of a small image.
func Parts() live.Parts {
	p := live.Parts{Program: Program("one"), Version: "1.2.3-test", Kernel: ukitest.Kernel(Release), Stub: ukitest.Stub()}
	for _, at := range names[:3] {
		name := moduleName(at)
		p.Modules = append(p.Modules, modules.Module{Name: name, Path: at, Data: Module(name, Release)})
	}
	return p
}

func moduleName(at string) string {
	name := strings.TrimSuffix(at[strings.LastIndexByte(at, '/')+1:], ".ko")
	return strings.ReplaceAll(name, "-", "_")
}

// Folder is a lib/modules/RELEASE with what a ceremony needs, a network driver in its place, and one under another name.
func Folder(release string) fstest.MapFS {
	f := fstest.MapFS{"modules.builtin": {Data: []byte("kernel/drivers/video/fbdev/efifb.ko\n")}}
	for _, at := range names {
		f[at] = &fstest.MapFile{Data: Module(moduleName(at), release)}
	}
	f["kernel/drivers/net/ethernet/intel/e1000e/e1000e.ko"] = &fstest.MapFile{Data: Module("e1000e", release, "register_netdev")}
	f["kernel/drivers/misc/gadget.ko"] = &fstest.MapFile{Data: Module("gadget", release, "register_netdev")}
	f["kernel/drivers/hid/hid-cherry.ko"] = &fstest.MapFile{Data: Module("hid_cherry", release)}
	return f
}

// Program is a static program for x86-64, of a header and a few bytes: ELF header, one program header, code.
func Program(content string) []byte {
	b := make([]byte, 64+56)
	copy(b, "\x7fELF\x02\x01\x01")
	put := binary.LittleEndian
	put.PutUint16(b[16:], 2)  // executable
	put.PutUint16(b[18:], 62) // x86-64
	put.PutUint32(b[20:], 1)
	put.PutUint64(b[24:], 0x400078)
	put.PutUint64(b[32:], 64)
	put.PutUint16(b[52:], 64)
	put.PutUint16(b[54:], 56)
	put.PutUint16(b[56:], 1)
	put.PutUint16(b[58:], 64)
	ph := b[64:]
	put.PutUint32(ph, 1) // loaded
	put.PutUint32(ph[4:], 5)
	put.PutUint64(ph[16:], 0x400000)
	put.PutUint64(ph[24:], 0x400000)
	put.PutUint64(ph[32:], uint64(len(b)+len(content)))
	put.PutUint64(ph[40:], uint64(len(b)+len(content)))
	return append(b, content...)
}

// Dynamic is a program that wants a loader.
func Dynamic() []byte {
	b := Program("/lib64/ld-linux-x86-64.so.2\x00")
	binary.LittleEndian.PutUint32(b[64:], 3)
	return b
}

// Module is a kernel module with the form of a signed one, which takes functions of these names from the kernel:
//
//	ELF header | .modinfo | names of symbols | symbols | names of sections | 5 section headers | signature | its end
func Module(name, release string, imports ...string) []byte {
	info := "name=" + name + "\x00vermagic=" + release + " SMP preempt mod_unload modversions \x00license=GPL\x00depends=\x00"
	symbols, symbolNames := make([]byte, 24), "\x00"
	for _, one := range imports {
		symbol := make([]byte, 24)
		binary.LittleEndian.PutUint32(symbol, uint32(len(symbolNames)))
		symbol[4] = 0x10 // global
		symbols, symbolNames = append(symbols, symbol...), symbolNames+one+"\x00"
	}
	sectionNames := "\x00.modinfo\x00.strtab\x00.symtab\x00.shstrtab\x00"
	b := make([]byte, 64)
	headers := make([]byte, 64)
	add := func(called string, kind, link uint32, size uint64, data []byte) {
		header := make([]byte, 64)
		binary.LittleEndian.PutUint32(header, uint32(strings.Index(sectionNames, called+"\x00")))
		binary.LittleEndian.PutUint32(header[4:], kind)
		binary.LittleEndian.PutUint64(header[24:], uint64(len(b)))
		binary.LittleEndian.PutUint64(header[32:], uint64(len(data)))
		binary.LittleEndian.PutUint32(header[40:], link)
		binary.LittleEndian.PutUint64(header[48:], 1)
		binary.LittleEndian.PutUint64(header[56:], size)
		b, headers = append(b, data...), append(headers, header...)
	}
	add(".modinfo", 1, 0, 0, []byte(info))
	add(".strtab", 3, 0, 0, []byte(symbolNames))
	add(".symtab", 2, 2, 24, symbols)
	add(".shstrtab", 3, 0, 0, []byte(sectionNames))
	copy(b, "\x7fELF\x02\x01\x01")
	put := binary.LittleEndian
	put.PutUint16(b[16:], 1)
	put.PutUint16(b[18:], 62)
	put.PutUint32(b[20:], 1)
	put.PutUint64(b[40:], uint64(len(b)))
	put.PutUint16(b[52:], 64)
	put.PutUint16(b[58:], 64)
	put.PutUint16(b[60:], 5)
	put.PutUint16(b[62:], 4)
	signature := bytes.Repeat([]byte("signature "), 30)
	end := binary.BigEndian.AppendUint32([]byte{0, 0, 2, 0, 0, 0, 0, 0}, uint32(len(signature)))
	return append(append(append(append(b, headers...), signature...), end...), "~Module signature appended~\n"...)
}
