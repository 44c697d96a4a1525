package scan

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/chunk"
	"sigtool/backup/print"
	"sigtool/backup/words"
)

func TestReceipts(t *testing.T) {
	t.Parallel()
	for _, paper := range []print.Paper{print.Roll58, print.Roll80} {
		for _, s := range stories() {
			data, err := print.ESCPOS(s.sheets, paper)
			if err != nil {
				t.Fatal(err)
			}
			var r Reader
			if err := r.Add(data); err != nil {
				t.Fatal(err)
			}
			s.gives(t, &r)
			for _, d := range r.set.Documents() {
				if len(d.Missing) > 0 {
					t.Errorf("%s, %s: %v", paper, s.name, d)
				}
			}
		}
	}
}

func aSheet(t testing.TB) *backup.Sheet {
	t.Helper()
	p := backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	defer p.Secret.Destroy()
	sheets, err := words.Codec{}.Encode(p, backuptest.Meta(), backup.Split{})
	if err != nil {
		t.Fatal(err)
	}
	return sheets[0]
}

// small is a code of a sheet, one pixel a module and without a frame.
func small(t testing.TB) (text string, g *grey) {
	t.Helper()
	texts, err := chunk.Split(aSheet(t))
	if err != nil {
		t.Fatal(err)
	}
	m := modulesOf(draw(t, texts[0], qr.AlphaNumeric))
	g = newGrey(m.size, m.size)
	for i, dark := range m.dark {
		g.pix[i] = 255 * byte(1-bit(dark))
	}
	return texts[0], g
}

// Whatever kind of pixels a PNG has, its code is read.
func TestKindsOfPixels(t *testing.T) {
	t.Parallel()
	want, g := small(t)
	grey8, box := asImage(g), image.Rect(0, 0, g.w, g.h)
	pictures := map[string]image.Image{"grey": grey8, "negative": asImage(g.negative())}
	palette := image.NewPaletted(box, color.Palette{color.White, color.Black})
	grey16, rgba, rgba64 := image.NewGray16(box), image.NewRGBA(box), image.NewNRGBA64(box)
	clear := image.NewNRGBA(box) // dark on what is transparent
	for y := range g.h {
		for x := range g.w {
			c := grey8.At(x, y)
			palette.Set(x, y, c)
			grey16.Set(x, y, c)
			rgba.Set(x, y, c)
			rgba64.Set(x, y, c)
			if grey8.GrayAt(x, y).Y == 0 {
				clear.Set(x, y, color.NRGBA{0, 0, 90, 255})
			}
		}
	}
	pictures["palette"], pictures["16 bits"], pictures["RGBA"], pictures["64 bits"], pictures["transparent"] = palette, grey16, rgba, rgba64, clear
	for name, picture := range pictures {
		var r Reader
		if file, err := r.add(asPNG(t, picture)); err != nil || file.codes != 1 {
			t.Errorf("%s: %d codes of %q: %v", name, file.codes, want[:12], err)
		}
		r.Destroy()
	}
}

func TestOtherCodesAreCounted(t *testing.T) {
	t.Parallel()
	texts, err := chunk.Split(aSheet(t))
	if err != nil {
		t.Fatal(err)
	}
	r := new(Reader)
	foreign := paint(t, 900, 500, 5, 2, []string{"HTTPS://EXAMPLE.COM", "HELLO"})
	if err := r.Add(asPNG(t, asImage(foreign))); err == nil || err.Error() != "none of its QR codes is part of a sheet (2 seen)" {
		t.Errorf("%v", err)
	}
	both := paint(t, 1100, 600, 5, 2, []string{"HTTPS://EXAMPLE.COM", texts[0]})
	if file, err := r.add(asPNG(t, asImage(both))); err != nil || file.others != 1 || file.codes != 1 {
		t.Errorf("%d others, %d codes, %v", file.others, file.codes, err)
	}
}

// A picture's pixels are wiped.
func TestPixelsAreWiped(t *testing.T) {
	t.Parallel()
	_, g := small(t)
	f := &reading{Reader: new(Reader), effort: maxEffort}
	f.look(g)
	if f.codes != 1 || !bytes.Equal(g.pix, make([]byte, len(g.pix))) {
		t.Errorf("%d codes; the pixels are still there", f.codes)
	}
}

// The size is refused before the pixels are read.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	var own *Error
	for name, kind := range map[string]byte{"grey": 0, "RGBA of 16 bits": 6} {
		data := asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1)))
		binary.BigEndian.PutUint32(data[16:], 10_000) // IHDR: width, height, depth, colours (PNG §11.2.2)
		binary.BigEndian.PutUint32(data[20:], map[byte]uint32{0: 10_001, 6: 5_001}[kind])
		data[24], data[25] = map[byte]byte{0: 8, 6: 16}[kind], kind
		binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
		if err := new(Reader).Add(data); !errors.As(err, &own) || !strings.Contains(own.Why, "too large") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzAdd(f *testing.F) {
	_, g := small(f)
	photo := paint(f, 200, 200, 3, 1, []string{"ST1/W/QPZRY9X8/1/2"})
	f.Add(asPNG(f, asImage(g)))
	f.Add(asPNG(f, asImage(photo)))
	f.Add(asJPEG(f, photo, 30))
	f.Add(scannerPDF("/Width 200 /Height 200 /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode /Length 6 0 R", asJPEG(f, photo, 30)))
	f.Add(scannerPDF("/Width 57 /Height 57 /BitsPerComponent 1 /ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF000000>] /Filter [/FlateDecode] /DecodeParms <</Predictor 15>>", deflated(f, predicted(oneBit(g), (g.w+7)/8, 1))))
	f.Add([]byte("\x1b@\x1dv0\x00\x01\x00\x01\x00\xff\n\x1dv0\x00\x02\x00\x01\x00\xff\xfe"))
	f.Add([]byte("%PDF-1.4 1 0 obj << /A (\\)) /B [<</C>>] % >>\n /Subtype/Image >> stream\nendstream"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if declared(data) > 1<<16 {
			return // it would take the fuzzer's time
		}
		var r Reader
		defer r.Destroy()
		file, err := r.add(data)
		if (err == nil) != (file.codes > 0) {
			t.Errorf("%d codes, and %v", file.codes, err)
		}
		_, _ = r.Texts()
		checkDecode(t, data)
	})
}

// declared is how many pixels a file says its pictures have.
func declared(data []byte) (pixels int) {
	if head, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
		pixels = head.Width * head.Height
	}
	if Sniff(data) != "pdf" {
		return pixels
	}
	for at := 0; ; {
		d, next, found := nextStream(data, at)
		if next < 0 {
			return pixels
		}
		if at = next; found {
			var content []byte
			content, at = streamBytes(data, at, d)
			head, _, _ := image.DecodeConfig(bytes.NewReader(content))
			pixels += max(0, number(d["Width"])*max(0, number(d["Height"])), head.Width*head.Height)
		}
	}
}

// checkDecode takes the data for the modules of a code.
func checkDecode(t *testing.T, data []byte) {
	if len(data) == 0 {
		return
	}
	size := sizeOf(int(data[0])%maxVersion + 1)
	m := modules{size, make([]bool, size*size)}
	r := rand.New(rand.NewPCG(uint64(len(data)), uint64(data[0])))
	for i := range m.dark {
		m.dark[i] = data[r.IntN(len(data))]>>(i%8)&1 == 1
	}
	_, _ = decode(m)
	_, _ = segments(data, size/4-4)
}
