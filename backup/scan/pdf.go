package scan

import (
	"bytes"
	"errors"
	"fmt"
)

// A PDF file is read without its tables of contents, which damage and editors leave wrong: every top-level object that is a stream
// and says that it is an image is one (ISO 32000-1 §7.3.8, §8.9.5).
//
//	12 0 obj << /Type /XObject /Subtype /Image /Width 8 … /Length 99 >> stream␍␊ the bytes ␊endstream
//
// Pages that draw their codes with lines have no images; the error says so.

const (
	maxImages   = 4000
	maxDictSize = 16 << 10 // a palette has 1.5 KiB
)

func (f *reading) pdf(data []byte) error {
	var refused error
	images := 0
	for at := 0; ; {
		d, next, found := nextStream(data, at)
		if next < 0 {
			break
		}
		if d["Encrypt"] != "" {
			return errEncrypted
		}
		if at = next; !found || d["Subtype"] != "/Image" {
			continue
		}
		if images++; images > maxImages || f.pixels > maxFilePixels {
			refused = &Error{Why: "the PDF holds more pictures than are read at a time", Hint: "split it into fewer pages"}
			break
		}
		var content []byte
		content, at = streamBytes(data, at, d)
		if err := f.image(d, content); err != nil {
			refused = err
		}
	}
	switch {
	case f.codes > 0:
		return nil
	case hasEncrypt(data):
		return errEncrypted
	case refused != nil:
		return refused
	case images == 0:
		return &Error{Why: "the PDF holds no pictures, so no QR codes that can be read", Hint: hintText}
	}
	return nil
}

// image reads one picture. One that is damaged is dear: what it took is not known.
func (f *reading) image(d map[string]string, content []byte) error {
	g, err := imageOf(d, content)
	if err != nil {
		if errors.Is(err, errTooLarge) || !errors.As(err, new(*Error)) {
			f.pixels += maxPixels / 2
		}
		return err
	}
	f.look(g)
	return nil
}

var errEncrypted = &Error{Why: "the PDF is encrypted", Hint: "save it without a password, or as PNG"}

// hasEncrypt looks for the entry that the trailer of an encrypted file has.
func hasEncrypt(data []byte) bool {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("trailer"))
		if i < 0 {
			return false
		}
		at += i + len("trailer")
		d, end, ok := dictionary(data, at)
		if ok && d["Encrypt"] != "" {
			return true
		}
		at = end // each byte is looked at once, whatever the file repeats
	}
}

// nextStream finds the next object that is a dictionary. found tells that a stream follows it, whose bytes begin at next. next is -1 at
// the end of the file.
func nextStream(data []byte, at int) (d map[string]string, next int, found bool) {
	for {
		i := bytes.Index(data[at:], []byte("obj"))
		if i < 0 {
			return nil, -1, false
		}
		at += i + len("obj")
		if i > 2 && bytes.HasSuffix(data[:at], []byte("endobj")) {
			continue
		}
		d, end, ok := dictionary(data, at)
		if !ok {
			at = end
			continue
		}
		end = skipSpace(data, end)
		if !bytes.HasPrefix(data[end:], []byte("stream")) {
			return d, end, false
		}
		end += len("stream")
		if end < len(data) && data[end] == '\r' {
			end++
		}
		if end < len(data) && data[end] == '\n' {
			end++
		}
		return d, end, true
	}
}

// streamBytes returns a stream's bytes. Its length is believed where the stream ends there; it may stand in another object, or be wrong.
func streamBytes(data []byte, at int, d map[string]string) (content []byte, end int) {
	if n := number(d["Length"]); n >= 0 && n <= len(data)-at {
		after := data[at+n : min(at+n+2+len("endstream"), len(data))] // an end of line may stand between
		if i := bytes.Index(after, []byte("endstream")); i >= 0 {
			return data[at : at+n], at + n + i
		}
	}
	n := bytes.Index(data[at:], []byte("endstream"))
	if n < 0 {
		return data[at:], len(data) // the file was cut off; what is there may do
	}
	return data[at : at+n], at + n
}

// unsupported says which of a PDF's ways to hold a picture is not read.
func unsupported(what string) error {
	return &Error{Why: fmt.Sprintf("the PDF holds pictures in %s, which is not read", what), Hint: hintRender}
}
