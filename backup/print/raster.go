package print

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"sigtool/backup"
	"sigtool/internal/secret"
)

const (
	dpi      = 300
	pixel    = 25.4 / dpi // mm
	perMetre = 11811      // pixels
)

// PNG returns one picture for each page of A4 or Letter, of 300 dots to the inch, in grey; the caller wipes them. Errors are PDF's.
func PNG(sheets []*backup.Sheet, paper Paper) ([][]byte, error) {
	w, h, err := paper.size()
	if err != nil {
		return nil, err
	}
	pages, err := pagesOf(sheets)
	if err != nil {
		return nil, err
	}
	defer wipe(pages)
	c := canvas{img: image.NewGray(image.Rect(0, 0, pixels(w), pixels(h))), faces: map[faceKey]font.Face{}}
	defer secret.Wipe(c.img.Pix)
	var files [][]byte
	for _, p := range pages {
		for i := range c.img.Pix {
			c.img.Pix[i] = 0xff
		}
		for _, m := range p.marks {
			m.x, m.y = m.x+(w-fieldW)/2, m.y+(h-fieldH)/2
			if err := c.draw(m); err != nil {
				return nil, err
			}
		}
		file, err := encodePNG(c.img)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func pixels(mm float64) int { return int(math.Round(mm / pixel)) }

// canvas is a page in pixels. It keeps the fonts that it drew with.
type canvas struct {
	img   *image.Gray
	faces map[faceKey]font.Face
}

type faceKey struct {
	bold bool
	size float64
}

func (c *canvas) draw(m mark) error {
	x, y := pixels(m.x), pixels(m.y)
	switch m.kind {
	case filled:
		c.fill(image.Rect(x, y, x+max(1, pixels(m.w)), y+max(1, pixels(m.h))))
	case framed:
		r, b, w := pixels(m.x+m.w), pixels(m.y+m.h), max(1, pixels(thin))
		c.fill(image.Rect(x, y, r, y+w))
		c.fill(image.Rect(x, b-w, r, b))
		c.fill(image.Rect(x, y, x+w, b))
		c.fill(image.Rect(r-w, y, r, b))
	case text:
		return c.write(m)
	case coded:
		scale := pixels(module)
		for cy := range m.code.side {
			for cx := range m.code.side {
				if m.code.at(cx, cy) {
					c.fill(image.Rect(x+cx*scale, y+cy*scale, x+(cx+1)*scale, y+(cy+1)*scale))
				}
			}
		}
	}
	return nil
}

// fill makes a rectangle black.
func (c *canvas) fill(r image.Rectangle) {
	r = r.Intersect(c.img.Rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(c.img.Pix[y*c.img.Stride+r.Min.X : y*c.img.Stride+r.Max.X])
	}
}

// write draws character by character, each at its own place, so that no rounding adds up.
func (c *canvas) write(m mark) error {
	face, err := c.face(m.bold, m.size)
	if err != nil {
		return err
	}
	d := font.Drawer{Dst: c.img, Src: image.Black, Face: face}
	if m.white {
		d.Src = image.White
	}
	x := m.x
	for rest := m.text; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n]&0xc0 == 0x80 {
			n++
		}
		d.Dot = fixed.Point26_6{X: fixed.Int26_6(x / pixel * 64), Y: fixed.Int26_6(m.y / pixel * 64)}
		d.DrawBytes(rest[:n])
		rest, x = rest[n:], x+advance*m.size*point
	}
	return nil
}

func (c *canvas) face(isBold bool, size float64) (font.Face, error) {
	key := faceKey{isBold, size}
	if f, ok := c.faces[key]; ok {
		return f, nil
	}
	of := regular()
	if isBold {
		of = bold()
	}
	f, err := opentype.NewFace(of, &opentype.FaceOptions{Size: size, DPI: dpi, Hinting: font.HintingNone})
	if err != nil {
		return nil, err
	}
	c.faces[key] = f
	return f, nil
}

// encodePNG writes the picture, with its size on paper (the chunk pHYs, PNG third edition §11.3.4.3), which Go's encoder leaves out.
func encodePNG(img *image.Gray) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, err
	}
	const headEnd = 8 + 4 + 4 + 13 + 4 // signature, and IHDR with its length, name and checksum
	phys := append([]byte("\x00\x00\x00\x09pHYs"), make([]byte, 9)...)
	binary.BigEndian.PutUint32(phys[8:], perMetre)
	binary.BigEndian.PutUint32(phys[12:], perMetre)
	phys[16] = 1
	phys = binary.BigEndian.AppendUint32(phys, crc32.ChecksumIEEE(phys[4:]))
	data := b.Bytes()
	file := append(make([]byte, 0, len(data)+len(phys)), data[:headEnd]...)
	file = append(append(file, phys...), data[headEnd:]...)
	secret.Wipe(data)
	return file, nil
}
