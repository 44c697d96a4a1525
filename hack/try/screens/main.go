// Command screens paints screens that tests have saved (FILE.ansi, as tmux prints them) as pictures, FILE.png beside each, to be looked at.
//
//	SIGTOOL_SCREENS=$PWD/build/screens go test -run TestCeremony ./cmd/sigtool
//	go run ./hack/try/screens build/screens
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The size of a character, in pixels.
const (
	cellWidth  = 9
	cellHeight = 18
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./hack/try/screens FOLDER")
	}
	files, err := filepath.Glob(filepath.Join(os.Args[1], "*.ansi"))
	if err != nil {
		log.Fatal(err)
	}
	plain, bold := face(gomono.TTF), face(gomonobold.TTF)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			log.Fatal(err)
		}
		if err := save(strings.TrimSuffix(name, ".ansi")+".png", paint(string(text), plain, bold)); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%d pictures in %s\n", len(files), os.Args[1])
}

func face(ttf []byte) font.Face {
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		log.Fatal(err)
	}
	f, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 15, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		log.Fatal(err)
	}
	return f
}

func save(name string, picture image.Image) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer file.Close()
	return png.Encode(file, picture)
}

// paint draws the rows of a screen. The picture is as wide as the widest row, and at least 80 columns.
func paint(text string, plain, bold font.Face) image.Image {
	rows := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var cells [][]cell
	columns := 80
	var s style
	for _, row := range rows {
		cells = append(cells, s.row(row))
		columns = max(columns, len(cells[len(cells)-1]))
	}
	picture := image.NewRGBA(image.Rect(0, 0, columns*cellWidth, len(rows)*cellHeight))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	for y, row := range cells {
		for x, c := range row {
			c.draw(picture, x*cellWidth, y*cellHeight, plain, bold)
		}
	}
	return picture
}

// cell is a character and how it looks.
type cell struct {
	char rune
	style
}

func (c cell) draw(on *image.RGBA, x, y int, plain, bold font.Face) {
	ink, ground := c.colours()
	box := image.Rect(x, y, x+cellWidth, y+cellHeight)
	draw.Draw(on, box, image.NewUniform(ground), image.Point{}, draw.Src)
	if c.underline {
		draw.Draw(on, image.Rect(x, y+cellHeight-2, x+cellWidth, y+cellHeight-1), image.NewUniform(ink), image.Point{}, draw.Src)
	}
	f := plain
	if c.bold {
		f = bold
	}
	pen := font.Drawer{Dst: on, Src: image.NewUniform(ink), Face: f, Dot: fixed.P(x, y+14)}
	pen.DrawString(string(c.char))
}

// row takes a row apart, and leaves the style as it is at its end: tmux goes on with it in the next row.
func (s *style) row(text string) (cells []cell) {
	for len(text) > 0 {
		if rest, is := strings.CutPrefix(text, "\x1b["); is {
			end := strings.IndexFunc(rest, func(c rune) bool { return c >= '@' && c <= '~' })
			if end < 0 {
				return cells
			}
			if rest[end] == 'm' {
				s.set(rest[:end])
			}
			text = rest[end+1:]
			continue
		}
		char, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if char >= ' ' {
			cells = append(cells, cell{char, *s})
		}
	}
	return cells
}

var paper = color.RGBA{0x10, 0x10, 0x10, 0xff}
