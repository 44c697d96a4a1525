package scan

import (
	"encoding/hex"
	"strings"

	"sigtool/internal/secret"
)

// imageOf decodes a PDF's image (ISO 32000-1 §8.9): a JPEG, or plain samples, compressed or not. Who writes PDF files compresses once:
// each time more would cost as much memory again.
func imageOf(d map[string]string, data []byte) (*grey, error) {
	filters := tokens(d["Filter"])
	for i, name := range filters {
		last := i == len(filters)-1
		switch name {
		case "/DCTDecode", "/DCT":
			if last {
				return decodePicture(data)
			}
			return nil, unsupported("several filters")
		case "/FlateDecode", "/Fl":
			if i > 0 {
				return nil, unsupported("several filters")
			}
			raw, err := inflate(data, d)
			defer secret.Wipe(raw)
			if err != nil {
				return nil, err
			}
			data = raw
		case "/CCITTFaxDecode", "/CCF":
			return nil, unsupported("CCITT fax code")
		case "/JBIG2Decode":
			return nil, unsupported("JBIG2")
		case "/JPXDecode":
			return nil, unsupported("JPEG 2000")
		default:
			return nil, unsupported("an unusual filter")
		}
	}
	s, err := shapeOf(d)
	if err != nil {
		return nil, err
	}
	return s.grey(d, data)
}

// tokens parts a value at spaces and brackets.
func tokens(value string) []string {
	return strings.Fields(strings.NewReplacer("[", " ", "]", " ", "/", " /", "<<", " ", ">>", " ").Replace(value))
}

// shape is how samples lie in a row.
type shape struct{ w, h, bits int }

var errSize = &Error{Why: "the PDF holds a picture of an impossible size", Hint: hintRender}

func shapeOf(d map[string]string) (shape, error) {
	s := shape{number(d["Width"]), number(d["Height"]), number(d["BitsPerComponent"])}
	if strings.HasPrefix(d["ImageMask"], "true") || s.bits == -1 {
		s.bits = 1
	}
	switch {
	case s.w < 1 || s.h < 1 || s.w > maxPixels/s.h:
		return s, errSize
	case s.bits != 1 && s.bits != 2 && s.bits != 4 && s.bits != 8 && s.bits != 16:
		return s, errSize
	}
	return s, nil
}

// row is how many bytes a row has with so many samples to a pixel.
func (s shape) row(samples int) int { return (s.w*samples*s.bits + 7) / 8 }

// grey reads the samples. How many there are to a pixel is told by their number: a colour space may be written in another object.
func (s shape) grey(d map[string]string, data []byte) (*grey, error) {
	samples := 0
	for _, n := range [3]int{4, 3, 1} {
		if samples == 0 && len(data) >= s.h*s.row(n) {
			samples = n
		}
	}
	if strings.Contains(d["ColorSpace"], "/DeviceGray") || strings.Contains(d["ColorSpace"], "/Indexed") || strings.HasPrefix(d["ImageMask"], "true") {
		samples = min(samples, 1)
	}
	if samples == 0 {
		return nil, errPicture
	}
	shades := s.shades(d)
	g := newGrey(s.w, s.h)
	for y := range s.h {
		row := data[y*s.row(samples) : (y+1)*s.row(samples)]
		for x := range s.w {
			sum := 0
			for c := range min(samples, 3) {
				sum += int(shades[s.sample(row, x*samples+c)])
			}
			v := sum / min(samples, 3)
			if samples == 4 { // cyan, magenta, yellow and black: ink, not light
				v = max(0, 255-v-int(shades[s.sample(row, x*samples+3)]))
			}
			g.pix[y*s.w+x] = byte(v)
		}
	}
	return g, nil
}

// sample reads a sample; of 16 bits the upper 8.
func (s shape) sample(row []byte, i int) byte {
	switch s.bits {
	case 8:
		return row[i]
	case 16:
		return row[2*i]
	}
	at := i * s.bits
	return row[at/8] >> (8 - s.bits - at%8) & (1<<s.bits - 1)
}

// shades is the brightness of each value of a sample: from dark to light, turned over by /Decode [1 0], or by a palette that is written in
// hexadecimal beside it. Of other palettes the order is believed.
func (s shape) shades(d map[string]string) (shades [256]byte) {
	top := 1<<min(s.bits, 8) - 1
	for i := range top + 1 {
		shades[i] = byte(i * 255 / top)
	}
	if space := d["ColorSpace"]; strings.Contains(space, "/Indexed") {
		colours := paletteOf(space)
		for i := 0; 3*i+2 < len(colours) && i <= top; i++ {
			shades[i] = byte((299*int(colours[3*i]) + 587*int(colours[3*i+1]) + 114*int(colours[3*i+2])) / 1000)
		}
	}
	if decode := tokens(d["Decode"]); len(decode) >= 2 && decode[0] == "1" && decode[1] == "0" {
		for i, j := 0, top; i < j; i, j = i+1, j-1 {
			shades[i], shades[j] = shades[j], shades[i]
		}
	}
	return shades
}

// paletteOf reads the <hexadecimal> of an indexed RGB colour space; nil for anything else.
func paletteOf(space string) []byte {
	_, rest, found := strings.Cut(space, "<")
	digits, _, closed := strings.Cut(rest, ">")
	if !found || !closed || !strings.Contains(space, "/DeviceRGB") {
		return nil
	}
	colours, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		return nil
	}
	return colours
}
