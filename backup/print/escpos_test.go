package print

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/lines"
	"sigtool/backup/words"
	"sigtool/internal/oracle"
)

// unroll parts the bytes for a receipt printer into text and rasters, by what the package's documentation says.
func unroll(t *testing.T, data []byte) (texts []byte, rasters []*image.Gray) {
	t.Helper()
	for len(data) > 0 {
		switch {
		case bytes.HasPrefix(data, []byte{0x1d, 'v', '0', 0}) && len(data) >= 8:
			w, h := int(data[4])|int(data[5])<<8, int(data[6])|int(data[7])<<8
			img := image.NewGray(image.Rect(0, 0, 8*w, h))
			for i := range w * h * 8 {
				if data[8+i/8]&(0x80>>(i%8)) == 0 {
					img.Pix[i] = 0xff
				}
			}
			rasters, data = append(rasters, img), data[8+w*h:]
		case bytes.HasPrefix(data, escBegin):
			data = data[len(escBegin):]
		case bytes.HasPrefix(data, escEnd):
			data = data[len(escEnd):]
		case data[0] == '\n' || data[0] >= ' ' && data[0] <= '~':
			texts, data = append(texts, data[0]), data[1:]
		default:
			t.Fatalf("the byte %x is neither text nor a command", data[0])
		}
	}
	return texts, rasters
}

func TestRolls(t *testing.T) {
	t.Parallel()
	for name, sheets := range samples(t) {
		for paper, columns := range map[Paper]int{Roll58: 32, Roll80: 48} {
			data, err := ESCPOS(sheets, paper)
			if err != nil {
				t.Fatal(name, err)
			}
			again, _ := ESCPOS(sheets, paper)
			text, rasters := unroll(t, data)
			if !bytes.Equal(data, again) || len(rasters) < len(texts(t, sheets)) {
				t.Errorf("%s: other bytes in another run, or %d codes", name, len(rasters))
			}
			for line := range bytes.Lines(text) {
				if len(bytes.TrimRight(line, "\n")) > columns {
					t.Errorf("%s: too wide for %s: %s", name, paper, line)
				}
			}
			flat := strings.Join(strings.Fields(string(text)), " ")
			for _, s := range sheets {
				value := headOf(s).Value(backup.FieldFingerprint) // a passphrase has none
				groups, words := backup.Fingerprint(value)
				if aloud := strings.Join(slices.Concat(groups, words), " "); (value != "") != (len(words) == 32) || !strings.Contains(flat, aloud) {
					t.Errorf("%s on %s: not in the text: %s", name, paper, aloud)
				}
				for _, row := range s.Rows {
					if !strings.Contains(flat, strings.Join(strings.Fields(string(row)), " ")) {
						t.Errorf("%s on %s: not in the text: %s", name, paper, row)
					}
				}
			}
		}
	}
}

func TestOthersReadTheRoll(t *testing.T) {
	t.Parallel()
	zbarimg := oracle.Need(t, "zbarimg")
	sheets := samples(t)["a sealed P256"]
	for _, paper := range []Paper{Roll58, Roll80} {
		data, err := ESCPOS(sheets, paper)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		_, rasters := unroll(t, data)
		for i, img := range rasters {
			var b bytes.Buffer
			if err := png.Encode(&b, img); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, string(rune('a'+i))+".png"), b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		scanned(t, zbarimg, string(paper), dir, sheets)
	}
}

// What a person types from a roll, line by line, is still a sheet of words; rows of lines have to be joined again.
func TestTypedFromARoll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]backup.Codec{"words": words.Codec{}, "a sealed P256": lines.Codec{}} {
		sheets := samples(t)[name]
		data, err := ESCPOS(sheets, Roll80)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := unroll(t, data)
		joined := bytes.ReplaceAll(text, []byte("\n "), []byte(" "))
		r, err := c.Decode(joined)
		if err != nil || r.DocumentID != sheets[0].DocumentID {
			t.Errorf("%s: %v\n%s", name, err, joined)
		}
		r.Destroy()
	}
}

// Commands that are broken are the same to a shell.
func TestCut(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"  sigtool backup verify sheet.txt":                             " sigtool backup verify sheet.txt\n",
		"  tr a-z A-Z < sheet.txt | sed -n 's,^ *[0-9]*/0*19 ,,p' | wc": " tr a-z A-Z < sheet.txt | sed \\\n-n 's,^ *[0-9]*/0*19 ,,p' | wc\n",
		"  " + backup.Alphabet:                                          backup.Alphabet + "\n",
		"  " + backup.Alphabet + "-and-more":                            " " + backup.Alphabet[:30] + "\\\n" + backup.Alphabet[30:] + "-and-more\n",
	} {
		var b bytes.Buffer
		if cut(&b, command, 32); b.String() != want {
			t.Errorf("%q became %q", command, b.String())
		}
	}
}
