package modules

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// notKeyboards are drivers that the kernel's HID core knows and the table has not: of mice, gamepads, tablets, remote controls, displays — and of the
// three keyboards that the table names as missing, with hid_prodikeys, which is a piano.
const notKeyboards = "hid_a4tech hid_accutouch hid_appleir hid_asus hid_aureal hid_axff hid_betopff hid_cmedia hid_cp2112 hid_dr hid_elecom hid_elo hid_emsff hid_gaff hid_gembird hid_gfrm " +
	"hid_gt683r hid_gyration hid_holtek_mouse hid_holtekff hid_icade hid_kensington hid_lcpower hid_logitech_dj hid_logitech_hidpp hid_magicmouse hid_mf hid_multitouch hid_ntrig " +
	"hid_penmount hid_petalynx hid_picolcd hid_pl hid_playstation hid_prodikeys hid_retrode hid_rmi hid_roccat_kone hid_roccat_koneplus hid_roccat_konepure hid_roccat_kovaplus hid_roccat_lua " +
	"hid_roccat_pyra hid_roccat_savu hid_saitek hid_sjoy hid_sony hid_speedlink hid_steelseries hid_thrustmaster hid_tivo hid_tmff hid_twinhan hid_udraw_ps3 hid_wiimote hid_xinmo " +
	"hid_zpff hid_zydacron"

// TestDebianKeyboards: each driver without which a device would be dead, as hid_generic leaves it alone, is in the table or known to be of no keyboard.
func TestDebianKeyboards(t *testing.T) {
	folder, _ := debian(t)
	f, err := openFolder(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	core, err := f.read(f.files["hid"])
	if err != nil {
		t.Fatal(err)
	}
	dead := specialDevices(t, core)
	drivers := map[string]bool{}
	for name, at := range f.files {
		if !strings.HasPrefix(at, "kernel/drivers/hid/") {
			continue
		}
		data, err := f.read(at)
		if err != nil {
			t.Fatal(err)
		}
		o, err := parseObject(data)
		if err != nil {
			t.Fatal(err)
		}
		for entry := range bytes.SplitSeq(o.info, []byte{0}) { // alias=hid:b0003g*v0000046Dp0000C30A
			if alias, ok := strings.CutPrefix(string(entry), "alias=hid:b"); ok && dead[alias[:4]+alias[strings.IndexByte(alias, 'v'):]] {
				drivers[name] = true
			}
		}
	}
	if len(drivers) < 60 {
		t.Errorf("%d drivers: the list was not understood", len(drivers))
	}
	for _, name := range slices.Sorted(maps.Keys(drivers)) {
		inTable := slices.ContainsFunc(table, func(w wanted) bool { return w.name == name })
		if inTable == slices.Contains(strings.Fields(notKeyboards), name) {
			t.Errorf("%s: in the table: %v", name, inTable)
		}
	}
}

// specialDevices reads hid_have_special_driver of the HID core: bus and group, 2 bytes each, vendor and product, 4 bytes each, and 8 bytes more.
// They are given as aliases of modules have them, without the group: "0003v0000046Dp0000C30A".
func specialDevices(t *testing.T, hid []byte) map[string]bool {
	t.Helper()
	core, err := elf.NewFile(bytes.NewReader(hid))
	if err != nil {
		t.Fatal(err)
	}
	symbols, err := core.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(symbols, func(s elf.Symbol) bool { return s.Name == "hid_have_special_driver" })
	if at < 0 {
		t.Fatal("the HID core has no list of special drivers")
	}
	data, err := core.Sections[symbols[at].Section].Data()
	if err != nil {
		t.Fatal(err)
	}
	devices, le := map[string]bool{}, binary.LittleEndian
	for b := data[symbols[at].Value : symbols[at].Value+symbols[at].Size]; len(b) >= 24; b = b[24:] {
		devices[fmt.Sprintf("%04Xv%08Xp%08X", le.Uint16(b), le.Uint32(b[4:]), le.Uint32(b[8:]))] = true
	}
	return devices
}
