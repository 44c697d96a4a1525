package modules

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/issue"
)

func TestRefuse(t *testing.T) {
	for at, want := range map[string]string{
		"kernel/drivers/net/phy/libphy.ko.xz": "a network", "kernel/net/9p/9pnet.ko": "a network", "kernel/drivers/bluetooth/btusb.ko": "a radio",
		"kernel/drivers/media/rc/rc-core.ko": "a camera or a receiver", "kernel/sound/soundcore.ko": "sound", "kernel/drivers/usb/class/cdc-acm.ko": "a serial line or a modem",
		"kernel/drivers/thunderbolt/thunderbolt.ko": "a cable to another computer", "kernel/drivers/staging/x.ko": "something that is not finished",
		"kernel/drivers/usb/class/usblp.ko": "", "modules/00-usblp.ko": "", "kernel/drivers/network.ko": "",
	} {
		err := Refuse(Module{Name: "x", Path: at, Data: made("x").file()})
		if want == "" && err != nil || want != "" && (issue.ID(err) != "module-refused" || !strings.Contains(err.Error(), "is for "+want+": it stands")) {
			t.Errorf("%s: %v", at, err)
		}
	}
	for name, what := range linkOf() {
		f := fixture{info: made("x").info, imports: []string{"printk", name}, own: []string{"init_module"}}
		if err := Refuse(Module{Name: "x", Path: "modules/00-x.ko", Data: f.file()}); issue.ID(err) != "module-refused" || !strings.Contains(err.Error(), "is for "+what+": it takes "+name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	own := fixture{info: made("x").info, own: []string{"register_netdev"}} // not taken from the kernel
	if err := Refuse(Module{Name: "x", Data: own.file()}); err != nil {
		t.Error(err)
	}
	if err := Refuse(Module{Name: "x", Path: "modules/00-x.ko", Data: []byte("MZ")}); issue.ID(err) != "bad-module" {
		t.Error(err)
	}
}

func TestNeeds(t *testing.T) {
	f := made("x", "depends=a-b,c", "softdep=pre: d-e f post: g", "softdep=pre: platform:h i", "softdep=j")
	o, err := parseObject(f.file())
	if err != nil {
		t.Fatal(err)
	}
	n, err := o.needs()
	if err != nil || n.name != "x" || n.versions != release+" SMP preempt mod_unload modversions " || !slices.Equal(n.depends, []string{"a_b", "c"}) || !slices.Equal(n.before, []string{"d_e", "f", "i"}) {
		t.Errorf("%+v %v", n, err)
	}
}

func TestSigned(t *testing.T) {
	file := made("x").file()
	if !signed(file) {
		t.Error("the fixture is not signed")
	}
	at := len(file) - trailerSize
	for name, bad := range map[string][]byte{
		"unsigned": file[:at], "bytes behind": append(bytes.Clone(file), '\n'), "magic alone": []byte(magic), "nothing": nil,
		"too long":   changed(file, at+8, 0x7f),
		"no length":  changed(file, at+11, 0),
		"not PKCS 7": changed(file, at+2, 1),
	} {
		if signed(bad) {
			t.Errorf("%s: signed", name)
		}
	}
}

func changed(file []byte, at int, to byte) []byte {
	bad := bytes.Clone(file)
	bad[at] = to
	return bad
}

func TestParseRefuses(t *testing.T) {
	file := fixture{info: made("x").info, imports: []string{"printk"}}.file()
	table := int(binary.LittleEndian.Uint64(file[40:]))
	header := func(section, field int) int { return table + section*sectionSize + field }
	if _, err := parseObject(file); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{
		"nothing": nil, "cut header": file[:headerSize-1], "cut sections": file[:table+sectionSize],
		"32-bit": changed(file, 4, 1), "big endian": changed(file, 5, 2), "a program": changed(file, 16, 2), "for arm64": changed(file, 18, 183),
		"sections at the end of the world": changed(file, 47, 0xff), "odd sections": changed(file, 58, 40), "no sections": changed(changed(file, 60, 0), 62, 0),
		"names beyond the sections": changed(file, 62, 5),
		"names that are none":       changed(file, header(4, 4), 1),
		".modinfo beyond the file":  changed(file, header(1, 35), 0x7f),
		".modinfo packed":           changed(file, header(1, 9), flagPacked>>8),
		".modinfo of zeros":         changed(file, header(1, 4), typeNoBits),
		".modinfo of another name":  changed(file, header(1, 0), 2),
		"two tables of symbols":     changed(changed(file, header(1, 4), typeSymbols), header(1, 40), 3),
		"symbols of odd size":       changed(file, header(2, 32), symbolSize+1),
		"symbols without names":     changed(file, header(2, 40), 9),
		"names of symbols are none": changed(file, header(2, 40), 1),
		"no symbols":                changed(file, header(2, 4), 1),
		"a symbol beyond its names": changed(file, int(binary.LittleEndian.Uint64(file[header(2, 24):]))+symbolSize+1, 1),
		"a name without end":        fixture{info: made("x").info, imports: []string{strings.Repeat("x", maxSymbol+1)}}.file(),
	} {
		if o, err := parseObject(bad); err == nil {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(fixture{info: made("x", "depends=a,b", "softdep=pre: c").info, imports: []string{"printk", "register_netdev"}, own: []string{"y"}}.file())
	f.Add(made("usbcore").file())
	f.Fuzz(func(t *testing.T, data []byte) {
		signed(data)
		o, err := parseObject(data)
		if err != nil {
			return
		}
		for _, name := range o.imports {
			if name == "" || len(name) > maxSymbol || !bytes.Contains(data, []byte(name)) {
				t.Errorf("%q", name)
			}
		}
		if n, err := o.needs(); err == nil {
			for _, name := range slices.Concat(n.depends, n.before) {
				if !plain(name) {
					t.Errorf("%q", name)
				}
			}
		}
		Refuse(Module{Path: "x", Data: data})
	})
}
