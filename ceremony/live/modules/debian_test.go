package modules

import (
	"bytes"
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

// debian is lib/modules/RELEASE of Debian's linux-image-amd64, which make oracles and make live unpack.
func debian(t *testing.T) (folder, release string) {
	t.Helper()
	found, _ := filepath.Glob("../../../build/oracle/live/lib/modules/*")
	if len(found) == 0 {
		oracle.Missing(t, "Debian's kernel for the live stick")
	}
	return found[0], filepath.Base(found[0])
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
	out, err := exec.Command(oracle.Need(t, "depmod"), "-n", "-b", filepath.Join(folder, "../../.."), release).Output()
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

// TestDebianCloud: a kernel for clouds has a driver of disks built in, and is refused with a hint.
func TestDebianCloud(t *testing.T) {
	found, _ := filepath.Glob("../../../build/oracle/kernel/lib/modules/*")
	if len(found) == 0 {
		oracle.Missing(t, "Debian's kernel for clouds")
	}
	_, err := Select(os.DirFS(found[0]), filepath.Base(found[0]), nil)
	if issue.ID(err) != "kernel-refused" || !strings.Contains(issue.Hint(err), "linux-image-amd64") {
		t.Errorf("%v, hint %q", err, issue.Hint(err))
	}
}
