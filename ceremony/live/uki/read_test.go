package uki

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"testing"

	"sigtool/ceremony/live/uki/ukitest"
	"sigtool/internal/issue"
)

// signedWith is an image with a table of signatures, whose entries have the sizes given: nothing in them is a signature.
func signedWith(image []byte, sizes ...int) []byte {
	b := bytes.Clone(image)
	for _, size := range sizes {
		entry := make([]byte, 8+(size+7)/8*8)
		binary.LittleEndian.PutUint32(entry, uint32(8+size))
		copy(entry[4:], "\x00\x02\x02\x00")
		copy(entry[8:], bytes.Repeat([]byte{0x30}, size))
		b = append(b, entry...)
	}
	b = header(b, signatureAt, uint32(len(image)), 4)
	return header(header(b, signatureAt+4, uint32(len(b)-len(image)), 4), checksumAt, 0x1234567, 4)
}

func TestRead(t *testing.T) {
	for name, stub := range stubs(t) {
		normal, err := Normal(stub)
		if err != nil {
			t.Fatal(err)
		}
		image := built(t, stub, sample())
		for _, data := range [][]byte{image, signedWith(image, 100), signedWith(image, 1000, 1, 8)} {
			before := bytes.Clone(data)
			got, err := Read(data)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			signed := len(data) > len(image)
			if !bytes.Equal(got.Stub, normal) || !reflect.DeepEqual(got.Sections, sample()) || (got.Signature != nil) != signed || !bytes.Equal(got.Signature, data[len(image):]) {
				t.Errorf("%s: another image, or signed %v", name, got.Signature != nil)
			}
			if !bytes.Equal(data, before) {
				t.Errorf("%s: the image was written to", name)
			}
		}
	}
}

// Each byte of an image is accounted for: with another one it is refused, or the byte is found in one of the parts.
func TestEveryByte(t *testing.T) {
	plain := built(t, ukitest.Stub(), sample())
	for _, image := range [][]byte{plain, signedWith(plain, 21)} {
		whole, err := Read(bytes.Clone(image)) // what it returns are slices of that
		if err != nil {
			t.Fatal(err)
		}
		for at := range image {
			for _, bit := range []byte{1, 0x80} {
				image[at] ^= bit
				checksum := whole.Signature != nil && at >= ukitest.PE+checksumAt && at < ukitest.PE+checksumAt+4 // nobody looks at it
				if got, err := Read(image); err == nil && reflect.DeepEqual(got, whole) && !checksum {
					t.Errorf("byte %#x, bit %#x makes no difference", at, bit)
				} else if err != nil && issue.Hint(err) == "" {
					t.Errorf("%v: no hint", err)
				}
				image[at] ^= bit
			}
		}
		for n := range image {
			if _, err := Read(image[:n]); err == nil {
				t.Errorf("cut off at byte %d, it is accepted", n)
			}
		}
	}
}

// named is a copy in which a section has another name.
func named(image []byte, section int, name string) []byte {
	b := bytes.Clone(image)
	clear(b[ukitest.Table+section*entrySize:][:8])
	copy(b[ukitest.Table+section*entrySize:], name)
	return b
}

func TestImageRefused(t *testing.T) {
	image := built(t, ukitest.Stub(), sample())
	signed := signedWith(image, 100)
	table := len(image)
	for what, row := range map[string]struct {
		image []byte
		id    string
	}{
		"a stub":                     {ukitest.Stub(), "uki-sections"},
		"a byte too many":            {append(bytes.Clone(image), 0), "uki-hidden"},
		"a dated one":                {header(image, dateAt, 1, 4), "uki-differs"},
		"a checksum":                 {header(image, checksumAt, 1, 4), "uki-differs"},
		"symbols":                    {header(image, symbolCountAt, 1, 4), "uki-differs"},
		"another size in memory":     {header(image, imageSizeAt, 0x100000, 4), "uki-differs"},
		"no initialized data":        {header(image, initializedAt, 0, 4), "uki-parts"},
		"code":                       {entryOf(image, 5, 36, 0x60000020), "uki-differs"},
		"an address further up":      {entryOf(image, 6, 12, 0x20000), "uki-differs"},
		"a section of no size":       {entryOf(image, 4, 8, 0), "uki-sections"},
		"a section beyond its data":  {entryOf(image, 3, 8, 0x201), "uki-sections"},
		"a shorter section":          {entryOf(image, 4, 8, 4), "uki-differs"},
		"the same section twice":     {named(image, 3, ".initrd"), "uki-parts"},
		"another section in between": {named(image, 4, ".data"), "uki-parts"},
		"a resource first":           {named(image, 0, ".linux"), "uki-sections"},
		"a resource of the stub's":   {named(image, 1, ".linux"), "uki-sections"},
		"a name that goes on":        {named(image, 5, ".linux\x00x"), "uki-differs"},
		"something behind a section": {with(image, len(image)-1024-1, 1, 1), "uki-differs"},

		"an empty table":           {header(image, signatureAt, uint32(table), 4), "uki-signature"},
		"a table elsewhere":        {header(signed, signatureAt, uint32(table)-8, 4), "uki-signature"},
		"a table that is shorter":  {header(signed, signatureAt+4, 104, 4), "uki-signature"},
		"no table":                 {header(signed, signatureAt, 0, 4), "uki-signature"},
		"behind the table":         {append(bytes.Clone(signed), make([]byte, 8)...), "uki-signature"},
		"another revision":         {with(signed, table+4, 0x100, 2), "uki-signature"},
		"another type":             {with(signed, table+6, 1, 2), "uki-signature"},
		"an entry of no size":      {with(signed, table, 0, 4), "uki-signature"},
		"an entry with nothing":    {with(signed, table, 8, 4), "uki-signature"},
		"an entry past the end":    {with(signed, table, 113, 4), "uki-signature"},
		"an entry far past":        {with(signed, table, 1<<32-1, 4), "uki-signature"},
		"a shorter entry":          {with(signed, table, 96, 4), "uki-signature"},
		"something behind it":      {with(signed, len(signed)-1, 1, 1), "uki-hidden"},
		"a giant table":            {signedWith(image, maxSignatures), "uki-signature"},
		"a table of four bytes":    {header(append(bytes.Clone(signed[:table]), 12, 0, 0, 0), signatureAt+4, 4, 4), "uki-signature"},
		"a signed one, and a date": {header(signed, dateAt, 1, 4), "uki-differs"},
	} {
		if _, err := Read(row.image); issue.ID(err) != row.id || err != nil && issue.Hint(err) == "" {
			t.Errorf("%s: %v (hint %q)", what, err, issue.Hint(err))
		}
	}
}
