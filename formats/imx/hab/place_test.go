package hab

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"sigtool/formats"
	"sigtool/formats/imx/boot"
	"sigtool/formats/imx/csf"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// by is a request to sign with the RSA keys of testdata.
func by(t testing.TB) formats.Request {
	return requestOf(sample(t, "short.table"), ours(t, "rsa2048", "img-rsa"), ours(t, "rsa3072", "csf-rsa"))
}

// blocksOf are the blocks that the CSF of a stage has authenticated.
func blocksOf(t testing.TB, data []byte, stage int) []csf.Region {
	t.Helper()
	_, c := csfOf(t, data, stage)
	for _, command := range c.Commands {
		if a, ok := command.Body.(*csf.AuthCommand); ok && len(a.Blocks) > 0 {
			return a.Blocks
		}
	}
	return nil
}

// plain is small.imx as it is without room for a CSF.
func plain(t testing.TB) []byte {
	data := sample(t, "small.imx")
	clear(data[24:28])
	put(data, 0x24, 0x400+0x100)
	return data
}

// put writes a word.
func put(data []byte, at int, word uint32) { binary.LittleEndian.PutUint32(data[at:], word) }

// zeros are as many zero bytes.
func zeros(n int) []byte { return make([]byte, n) }

// Every layout gets its CSFs where its loader looks for them, and nothing else moves.
func TestLayouts(t *testing.T) {
	inside, outside := sample(t, "inside-v1.bin"), sample(t, "outside-v2.bin")
	fit := inside[0x3400:]
	table := bytes.Clone(fit[:len(fit)-boot.IVTSize]) // a FIT alone, whose vector table is to be made
	spl := []csf.Region{{Address: 0x7e0fc0, Length: 0x200}}
	tree := csf.Region{Address: 0x401fcdc0, Length: 0x1020} // as mkimage printed it ("sld hab block")
	for _, row := range []struct {
		what   string
		data   []byte
		size   int // of the result
		blocks [][]csf.Region
		csfs   []int64
	}{
		{"no pointer, at the file's start", plain(t), 0x2100, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x100}},
		{"pointer and room", sample(t, "small.imx"), 0x1100, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x100}},
		{"a card from its first byte on", append(zeros(0x400), plain(t)...), 0x2500, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x500}},
		{"a card with something behind it", slices.Concat(zeros(0x400), plain(t), zeros(0x2000), []byte("next")), 0x2504, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x500}},
		{"zeros behind it, less than usual", slices.Concat(plain(t), zeros(0x1d00), []byte("\x27\x05\x19\x56"), zeros(60)), 0x1e40, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x100}},
		{"a page short", slices.Concat(sample(t, "small.imx")[:0xf0]), 0x1100, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}}, []int64{0x100}},
		{"flash.bin", inside, 0x3400 + 0x3000, [][]csf.Region{spl, {tree}}, []int64{0x200, 0x4420}},
		{"flash.bin, the FIT's vector table not there yet", inside[:len(inside)-boot.IVTSize], 0x3400 + 0x3000, [][]csf.Region{spl, {tree}}, []int64{0x200, 0x4420}},
		{"flash.bin, data outside of the FIT", outside, len(outside), [][]csf.Region{spl, {tree, {Address: 0x40200000, Length: 328}, {Address: 0x920000, Length: 200}, {Address: 0x40200148, Length: 100}}}, []int64{0x200, 0x4420}},
		{"a FIT alone", table, 0x3000, [][]csf.Region{{tree}}, []int64{0x1020}},
		{"legacy image", sample(t, "u-boot-ivt.img"), 0x3000, [][]csf.Region{{{Address: 0x177fffc0, Length: 0x1020}}}, []int64{0x1020}},
		{"u-boot-with-spl.imx", slices.Concat(plain(t), zeros(0x3f00), sample(t, "u-boot-ivt.img")), 0x4000 + 0x3000, [][]csf.Region{{{Address: 0x907400, Length: 0x100}}, {{Address: 0x177fffc0, Length: 0x1020}}}, []int64{0x100, 0x5020}},
		{"FlexSPI", flexSPI(t), 0x1000 + 0x200 + 0x2000, [][]csf.Region{{{Address: 0x7e0fc0 - 0x1000, Length: 0x1200}}}, []int64{0x1200}},
	} {
		out, err := trySign(t, row.data, by(t))
		if err != nil {
			t.Errorf("%s: %v", row.what, err)
			continue
		}
		if n := accepted(t, out, sample(t, "ca.table")); len(out) != row.size || n != 2*len(row.csfs) {
			t.Errorf("%s: %d bytes with %d signatures", row.what, len(out), n)
		}
		found, _ := boot.Find(patch.Bytes(out))
		for i, want := range row.csfs {
			if at, _ := found[i].CSFOffset(); at != want || !slices.Equal(blocksOf(t, out, i), row.blocks[i]) {
				t.Errorf("%s: CSF %d at 0x%x, blocks %+v", row.what, i, at, blocksOf(t, out, i))
			}
		}
		again := by(t)
		if _, err := trySign(t, out, again); !isNamed(err, "already-signed", formats.ErrFormat) {
			t.Errorf("%s: signed again: %v", row.what, err)
		}
		again.Force = true
		differ(t, row.what+", again", signed(t, out, again), out)
		again.Options.Set(optionEngine, "sw")
		accepted(t, signed(t, out, again), sample(t, "ca.table"))
		outsiders(t, row.what, row.data, out, found)
	}
}

// Where boot data load far more than the image, a CSF gets the usual room, or what it takes: nothing of a large old one stays.
func TestRoomFarBeyond(t *testing.T) {
	data := sample(t, "small.imx")
	put(data, 0x24, 0x400+0x100+0x200000)
	out := signed(t, data, by(t))
	if len(out) != 0x100+boot.Room {
		t.Errorf("%d bytes", len(out))
	}
	_, c := csfOf(t, out, 0)
	last := c.Segments[len(c.Segments)-1]
	for _, command := range c.Commands {
		if a, ok := command.Body.(*csf.AuthCommand); ok && a.OfCSF() {
			binary.BigEndian.PutUint32(out[0x100+command.Offset+8:], 0x5000)
		}
	}
	out = slices.Concat(out, zeros(0x3000), last.Data)
	again := by(t)
	again.Force = true
	if out = signed(t, out, again); !bytes.Equal(out[0x100+c.End:], zeros(len(out)-0x100-c.End)) {
		t.Error("something of the old CSF is left")
	}
	accepted(t, out, sample(t, "ca.table"))
}

// outsiders tells of bytes that signing changed and that are neither vector table, boot data nor room for a CSF.
func outsiders(t *testing.T, what string, before, after []byte, found []boot.Image) {
	t.Helper()
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		known := false
		for _, m := range found {
			at, _ := m.CSFOffset()
			known = known || int64(i) >= m.IVT && int64(i) < m.IVT+0x2c || int64(i) >= at && int64(i) < at+0x2000
		}
		if !known {
			t.Errorf("%s: byte 0x%x changed", what, i)
			return
		}
	}
}

// flexSPI is the first stage of inside-v1.bin for FlexSPI: a configuration block stands before it, and is loaded with it.
func flexSPI(t testing.TB) []byte {
	data := append(zeros(0x1000), sample(t, "inside-v1.bin")[:0x200+0x2000]...)
	copy(data, "FCFB")
	put(data, 0x1020, 0x7e0fc0-0x1000)
	put(data, 0x1024, 0x1000+0x200+0x2000)
	return data
}

// openssl takes each signature over the blocks that its command names, and over the commands.
func TestOpenSSL(t *testing.T) {
	openssl := oracle.Need(t, "openssl")
	out := signed(t, sample(t, "outside-v2.bin"), requestOf(sample(t, "ca.table"), ours(t, "p256", "img-rsa-p256"), ours(t, "rsa3072", "csf-rsa")))
	found, err := boot.Find(patch.Bytes(out))
	if err != nil {
		t.Fatal(err)
	}
	certs := map[bool]string{true: samples + "csf-rsa.crt", false: samples + "img-rsa-p256.crt"}
	for i := range found {
		raw, c := csfOf(t, out, i)
		for _, command := range c.Commands {
			a, ok := command.Body.(*csf.AuthCommand)
			if !ok {
				continue
			}
			var content []byte
			for _, b := range a.Blocks {
				at, _ := found[i].Locate(b.Address, b.Length)
				content = append(content, out[at:at+int64(b.Length)]...)
			}
			own := len(a.Blocks) == 0
			if own {
				content = raw[:c.Size]
			}
			file := filepath.Join(t.TempDir(), "x")
			if os.WriteFile(file, content, 0o600) != nil || os.WriteFile(file+".sig", a.Segment.Data[4:], 0o600) != nil {
				t.Fatal("can't write")
			}
			oracle.Run(t, openssl, "cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", file+".sig", "-content", file,
				"-certfile", certs[own], "-out", file+".out")
		}
	}
}
