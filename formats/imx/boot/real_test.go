package boot

import (
	"os"
	"path/filepath"
	"testing"

	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// corpus is the folder of NXP's samples and of real images: $SIGTOOL_CORPUS/imx, or shared/data/imx beside the module.
func corpus(t testing.TB) string {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "shared", "data", "imx")
	if data := os.Getenv("SIGTOOL_CORPUS"); data != "" {
		folder = filepath.Join(data, "imx")
	}
	if _, err := os.Stat(folder); err != nil {
		oracle.Missing(t, "the i.MX samples (shared/data/imx beside the module, or $SIGTOOL_CORPUS/imx)")
	}
	return folder
}

// U-Boot's images as Debian ships them, and one that CST signed.
func TestRealImages(t *testing.T) {
	folder := corpus(t)
	for _, row := range []struct {
		name                string
		entry, self, length uint32
		dcd                 uint32
		signed              bool
		block               Block
	}{
		{"images/mx6qsabrelite-u-boot-dtb.imx", 0x17800000, 0x177ff400, 0x87000, 784, false, Block{0x177ff400, 0x86c00, 0}},
		{"images/wandboard-SPL", 0x908000, 0x907400, 0xc000, 0, false, Block{0x907400, 0xbc00, 0}},
		{"hab/mx6q-prep.imx", 0x17800000, 0x177ff400, 0x89000, 784, false, Block{0x177ff400, 0x86c00, 0}},
		{"hab/mx6q-signed-rsa2048.imx", 0x17800000, 0x177ff400, 0x89000, 784, true, Block{0x177ff400, 0x86c00, 0}},
	} {
		data, err := os.ReadFile(filepath.Join(folder, row.name))
		if err != nil {
			t.Fatal(err)
		}
		src := patch.Bytes(data)
		found, err := Find(src)
		if err != nil || len(found) != 1 || !Sniff(src) {
			t.Fatalf("%s: %d stages, %v", row.name, len(found), err)
		}
		m := found[0]
		if m.Kind != ROM || m.Entry != row.entry || m.Self != row.self || m.Boot.Length != row.length || m.DCDLength != row.dcd || m.Faults != nil {
			t.Errorf("%s: %+v", row.name, m)
		}
		if blocks := m.Blocks(); m.Signed(src) != row.signed || len(blocks) != 1 || blocks[0] != row.block {
			t.Errorf("%s: signed %v, blocks %+v", row.name, m.Signed(src), blocks)
		}
		parts := m.Parts()
		for _, p := range parts {
			if p.Address < row.block.Address || p.End() > row.block.End() {
				t.Errorf("%s: %s is not in the block", row.name, p.Name)
			}
		}
		if want := 3 + min(int(row.dcd), 1); len(parts) != want {
			t.Errorf("%s: %d parts", row.name, len(parts))
		}
	}
}
