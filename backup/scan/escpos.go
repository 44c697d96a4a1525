package scan

// The bytes for a receipt printer, as backup/print writes them. Only pictures are read, of which each holds a code:
//
//	GS v 0 m  xL xH  yL yH  rows      xL+256xH bytes to a row, yL+256yH rows; a set bit is black, the highest bit is leftmost

const (
	maxRasterBytes = 128 // 1,024 dots: the widest receipt printers have 832
	maxRasterRows  = 4096
)

func (f *reading) escpos(data []byte) error {
	for at := 0; at+8 <= len(data) && f.pixels < maxFilePixels; {
		if data[at] != 0x1d || data[at+1] != 'v' || data[at+2] != '0' {
			at++
			continue
		}
		width, rows := int(data[at+4])|int(data[at+5])<<8, int(data[at+6])|int(data[at+7])<<8
		if width == 0 || rows == 0 || width > maxRasterBytes || rows > min(maxRasterRows, (len(data)-at-8)/width) {
			at++
			continue
		}
		at += 8
		f.look(raster(data[at:at+width*rows], width))
		at += width * rows
	}
	return nil
}

// raster makes a picture of one bit a dot, in a white frame: paper goes on where the dots end.
func raster(rows []byte, width int) *grey {
	const frame = 32
	g := newGrey(8*width+2*frame, len(rows)/width+2*frame)
	for i := range g.pix {
		g.pix[i] = 255
	}
	for i, b := range rows {
		for bit := range 8 {
			if b<<bit&0x80 != 0 {
				g.pix[(i/width+frame)*g.w+frame+i%width*8+bit] = 0
			}
		}
	}
	return g
}
