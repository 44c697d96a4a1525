package print

import (
	"iter"
	"sync"
	"unicode/utf8"

	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/sfnt"
)

// The two fonts, read when they are first needed. They are part of the program, so reading them can't fail.
var (
	regular = sync.OnceValue(func() *sfnt.Font { return parse(gomono.TTF) })
	bold    = sync.OnceValue(func() *sfnt.Font { return parse(gomonobold.TTF) })
)

func parse(ttf []byte) *sfnt.Font {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic(err)
	}
	return f
}

// fontFile is the file of one of the two fonts, its name, and how thick its stems are, in thousandths of an em.
func fontFile(f *sfnt.Font) (ttf []byte, name string, stem int) {
	if f == bold() {
		return gomonobold.TTF, "GoMono-Bold", 120
	}
	return gomono.TTF, "GoMono", 80
}

// glyph is the number of a character's glyph; 0 where the font lacks it.
func glyph(f *sfnt.Font, r rune) (sfnt.GlyphIndex, error) {
	var buf sfnt.Buffer
	return f.GlyphIndex(&buf, r)
}

// runes goes through the characters of a text without a copy of it.
func runes(s []byte) iter.Seq[rune] {
	return func(yield func(rune) bool) {
		for len(s) > 0 {
			r, n := utf8.DecodeRune(s)
			if !yield(r) {
				return
			}
			s = s[n:]
		}
	}
}
