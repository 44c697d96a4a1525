package modules

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"
	xzpack "github.com/ulikunitz/xz"

	"sigtool/internal/issue"
)

func namesOf(list []Module) string {
	var names []string
	for _, m := range list {
		names = append(names, m.Name)
	}
	return strings.Join(names, " ")
}

const always = "usbcore xhci_hcd xhci_pci ehci_pci ohci_pci hid usbhid hid_generic usb_storage sd_mod fat vfat"

func TestSelect(t *testing.T) {
	for _, c := range []struct {
		extra []string
		want  string
	}{
		{nil, always},
		{[]string{"hid-odd", "hid_odd", "vfat", "nls_base"}, always + " hid_odd"},
	} {
		list, err := Select(tree(), release, c.extra)
		if err != nil || namesOf(list) != c.want {
			t.Errorf("%v: %s %v", c.extra, namesOf(list), err)
		}
	}
	list, err := Select(tree(), release, nil)
	if err != nil || list[2].Path != "kernel/drivers/usb/host/xhci-pci.ko" || !bytes.Equal(list[2].Data, tree()[list[2].Path].Data) {
		t.Errorf("%+v %v", list[2], err)
	}
	all := tree()
	all["kernel/drivers/hid/hid-apple.ko"] = &fstest.MapFile{Data: made("hid_apple").file()}
	one, err1 := Select(all, release, []string{"hid_odd", "ums_realtek", "hid_apple"})
	if err1 == nil {
		t.Errorf("a module that is not there: %s", namesOf(one))
	}
	one, err1 = Select(all, release, []string{"hid_odd", "hid_apple"})
	two, err2 := Select(all, release, []string{"hid_apple", "hid_odd"})
	if err1 != nil || err2 != nil || namesOf(one) != namesOf(two) || !strings.Contains(namesOf(one), "hid_generic hid_apple usb_storage") {
		t.Errorf("%s, %s", namesOf(one), namesOf(two))
	}
}

func TestPacked(t *testing.T) {
	const at = "kernel/fs/fat/fat.ko"
	plain := tree()[at].Data
	for ext, pack := range map[string]func(b *bytes.Buffer){
		".gz": func(b *bytes.Buffer) { w := gzip.NewWriter(b); w.Write(plain); w.Close() },
		".xz": func(b *bytes.Buffer) {
			w, _ := xzpack.WriterConfig{CheckSum: xzpack.CRC32, DictCap: 1 << 20}.NewWriter(b)
			w.Write(plain)
			w.Close()
		},
		".zst": func(b *bytes.Buffer) { w, _ := zstd.NewWriter(b); w.Write(plain); w.Close() },
	} {
		all, packed := tree(), &bytes.Buffer{}
		pack(packed)
		delete(all, at)
		all[at+ext] = &fstest.MapFile{Data: packed.Bytes()}
		list, err := Select(all, release, nil)
		if err != nil || namesOf(list) != always || list[10].Path != at+ext || !bytes.Equal(list[10].Data, plain) {
			t.Errorf("%s: %s %v", ext, namesOf(list), err)
		}
		all[at+ext] = &fstest.MapFile{Data: packed.Bytes()[:packed.Len()/2]}
		if _, err := Select(all, release, nil); issue.ID(err) != "bad-module" {
			t.Errorf("%s, cut: %v", ext, err)
		}
	}
	var bomb bytes.Buffer
	w, _ := zstd.NewWriter(&bomb)
	for range maxModule>>20 + 1 {
		w.Write(make([]byte, 1<<20))
	}
	w.Close()
	all := tree()
	delete(all, at)
	all[at+".zst"] = &fstest.MapFile{Data: bomb.Bytes()}
	if _, err := Select(all, release, nil); err == nil || !strings.Contains(err.Error(), "fat.ko.zst: ") {
		t.Errorf("%d bytes that unpack to too many: %v", bomb.Len(), err)
	}
}

func TestSelectRefuses(t *testing.T) {
	put := func(at string, f fixture) func(fstest.MapFS) {
		return func(all fstest.MapFS) { all[at] = &fstest.MapFile{Data: f.file()} }
	}
	text := func(at, text string) func(fstest.MapFS) {
		return func(all fstest.MapFS) { all[at] = &fstest.MapFile{Data: []byte(text)} }
	}
	const sd = "kernel/drivers/scsi/sd_mod.ko"
	other := made("sd_mod")
	other.info[2] = "vermagic=6.1.0-test2 SMP "
	unsigned := made("sd_mod")
	unsigned.unsigned = true
	for _, c := range []struct {
		id, want string
		extra    string
		change   func(all fstest.MapFS)
	}{
		{"no-module", "no module usbhid, which is there for USB keyboards", "", func(all fstest.MapFS) { delete(all, "kernel/drivers/hid/usbhid.ko") }},
		{"no-module", `no module "hid_gone"`, "hid-gone", nil},
		{"no-module", `no module "../../hid_odd"`, "../../hid-odd", nil},
		{"no-module", `no module ""`, " ", nil},
		{"no-module", "hid_lost depends on gone", "hid_lost", nil},
		{"bad-module", "hid_loop: the module depends on itself", "hid_loop", nil},
		{"bad-module", `the file has the module "hid"`, "", put(sd, made("hid"))},
		{"bad-module", "no kernel module", "", text(sd, "\x7fELF")},
		{"bad-module", "no kernel module", "", put(sd, made("sd_mod", "depends=../x"))},
		{"other-kernel", `the kernel "6.1.0-test2", and this one is "6.1.0-test"`, "", put(sd, other)},
		{"module-not-signed", "sd_mod.ko is not signed", "", put(sd, unsigned)},
		{"module-refused", "e1000e.ko is for a network: it stands", "e1000e", nil},
		{"module-refused", "quiet.ko is for a network: it takes register_netdev", "quiet", nil},
		{"module-refused", "quiet.ko is for a network: it takes register_netdev", "behind", nil},
		{"not-modules", "no file modules.builtin", "", func(all fstest.MapFS) { delete(all, "modules.builtin") }},
		{"not-modules", "modules.builtin is no file", "", func(all fstest.MapFS) { all["modules.builtin"] = &fstest.MapFile{Mode: fs.ModeNamedPipe} }},
		{"not-modules", "a line \"<html>\"", "", text("modules.builtin", "<html>\n")},
		{"not-modules", `a line "kernel/\x1b[2J/x.ko"`, "", text("modules.builtin", "kernel/\x1b[2J/x.ko\n")},
		{"not-modules", "no folder kernel", "", func(all fstest.MapFS) {
			for at := range all {
				if at != "modules.builtin" {
					delete(all, at)
				}
			}
		}},
		{"not-modules", "hid_odd is there twice", "", text("kernel/drivers/misc/hid_odd.ko.xz", "")},
		{"kernel-refused", "kernel/drivers/net/virtio_net.ko built in, which is for a network", "", text("modules.builtin", "kernel/drivers/net/virtio_net.ko\n")},
		{"kernel-refused", "kernel/net/wireless/cfg80211.ko built in", "", text("modules.builtin", "kernel/net/ipv6/ipv6.ko\nkernel/net/wireless/cfg80211.ko\n")},
		{"kernel-refused", "kernel/drivers/nvme/host/nvme.ko built in, which is for a laptop's own disk", "", text("modules.builtin", "kernel/drivers/nvme/host/nvme.ko\n")},
		{"kernel-refused", "cdc-acm.ko built in, which is for a serial line", "", text("modules.builtin", "kernel/drivers/usb/class/cdc-acm.ko\n")},
	} {
		all := tree()
		if c.change != nil {
			c.change(all)
		}
		var extra []string
		if c.extra != "" {
			extra = []string{strings.TrimSpace(c.extra)}
		}
		list, err := Select(all, release, extra)
		if err == nil || issue.ID(err) != c.id || !strings.Contains(err.Error(), c.want) || issue.Hint(err) == "" {
			t.Errorf("%q: %s %v, hint %q", c.want, namesOf(list), err, issue.Hint(err))
		}
	}
}

// TestTooMany: a chain of modules ends at the bound.
func TestTooMany(t *testing.T) {
	all, names := tree(), []string{}
	for i := range MaxModules {
		name := "x" + strings.Repeat("y", i%50) + string(rune('a'+i/50))
		all["kernel/x/"+name+".ko"] = &fstest.MapFile{Data: made(name).file()}
		names = append(names, name)
	}
	if _, err := Select(all, release, names); issue.ID(err) != "too-many-modules" {
		t.Error(err)
	}
}

// TestNoFiles: what is no regular file is no module.
func TestNoFiles(t *testing.T) {
	all := tree()
	all["kernel/drivers/hid/hid-link.ko"] = &fstest.MapFile{Data: made("hid_link").file(), Mode: fs.ModeSymlink}
	all["kernel/drivers/hid/hid-pipe.ko"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	all["kernel/\x1b[2J/hid-seen.ko"] = &fstest.MapFile{Data: made("hid_seen").file()}
	for _, name := range []string{"hid_link", "hid_pipe", "hid_seen"} {
		if _, err := Select(all, release, []string{name}); issue.ID(err) != "no-module" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTable: a name stands in the table once, as the kernel says it, with a reason.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range table {
		if seen[w.name] || w.why == "" || normal(w.name) != w.name || !plain(w.name) {
			t.Errorf("%+v", w)
		}
		seen[w.name] = true
	}
	for _, l := range links {
		if !slices.IsSorted(l.imports) || !slices.IsSorted(l.folders) || !slices.IsSorted(l.names) {
			t.Errorf("what is for %s is not sorted", l.what)
		}
	}
}

// TestRefuseByName: in an image nobody knows where a module stood. It is refused by its own name, which its file must have, too.
func TestRefuseByName(t *testing.T) {
	for _, c := range []struct{ name, own, imports, want string }{
		{"hid_odd", "hid_odd", "hid_add_device", ""},
		{"thunderbolt", "thunderbolt", "pci_enable_device", "is for a cable to another computer"},
		{"firewire_core", "firewire-core", "", "is for a cable to another computer"},
		{"hid_odd", "thunderbolt", "", `the file has the module "thunderbolt"`},
		{"nvme", "nvme", "nvme_init_ctrl", "is for a laptop's own disk: it takes nvme_init_ctrl"},
		{"nvme_core", "nvme_core", "device_add_disk", "is for a laptop's own disk"},
		{"sdhci_acpi", "sdhci_acpi", "sdhci_alloc_host", "is for a laptop's own disk"},
		{"hid_odd", "hid_odd", "ata_host_activate", "is for a laptop's own disk"},
	} {
		f := made(c.own)
		if c.imports != "" {
			f.imports = []string{c.imports}
		}
		err := Refuse(Module{Name: c.name, Path: "modules/07-" + c.name + ".ko", Data: f.file()})
		if (err == nil) != (c.want == "") || err != nil && (!strings.Contains(err.Error(), c.want) || issue.Hint(err) == "") {
			t.Errorf("%s as %s: %v", c.own, c.name, err)
		}
	}
}
