package modules

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing/fstest"
)

const release = "6.1.0-test"

// fixture is what a made module holds.
type fixture struct {
	info     []string // of .modinfo
	imports  []string
	own      []string // symbols that it has itself
	unsigned bool
}

// made is a module as the tests need it.
func made(name string, fields ...string) fixture {
	return fixture{info: append([]string{"license=GPL", "name=" + name, "vermagic=" + release + " SMP preempt mod_unload modversions "}, fields...)}
}

// file writes the module: a header, .modinfo, the symbols, their names, the names of the sections, the section headers, and a signature.
func (f fixture) file() []byte {
	le := binary.LittleEndian
	names, symbols := []byte{0}, make([]byte, symbolSize)
	add := func(name string, section uint16) {
		s := le.AppendUint32(nil, uint32(len(names)))
		s = le.AppendUint16(append(s, 0x10, 0), section)
		symbols = append(append(symbols, s...), make([]byte, 16)...)
		names = append(append(names, name...), 0)
	}
	for _, name := range f.own {
		add(name, 1)
	}
	for _, name := range f.imports {
		add(name, 0)
	}
	parts := []struct {
		name string
		kind uint32
		link uint32
		data []byte
	}{
		{".modinfo", 1, 0, []byte(strings.Join(f.info, "\x00") + "\x00")},
		{".symtab", typeSymbols, 3, symbols},
		{".strtab", typeStrings, 0, names},
		{".shstrtab", typeStrings, 0, []byte("\x00.modinfo\x00.symtab\x00.strtab\x00.shstrtab\x00")},
	}
	out, headers := make([]byte, headerSize), make([]byte, sectionSize)
	for _, part := range parts {
		h := make([]byte, sectionSize)
		le.PutUint32(h, uint32(bytes.Index(parts[3].data, []byte("\x00"+part.name+"\x00"))+1))
		le.PutUint32(h[4:], part.kind)
		le.PutUint64(h[24:], uint64(len(out)))
		le.PutUint64(h[32:], uint64(len(part.data)))
		le.PutUint32(h[40:], part.link)
		headers, out = append(headers, h...), append(out, part.data...)
	}
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], 1)
	le.PutUint16(out[18:], 62)
	le.PutUint64(out[40:], uint64(len(out)))
	le.PutUint16(out[58:], sectionSize)
	le.PutUint16(out[60:], uint16(len(parts)+1))
	le.PutUint16(out[62:], uint16(len(parts)))
	out = append(out, headers...)
	if f.unsigned {
		return out
	}
	return append(append(out, "a signature\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x0b"...), magic...)
}

// tree is a small kernel: what the table must have, and a few more.
func tree() fstest.MapFS {
	all := fstest.MapFS{"modules.builtin": {Data: []byte("kernel/fs/nls/nls_base.ko\nkernel/fs/nls/nls_cp437.ko\nkernel/net/ipv6/ipv6.ko\nkernel/drivers/tty/serial/8250/8250.ko\n")}}
	put := func(at string, f fixture) { all[at] = &fstest.MapFile{Data: f.file()} }
	put("kernel/drivers/usb/host/xhci-pci.ko", made("xhci_pci", "depends=xhci-hcd,usbcore"))
	put("kernel/drivers/usb/host/xhci-hcd.ko", made("xhci_hcd", "depends=usbcore"))
	put("kernel/drivers/usb/core/usbcore.ko", made("usbcore", "depends="))
	put("kernel/drivers/usb/host/ohci-pci.ko", made("ohci_pci", "depends=usbcore", "softdep=pre: ehci_pci crct10dif e1000e post: hid_odd"))
	put("kernel/drivers/usb/host/ehci-pci.ko", made("ehci_pci", "depends=usbcore"))
	put("kernel/drivers/hid/usbhid.ko", made("usbhid", "depends=usbcore,hid"))
	put("kernel/drivers/hid/hid.ko", made("hid", "depends="))
	put("kernel/drivers/hid/hid-generic.ko", made("hid_generic", "depends=hid"))
	put("kernel/drivers/hid/hid-odd.ko", made("hid_odd", "depends=hid,nls_base"))
	put("kernel/drivers/hid/hid-loop.ko", made("hid_loop", "depends=hid-pool"))
	put("kernel/drivers/hid/hid-pool.ko", made("hid_pool", "depends=hid-loop"))
	put("kernel/drivers/hid/hid-lost.ko", made("hid_lost", "depends=gone"))
	put("kernel/drivers/usb/storage/usb-storage.ko", made("usb_storage", "depends=usbcore"))
	put("kernel/drivers/scsi/sd_mod.ko", made("sd_mod"))
	put("kernel/fs/fat/vfat.ko", made("vfat", "depends=fat"))
	put("kernel/fs/fat/fat.ko", made("fat", "depends="))
	put("kernel/drivers/net/e1000e.ko", made("e1000e", "depends="))
	put("kernel/drivers/misc/quiet.ko", fixture{info: made("quiet").info, imports: []string{"printk", "register_netdev"}})
	put("kernel/drivers/misc/behind.ko", made("behind", "depends=quiet"))
	return all
}
