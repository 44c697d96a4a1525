package modules

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"sigtool/internal/issue"
	"sigtool/internal/oracle"
)

// debian is lib/modules/RELEASE of Debian's linux-image-amd64, unpacked below $SIGTOOL_LIVE_KERNEL (hack/test-live.sh) or build/oracle/live (make live).
func debian(t *testing.T) (folder, release string) {
	t.Helper()
	base := os.Getenv("SIGTOOL_LIVE_KERNEL")
	if base == "" {
		base = "../../../build/oracle/live"
	}
	found, _ := filepath.Glob(filepath.Join(base, "lib/modules/*"))
	switch {
	case len(found) > 0:
		return found[0], filepath.Base(found[0])
	case os.Getenv("SIGTOOL_LIVE_KERNEL") != "":
		t.Fatalf("no lib/modules/RELEASE below %s", base)
	}
	t.Skip("skipped: no kernel below build/oracle/live (make live unpacks one)")
	return "", ""
}

// TestDebian chooses for Debian's kernel. What is chosen is what the table says, and small; none of it is refused; and it stands in an order in which
// depmod's index, made of the same folder, would have it.
func TestDebian(t *testing.T) {
	folder, release := debian(t)
	list, err := Select(os.DirFS(folder), release, nil)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	seen := map[string]bool{}
	for _, m := range list {
		all.Write(m.Data)
		seen[m.Name] = true
	}
	for _, w := range table {
		if !seen[w.name] && strings.HasPrefix(release, "6.1.") && w.name != "pinctrl_meteorlake" && w.name != "pinctrl_intel_platform" {
			t.Errorf("%s is not there", w.name)
		}
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	packed := len(packer.EncodeAll(all.Bytes(), nil))
	t.Logf("%d modules of %d bytes, packed %d", len(list), all.Len(), packed)
	limit := 1_250_000
	if !strings.HasPrefix(release, "6.1.") {
		limit = 1_700_000
	}
	if packed > limit {
		t.Errorf("%d modules of %d bytes, packed %d: they have grown", len(list), all.Len(), packed)
	}

	index := depmod(t, folder, release)
	before := map[string]bool{}
	for _, m := range list {
		for _, on := range index[m.Path] {
			if !before[on] {
				t.Errorf("%s comes before %s, on which it depends", m.Path, on)
			}
		}
		before[m.Path] = true
	}
	needed := map[string]bool{}
	for _, m := range list {
		if slices.ContainsFunc(table, func(w wanted) bool { return w.name == m.Name }) {
			needed[m.Path] = true
			for _, on := range index[m.Path] {
				needed[on] = true
			}
		}
	}
	for _, m := range list {
		if !needed[m.Path] && !strings.HasPrefix(m.Name, "dw_dmac") { // spi_pxa2xx_platform would like to have it
			t.Errorf("nothing depends on %s", m.Path)
		}
	}
}

// depmod has kmod make the index of a folder of modules: each one's path, and the paths of all that it depends on.
func depmod(t *testing.T, folder, release string) map[string][]string {
	t.Helper()
	tool, found := oracle.Find("depmod")
	if !found {
		tool = "/usr/sbin/depmod" // not on everybody's PATH
		if _, err := os.Stat(tool); err != nil {
			oracle.Missing(t, "depmod")
		}
	}
	out, err := exec.Command(tool, "-n", "-b", filepath.Join(folder, "../../.."), release).Output()
	if err != nil {
		t.Fatal(err)
	}
	index := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if at, on, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(at, "kernel/") {
			index[at] = strings.Fields(on)
		}
	}
	return index
}

// library is what stands among the drivers of network cards in Debian's 6.1, and in its 6.12 behind the slash, and registers no interface: it helps those that
// do, and reaches nothing alone.
const library = "bcm_phy_lib bcm_phy_ptp brcmutil cavium_ptp fwnode_mdio libcxgb libphy mdio mii mlx4_core mlxfw pcs_xpcs phylink qed slhc softing_cs sungem_phy / " +
	"libeth libie liquidio_core qcom_phy_lib"

// TestDebianLinks measures the second net. A driver of a network card must be refused though nothing is known of where it stands: by what it takes from the
// kernel, or by what the modules do that it can't be loaded without. Of the 4,023 modules of Debian's 6.1.0-56, 448 stand under kernel/drivers/net, and
// 431 of them are no library: 337 are refused by themselves, 94 by others.
func TestDebianLinks(t *testing.T) {
	folder, _ := debian(t)
	f, err := openFolder(os.DirFS(folder))
	if err != nil {
		t.Fatal(err)
	}
	refused, depends := map[string]bool{}, map[string][]string{}
	for name, at := range f.files {
		data, err := f.read(at)
		if err != nil {
			t.Fatal(err)
		}
		m := Module{Name: name, Path: "modules/00-" + name + ".ko", Data: data}
		o, err := m.parse()
		if err != nil {
			t.Fatal(at, err)
		}
		n, err := o.needs()
		if err != nil || !signed(data) || normal(n.name) != name {
			t.Errorf("%s: %+v %v", at, n, err)
			continue
		}
		refused[name], depends[name] = Refuse(m) != nil, n.depends
	}
	var reaches func(name string) bool
	reaches = func(name string) bool { return refused[name] || slices.ContainsFunc(depends[name], reaches) }
	alone, through := 0, 0
	for name, at := range f.files {
		if !strings.HasPrefix(at, "kernel/drivers/net/") || slices.Contains(strings.Fields(library), name) {
			continue
		}
		switch {
		case refused[name]:
			alone++
		case reaches(name):
			through++
		default:
			t.Errorf("%s would not be refused elsewhere", at)
		}
	}
	t.Logf("of %d modules, %d drivers of network cards are refused by what they take from the kernel, and %d by the modules that they depend on", len(f.files), alone, through)
}

// TestDebianCloud: a kernel for clouds is refused with a hint.
func TestDebianCloud(t *testing.T) {
	found, _ := filepath.Glob("../../../build/oracle/kernel/lib/modules/*")
	if len(found) == 0 {
		t.Skip("skipped: no kernel below build/oracle/kernel (make test-kernel unpacks one)")
	}
	_, err := Select(os.DirFS(found[0]), filepath.Base(found[0]), nil)
	if issue.ID(err) != "no-module" || !strings.Contains(issue.Hint(err), "clouds") {
		t.Errorf("%v, hint %q", err, issue.Hint(err))
	}
}

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
