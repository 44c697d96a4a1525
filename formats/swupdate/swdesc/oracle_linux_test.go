package swdesc

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/formats/swupdate/cpio"
	"sigtool/formats/swupdate/swupdatetest"
	"sigtool/internal/oracle"
)

// The file that all packages of these tests hold.
const image = "an image"

var hash = fmt.Sprintf("%x", sum(image))

// software is a description of one image, with more settings of the entry and of the software.
func software(entry, more string) string {
	return `software = { version = "1"; hardware-compatibility = ["1.0"]; ` + more + "\n" + images(entry) + " }\n"
}

func images(entry string) string {
	return `images: ( { filename = "a.img"; type = "raw"; device = "/dev/null"; ` + entry + ` } );`
}

// SWUpdate (Debian's) takes a description and its hashes where we do, and archives that we take.
func TestSWUpdate(t *testing.T) {
	good := `sha256 = "` + hash + `";`
	other := ` all = ( { filename = "a.img"; type = "raw"; device = "/dev/null"; } );`
	jsonGood := `{"software": {"version": "1", "hardware-compatibility": ["1.0"], "images": [{"filename": "a.img", "type": "raw", "device": "/dev/null", "sha256": "` + hash + `"}]}}`
	ends := map[string]func(){}
	for name, row := range map[string]struct {
		text string
		pack func([]byte) []byte
		want bool
	}{
		"good":             {text: software(good, ""), want: true},
		"words":            {text: software(`sha256 = "`+hash[:32]+"\" /* */ \""+hash[32:]+`" n = [0x1, 2], f : .5e1 b = TRUE # c`+"\n", `s = "\x41\q";`), want: true},
		"capitals":         {text: software(`sha256 = "`+strings.ToUpper(hash)+`";`, ""), want: true},
		"no hash":          {text: software("", "")},
		"short hash":       {text: software(`sha256 = "`+hash[2:]+`";`, "")},
		"zeros":            {text: software(`sha256 = "`+strings.Repeat("0", 64)+`";`, "")},
		"no version":       {text: strings.Replace(software(good, ""), "version", "revision", 1)},
		"version 2":        {text: strings.Replace(software(good, ""), `"1"`, "2", 1), want: true},
		"board elsewhere":  {text: `software = { version = "1"; hardware-compatibility = ["1.0"]; board = { ref = "#./x"; }; x = { ` + images(good) + `}; }` + "\n", want: true},
		"set twice":        {text: software(good, "a = 1; a = 2;")},
		"mixed array":      {text: software(good, `a = [1, "x"];`)},
		"last comment":     {text: software(good, "") + "# no line break"},
		"reference":        {text: software(good, `scripts = ( { ref = "#./all"; } );`+strings.Replace(other, "raw", "lua", 1))},
		"to a list's":      {text: software(good, `files = ( { ref = "#/software/x/[1]/all"; } ); x = (1, {`+other+`});`)},
		"section":          {text: software(good, `files = { ref = "#./all"; };`+other)},
		"group":            {text: software(good, `files = { one = { filename = "a.img"; path = "/x"; }; };`)},
		"to nothing":       {text: software(good, `files = ( { ref = "#./nothing"; } );`), want: true},
		"bad reference":    {text: software(good, `files = ( { ref = "nothing"; } );`)},
		"JSON":             {text: jsonGood, want: true},
		"JSON's liberties": {text: "// c\n" + strings.Replace(jsonGood, `"}]`, "\", \"x\": \"two\nlines\",},]", 1), want: true},
		"JSON, no hash":    {text: strings.Replace(jsonGood, "sha256", "sha512", 1)},
		"small digits":     {text: software(good, ""), pack: func(b []byte) []byte { copy(b[54:62], bytes.ToLower(b[54:62])); return b }, want: true},
		"sum":              {text: software(good, ""), pack: func(b []byte) []byte { copy(b[102:110], "00000001"); return b }},
		"size":             {text: software(good, ""), pack: func(b []byte) []byte { copy(b[54:62], "FFFFFFFF"); return b }},
		"end":              {text: software(good, ""), pack: func(b []byte) []byte { return b[:len(b)-8] }},
	} {
		file := pack(t, row.text)
		if row.pack != nil {
			file = row.pack(file)
		}
		if ours := takes(t, file); ours != row.want {
			t.Errorf("%s: we take it: %v", name, ours)
		}
		theirs := swupdatetest.Start(t, file, keys+".crt")
		ends[name] = func() {
			if taken, said := theirs(); taken != row.want {
				t.Errorf("%s: swupdate takes it: %v\n%s", name, taken, said)
			}
		}
	}
	for _, end := range ends {
		end()
	}
}

// takes tells whether we read an archive and all there is in it.
func takes(t *testing.T, file []byte) bool {
	t.Helper()
	a, err := cpio.Read(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return false
	}
	for _, m := range a.Members {
		if _, _, err := m.Sums(t.Context(), bytes.NewReader(file)); err != nil {
			return false
		}
	}
	text := a.Members[0]
	d, err := Parse(file[text.Data : text.Data+text.Size])
	if err != nil || d.Version() == "" {
		return false
	}
	all, err := d.Entries()
	for _, e := range all {
		if there, found := e.Sum(); !found || there != sum(image) {
			return false
		}
	}
	return err == nil
}

// pack makes a signed package of a description and the image.
func pack(t *testing.T, text string) []byte {
	t.Helper()
	folder := t.TempDir()
	description, signature := filepath.Join(folder, "sw-description"), filepath.Join(folder, "sw-description.sig")
	if err := os.WriteFile(description, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	oracle.Run(t, oracle.Need(t, "openssl"), "cms", "-sign", "-in", description, "-out", signature, "-signer", keys+".crt", "-inkey", keys+".pem", "-outform", "DER",
		"-nosmimecap", "-binary")
	signed, err := os.ReadFile(signature)
	if err != nil {
		t.Fatal(err)
	}
	var a cpio.Archive
	like := cpio.Member{CRC: true, Mode: 0o100644}
	var file []byte
	for _, member := range [][2]string{{"sw-description", text}, {"sw-description.sig", string(signed)}, {"a.img", image}, {"TRAILER!!!", ""}} {
		file = append(file, a.InsertAfter(like, member[0], []byte(member[1])).Insert...)
	}
	return file
}

const keys = "../../../testdata/keys/rsa2048"
