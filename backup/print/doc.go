// Package print lays sheets out on paper: what a printer gets, and a scanner or a person reads back, holds every row of the sheet exactly,
// and the same sheet always gives the same bytes.
//
// There is one layout, a list of marks in millimetres (model.go), and two ways to draw it: PDF and PNG. Everything stays in a
// field of 186 by 255 mm in the middle of the paper, which leaves 12 mm or more on A4 and on Letter, so the two differ in nothing else. The
// font is Go Mono, whose zero is slashed. Every sheet begins a new page, and no page has two sheets on it.
//
// Pages with rows come first, numbered as the sheet numbers them ("page 2 of 5"), each with its check. Codes to scan stand beside
// and below the rows. What finds no room, codes or the instructions, follows on annexes ("annex 1 of 2"). A code is a QR code of version 12
// at most, level M, its modules 0.85 mm wide; chunk says what is in it. In a PDF it is an image of 8-bit grey, one pixel a module, its
// quiet zone of 4 modules included; in a PNG of 300 dots to the inch a module is 10 by 10 pixels.
//
// # Bytes for a receipt printer
//
// ESCPOS writes a roll of 58 mm (32 columns, 384 dots) or of 80 mm (48 columns, 576 dots), for printers that understand ESC/POS:
//
//	ESC @            1B 40           begin; forget all settings
//	ESC t 0          1B 74 00        code page 437; only its ASCII is used
//	for each sheet:
//	  text           lines of ASCII, each followed by 0A; a row that is too long goes on, indented, in the next line
//	                 and a command behind a backslash, as in a shell
//	  for each code:
//	    caption      a line of text
//	    GS v 0       1D 76 30 00 wl wh hl hh, then w*h bytes
//	                 w bytes to a line (48 or 72), h lines, each number with its low byte first; bits highest first, 1 is black
//	    LF           0A
//	  ESC d 4        1B 64 04        feed
//	  GS V 66 0      1D 56 42 00     feed and cut
//
// A code is one raster, whole modules of 5 or more dots on a side, in the middle of the line.
//
// # What is wiped
//
// The marks, the pixels and the parts of the PDF are wiped. What the makers of QR codes, of letters and of DEFLATE keep can't be. The bytes
// returned hold the secret and are the caller's to wipe.
package print
