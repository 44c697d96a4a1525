package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

const (
	glyphWidth, glyphHeight = 8, 16
	glyphs                  = 256
)

// glyph is what a character looks like: a byte for each of its rows, from the top; the highest bit is the leftmost dot.
type glyph [glyphHeight]byte

// font knows characters by what they look like.
type font map[glyph]rune

// codePage is what the kernel's font has, in its order: code page 437.
var codePage = []rune(" ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼" +
	" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂" +
	"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
	"αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ")

// fontStart is how the kernel's 8x16 font begins (lib/fonts/font_8x16.c): a character of no dots, and the white smiling face.
var fontStart = append(make([]byte, glyphHeight), 0, 0, 0x7e, 0x81, 0xa5, 0x81, 0x81, 0xbd, 0x99, 0x81, 0x81, 0x7e, 0, 0, 0, 0)

// kernelFont finds the font in the kernel that paints with it.
func kernelFont(vmlinuz string) (font, error) {
	packed, err := os.ReadFile(vmlinuz)
	if err != nil {
		return nil, err
	}
	kernel, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", vmlinuz, err)
	}
	at := bytes.Index(kernel, fontStart)
	if at < 0 || len(kernel) < at+glyphs*glyphHeight {
		return nil, fmt.Errorf("%s has no font of 8x16 dots", vmlinuz)
	}
	f := font{}
	for i, char := range codePage {
		look := glyph(kernel[at+i*glyphHeight : at+(i+1)*glyphHeight])
		if _, known := f[look]; !known || char < 0x7f { // some look alike
			f[look] = char
		}
	}
	return f, nil
}

// unpack takes the kernel proper out of its image, with the tool that can: Debian packs it by xz.
//
//	0x1f1  setup_sects      1 byte   sectors of 512 bytes of the real-mode code, behind the first
//	0x202  header           4 bytes  "HdrS"
//	0x248  payload_offset   4 bytes  from behind that code
//	0x24c  payload_length   4 bytes  of which the last 4 are the size of what was packed
//
// Little-endian; Documentation/x86/boot.rst.
func unpack(image []byte) ([]byte, error) {
	if len(image) < 0x250 || string(image[0x202:0x206]) != "HdrS" {
		return nil, errors.New("it is no kernel")
	}
	le := binary.LittleEndian
	from := (int(image[0x1f1])+1)*512 + int(le.Uint32(image[0x248:]))
	to := from + int(le.Uint32(image[0x24c:])) - 4
	if to > len(image) || from >= to {
		return nil, errors.New("the kernel proper is not in it")
	}
	cmd := exec.Command("xz", "-dc")
	if bytes.HasPrefix(image[from:], []byte{0x28, 0xb5, 0x2f, 0xfd}) {
		cmd = exec.Command("zstd", "-dc")
	}
	cmd.Stdin, cmd.Stderr = bytes.NewReader(image[from:to]), os.Stderr
	return cmd.Output()
}
