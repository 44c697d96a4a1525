package main

import (
	"image/color"
	"strconv"
	"strings"
)

// style is what ECMA-48's SGR says of characters, as far as tmux prints it..
type style struct {
	bold, dim, underline, reverse bool
	inkSet, groundSet             bool
	ink, ground                   color.RGBA
}

// set follows one sequence: "1;38;5;2".
func (s *style) set(sequence string) {
	numbers := strings.FieldsFunc(sequence, func(c rune) bool { return c == ';' || c == ':' })
	if len(numbers) == 0 {
		numbers = []string{"0"}
	}
	for i := 0; i < len(numbers); i++ {
		n, _ := strconv.Atoi(numbers[i])
		switch {
		case n == 0:
			*s = style{}
		case n == 1:
			s.bold = true
		case n == 2:
			s.dim = true
		case n == 4:
			s.underline = true
		case n == 7:
			s.reverse = true
		case n == 22:
			s.bold, s.dim = false, false
		case n == 24:
			s.underline = false
		case n == 27:
			s.reverse = false
		case n == 39:
			s.inkSet = false
		case n == 49:
			s.groundSet = false
		case n == 38, n == 48:
			c, used := long(numbers[i+1:])
			s.colour(n == 38, c)
			i += used
		case n >= 30 && n <= 37, n >= 90 && n <= 97:
			s.colour(true, sixteen[n%10+btoi(n >= 90)*8])
		case n >= 40 && n <= 47, n >= 100 && n <= 107:
			s.colour(false, sixteen[n%10+btoi(n >= 100)*8])
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *style) colour(ink bool, c color.RGBA) {
	if ink {
		s.ink, s.inkSet = c, true
	} else {
		s.ground, s.groundSet = c, true
	}
}

// long reads "5;N", a colour of 256, or "2;R;G;B", and says how many numbers it took.
func long(numbers []string) (color.RGBA, int) {
	at := func(i int) uint8 {
		if i >= len(numbers) {
			return 0
		}
		n, _ := strconv.Atoi(numbers[i])
		return uint8(n)
	}
	if at(0) == 2 {
		return color.RGBA{at(1), at(2), at(3), 0xff}, 4
	}
	n := at(1)
	switch {
	case n < 16:
		return sixteen[n], 2
	case n < 232:
		n -= 16
		return color.RGBA{n / 36 * 51, n / 6 % 6 * 51, n % 6 * 51, 0xff}, 2
	}
	grey := (n-232)*10 + 8
	return color.RGBA{grey, grey, grey, 0xff}, 2
}

// colours are those of the ink and the ground.
func (s style) colours() (ink, ground color.RGBA) {
	ink, ground = color.RGBA{0xd0, 0xd0, 0xd0, 0xff}, paper
	if s.inkSet {
		ink = s.ink
	}
	if s.groundSet {
		ground = s.ground
	}
	if s.dim {
		ink = color.RGBA{ink.R / 3 * 2, ink.G / 3 * 2, ink.B / 3 * 2, 0xff}
	}
	if s.reverse {
		ink, ground = ground, ink
	}
	return ink, ground
}

// sixteen are the colours of the Linux console.
var sixteen = [16]color.RGBA{
	{0x00, 0x00, 0x00, 0xff}, {0xaa, 0x00, 0x00, 0xff}, {0x00, 0xaa, 0x00, 0xff}, {0xaa, 0x55, 0x00, 0xff},
	{0x00, 0x00, 0xaa, 0xff}, {0xaa, 0x00, 0xaa, 0xff}, {0x00, 0xaa, 0xaa, 0xff}, {0xaa, 0xaa, 0xaa, 0xff},
	{0x55, 0x55, 0x55, 0xff}, {0xff, 0x55, 0x55, 0xff}, {0x55, 0xff, 0x55, 0xff}, {0xff, 0xff, 0x55, 0xff},
	{0x55, 0x55, 0xff, 0xff}, {0xff, 0x55, 0xff, 0xff}, {0x55, 0xff, 0xff, 0xff}, {0xff, 0xff, 0xff, 0xff},
}
