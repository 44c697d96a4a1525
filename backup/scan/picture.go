package scan

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"sigtool/internal/secret"
)

const (
	maxPixels = 100_000_000 // of one picture
	maxMemory = 400_000_000 // that a decoded picture may take
)

// maxSteps bounds the scans of a progressive JPEG: encoders write ten or so, and each costs a pass over the whole picture.
const maxSteps = 64

var errTooLarge = errors.New("the picture is too large: at most 100 megapixels are read, and fewer where a pixel has 16 bits or comes in steps")

// decodePicture reads a PNG or JPEG file. Its size is known before its pixels are read.
func decodePicture(data []byte) (*grey, error) {
	format, readHead, readAll, perPixel := "PNG", png.DecodeConfig, png.Decode, 0
	if Sniff(data) == "jpeg" {
		format, readHead, readAll = "JPEG", jpeg.DecodeConfig, jpeg.Decode
		if progressive(data) {
			perPixel = 15 // the standard library keeps four bytes of each coefficient
			if bytes.Count(data, []byte{0xff, 0xda}) > maxSteps {
				return nil, errors.New("the JPEG comes in too many steps")
			}
		}
	}
	head, err := readHead(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it can't be read as %s: %w", format, err)
	}
	if perPixel == 0 {
		perPixel = bytesPerPixel(head.ColorModel)
	}
	if head.Width < 1 || head.Height < 1 || head.Width > maxPixels/head.Height || head.Width*head.Height > maxMemory/perPixel {
		return nil, errTooLarge
	}
	picture, err := readAll(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("it can't be read as %s: %w", format, err)
	}
	g := greyOf(picture)
	wipePicture(picture)
	return g, nil
}

func bytesPerPixel(m color.Model) int {
	switch m {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	return 4
}

// progressive tells whether a JPEG comes in steps: whether its frame is of kind 2 (ITU-T T.81 table B.1). Its segments are a marker and a length; a few
// markers stand alone, and the standard library passes over them anywhere.
func progressive(data []byte) bool {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker, size := data[i+1], int(data[i+2])<<8|int(data[i+3])
		switch {
		case marker == 0xff:
			i++ // filling
			continue
		case marker == 0 || marker >= 0xd0 && marker <= 0xd7:
			i += 2
			continue
		case marker == 0xc0 || marker == 0xc1 || marker == 0xda:
			return false
		case marker == 0xc2:
			return true
		}
		i += 2 + size
	}
	return true // it is not clear: believe the worse
}

// greyOf returns the brightness of a picture, with white behind what is transparent.
func greyOf(picture image.Image) *grey {
	box := picture.Bounds()
	g := newGrey(box.Dx(), box.Dy())
	for y := range g.h {
		row := g.pix[y*g.w : (y+1)*g.w]
		switch p := picture.(type) {
		case *image.Gray:
			copy(row, p.Pix[y*p.Stride:])
		case *image.YCbCr:
			copy(row, p.Y[y*p.YStride:])
		case *image.RGBA:
			greyRow(row, p.Pix[y*p.Stride:], false)
		case *image.NRGBA:
			greyRow(row, p.Pix[y*p.Stride:], true)
		case *image.Paletted:
			shades := shadesOf(p.Palette)
			for x := range row {
				row[x] = shades[p.Pix[y*p.Stride+x]]
			}
		default:
			for x := range row {
				row[x] = shadeOf(picture.At(box.Min.X+x, box.Min.Y+y))
			}
		}
	}
	return g
}

// greyRow weighs red, green and blue as the eye does.
func greyRow(row, pix []byte, transparent bool) {
	for x := range row {
		p := pix[4*x : 4*x+4]
		v := (299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000
		if a := int(p[3]); transparent && a < 255 {
			v = (v*a + 255*(255-a)) / 255
		}
		row[x] = byte(v)
	}
}

func shadesOf(palette color.Palette) (shades [256]byte) {
	for i, c := range palette[:min(len(palette), 256)] {
		shades[i] = shadeOf(c)
	}
	return shades
}

func shadeOf(c color.Color) byte {
	r, g, b, a := c.RGBA() // with black behind what is transparent
	white := 0xffff - a
	return byte((299*(r+white) + 587*(g+white) + 114*(b+white)) / 1000 >> 8)
}

// wipePicture forgets the pixels of what the standard library decoded; what it kept on the way is out of reach.
func wipePicture(picture image.Image) {
	switch p := picture.(type) {
	case *image.Gray:
		secret.Wipe(p.Pix)
	case *image.Gray16:
		secret.Wipe(p.Pix)
	case *image.RGBA:
		secret.Wipe(p.Pix)
	case *image.NRGBA:
		secret.Wipe(p.Pix)
	case *image.RGBA64:
		secret.Wipe(p.Pix)
	case *image.NRGBA64:
		secret.Wipe(p.Pix)
	case *image.CMYK:
		secret.Wipe(p.Pix)
	case *image.Paletted:
		secret.Wipe(p.Pix)
	case *image.YCbCr:
		secret.Wipe(p.Y)
		secret.Wipe(p.Cb)
		secret.Wipe(p.Cr)
	}
}
