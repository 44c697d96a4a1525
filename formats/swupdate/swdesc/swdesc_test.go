package swdesc

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
)

// config is a description with all that libconfig's language has, in several places where swupdate looks.
const config = `# made by hand
software = {
	version = "1." "2";	// two strings are one
	description = "C:\\tools \x41\q";
	hardware-compatibility: [ "1.0", "#RE:^2\\.[0-9]$" ];
	stable = {
		copy1: {
			images: (
				{
					filename = "root.img";
					device = "/dev/mmcblk0p2";
					type = "raw"
				},
				{ filename: "kernel"; name = "linux", version = "6.1"; offset = 0x10L; ratio = .5e1; }
			);
		};
		copy2 = { ref = "#./copy1"; };
	};
	board = {
		/* { not = a group } */
		hardware-compatibility = ["3"];
		files = ( { filename = "root.img"; path = "/x"; sha256 = ""; }, { ref = "#./more"; } );
		more = ( { filename = "conf"; compressed = True; sha256 = "$swupdate_get_sha256(conf)" } );
		uboot: ( { name = "bootpart"; value = "0:2"; }, { filename = "boot.scr"; type = "uboot"; } );
		scripts: { first = { filename = "pre.lua"; }; };
	};
};
`

func entries(t *testing.T, text string) []Entry {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.Entries()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func listed(all []Entry) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s %s %s %s\n", e.Path(), e.Filename, e.Section, e.Type)
	}
	return b.String()
}

func TestConfig(t *testing.T) {
	want := `software.stable.copy1.images[0] root.img images raw
software.stable.copy1.images[1] kernel images 
software.board.files[0] root.img files 
software.board.more[0] conf files 
software.board.uboot[1] boot.scr uboot uboot
software.board.scripts[0] pre.lua scripts 
`
	if got := listed(entries(t, config)); got != want {
		t.Errorf("got\n%s", got)
	}
	d, err := Parse([]byte(config))
	if err != nil || d.JSON || d.Version() != "1.2" {
		t.Error(d, err)
	}
	said := []formats.Property{{Name: "version", Value: "1.2"}, {Name: "description", Value: `C:\tools A\q`}, {Name: "hardware", Value: `1.0, #RE:^2\.[0-9]$`},
		{Name: "hardware of board", Value: "3"}}
	if got := d.Describe(); !reflect.DeepEqual(got, said) {
		t.Errorf("it says %v", got)
	}
}

func sum(text string) [32]byte { return sha256.Sum256([]byte(text)) }

// Hashes are filled in where they are missing, empty or announced, with the indentation and line ends of the entry; nothing else changes.
func TestFillConfig(t *testing.T) {
	sums := map[string][32]byte{"root.img": sum("r"), "conf": sum("c"), "kernel": sum("k"), "not listed": sum("n")}
	got, err := FillHashes([]byte(config), sums)
	if err != nil {
		t.Fatal(err)
	}
	r, c, k := fmt.Sprintf("%x", sum("r")), fmt.Sprintf("%x", sum("c")), fmt.Sprintf("%x", sum("k"))
	want := strings.NewReplacer(
		"\t\t\t\t\tfilename = \"root.img\";\n", "\t\t\t\t\tsha256 = \""+r+"\";\n\t\t\t\t\tfilename = \"root.img\";\n",
		`{ filename: "kernel"`, `{ sha256: "`+k+`"; filename: "kernel"`,
		`sha256 = "";`, `sha256 = "`+r+`";`,
		`"$swupdate_get_sha256(conf)"`, `"`+c+`"`).Replace(config)
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	again, err := FillHashes(got, sums)
	if err != nil || !bytes.Equal(again, got) {
		t.Errorf("the second time: %v", err)
	}
	crlf, err := FillHashes([]byte(strings.ReplaceAll(config, "\n", "\r\n")), sums)
	if err != nil || string(crlf) != strings.ReplaceAll(want, "\n", "\r\n") {
		t.Errorf("CRLF: %v\n%q", err, crlf)
	}
	sums["conf"] = sum("other")
	_, err = FillHashes(got, sums)
	if issue.ID(err) != "hash-differs" || !errors.Is(err, formats.ErrMismatch) || !strings.Contains(err.Error(), "software.board.more[0]") {
		t.Errorf("another hash: %v", err)
	}
}

const jsonText = `/* notes */
{
  "software": {
    "version": {"ref": "#./v"}, "v": "7",
    "hardware-compatibility": ["1.0"],
    "images": {"ref": "#./board/all"},
    "board": {
      "all": [
        {
          "filename": "a\u002eimg",
          "properties": {"filename": "no", "n": [1, -2.5e3, true, null]}
        },
        {"filename" : "b.img", "sha256": "0000", "type": "raw"},
      ]
    }
  }
}
`

func TestJSON(t *testing.T) {
	got := listed(entries(t, jsonText))
	if got != "software.board.all[0] a.img images \nsoftware.board.all[1] b.img images raw\n" {
		t.Errorf("got\n%s", got)
	}
	a, b := sum("a"), sum("b")
	filled, err := FillHashes([]byte(jsonText), map[string][32]byte{"a.img": a, "b.img": b})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("          \"filename\": \"a", fmt.Sprintf("          \"sha256\": \"%x\",\n          \"filename\": \"a", a), `"0000"`, fmt.Sprintf(`"%x"`, b)).Replace(jsonText)
	if string(filled) != want {
		t.Errorf("got\n%s", filled)
	}
	d, err := Parse(filled)
	if err != nil || !d.JSON || d.Version() != "7" {
		t.Errorf("%v %v", d, err)
	}
}

func TestSum(t *testing.T) {
	hex := fmt.Sprintf("%x", sum("x"))
	for text, want := range map[string]bool{hex: true, strings.ToUpper(hex): true, hex[2:]: false, strings.Repeat("0", 64): false, strings.Repeat("z", 64): false, "": false} {
		if _, got := (Entry{SHA256: text}).Sum(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
