package print

import (
	"sync"

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
