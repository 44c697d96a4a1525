package swdesc

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
)

func TestHostile(t *testing.T) {
	image := `{ filename = "a"; }`
	for text, want := range map[string]string{
		"a = \"x\x00\";":                  "bad-description",
		`a = "\x00";`:                     "bad-description",
		`a = 1; a = 2;`:                   "bad-description",
		`{"a": 1, "a": 2}`:                "bad-description",
		`{"a": "\u0000"}`:                 "bad-description",
		`{"a": "\ud800"}`:                 "bad-description",
		`{"a": 1} x`:                      "bad-description",
		`{"a": 'x'}`:                      "bad-description",
		`{"a": 01}`:                       "bad-description",
		`{"a"`:                            "bad-description",
		`a = (1, 2`:                       "bad-description",
		`a = [1, "x"];`:                   "bad-description",
		`a = [{}];`:                       "bad-description",
		`a = "x`:                          "bad-description",
		`a = 1; /* and so on`:             "bad-description",
		`a = 1; # no line break`:          "bad-description",
		`a = 1;; b = 2;`:                  "bad-description",
		`true = 1;`:                       "bad-description",
		`a.b = 1;`:                        "bad-description",
		"\n  @include \"/etc/passwd\"\n":  "include-refused",
		`a = { @include "x" };`:           "include-refused",
		strings.Repeat("a={", maxDepth+1): "bad-description",
		`{"a":` + strings.Repeat("[", 40): "bad-description",
		strings.Repeat(" ", MaxSize+1):    "bad-description",
		`a = (` + strings.Repeat("1,", maxNodes) + `);`:                                             "bad-description",
		`s = { images = ( { filename = 5; } ); };`:                                                  "bad-description",
		`s = { images = ( { filename = "a"; sha256 = 5; } ); };`:                                    "bad-description",
		`s = { images = ( { ref = "x"; } ); };`:                                                     "bad-reference",
		`s = { images = ( { ref = "#../../../x"; } ); };`:                                           "bad-reference",
		`s = { images = ( { ref = "#./images"; } ); };`:                                             "reference-loop",
		`s = { images = { ref = "#./images"; }; };`:                                                 "reference-loop",
		`s = { images = { ref = "#./b"; }; b = { ref = "#./c"; }; c = { ref = "#./b"; }; };`:        "reference-loop",
		`s = { images = ( { ref = "#./b"; } ); b = ( { ref = "#./images"; } ); };`:                  "reference-loop",
		`s = { images = ( { ref = "#./nowhere"; }, ` + image + ` ); };`:                             "",
		`s = { images = ( { ref = "#./all/[1]/x"; } ); all = ( 1, { x = ( ` + image + ` ); } ); };`: "",
	} {
		d, err := Parse([]byte(text))
		if err == nil {
			_, err = d.Entries()
		}
		if issue.ID(err) != want || err != nil && !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%.80q: %v, want %q", text, err, want)
		}
	}
}

// Lists that refer to one another by many ways are searched once each.
func TestManyReferences(t *testing.T) {
	var b strings.Builder
	b.WriteString("s = {\n")
	for i := range 40 {
		name, next := "l"+string(rune('A'+i%26))+string(rune('A'+i/26)), "l"+string(rune('A'+(i+1)%26))+string(rune('A'+(i+1)/26))
		b.WriteString(name + ` = (` + strings.TrimSuffix(strings.Repeat(`{ref="#./`+next+`";},`, 20), ",") + ");\n")
	}
	b.WriteString("images = ( {ref=\"#./lAA\";} );\n};\n")
	if all := entries(t, b.String()); len(all) != 0 {
		t.Error(all)
	}
}

// References through wide groups cost no more than others: they took a quarter of a minute.
func TestWideGroup(t *testing.T) {
	var b strings.Builder
	b.WriteString("g = {\n")
	for i := range 40000 {
		fmt.Fprintf(&b, "a%05d=1\n", i)
	}
	for i := range maxLinks - 1 {
		fmt.Fprintf(&b, "b%d={ref=\"#./b%d\"}\n", i, i+1)
	}
	fmt.Fprintf(&b, "b%d={}}\nimages=(%s)\n", maxLinks-1, strings.TrimSuffix(strings.Repeat(`{ref="#/g/b0"},`, 11000), ","))
	if all := entries(t, b.String()); len(all) != 0 {
		t.Error(all)
	}
}

// Long names above many entries do not add up: a file of 1 MiB took gigabytes.
func TestLongNames(t *testing.T) {
	const depth, many, limit = maxDepth - 2, 5000, 64 << 20
	boards := strings.Builder{}
	for i := range many {
		fmt.Fprintf(&boards, `b%d={hardware-compatibility=["1"]} `, i)
	}
	text := strings.Repeat(strings.Repeat("n", 2000)+"={", depth) + boards.String() + `images=(` + strings.TrimSuffix(strings.Repeat(`{filename="a"},`, many), ",") + `)` +
		strings.Repeat("}", depth) + "\n"
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	all := entries(t, text)
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	properties := d.Describe()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > limit || len(all) != many || len(properties) != maxBoards {
		t.Errorf("%d bytes for %d entries and %d properties", used, len(all), len(properties))
	}
}

// A reference may lead to an entry within another one: each gets its hash, whichever comes first.
func TestFillWithin(t *testing.T) {
	for _, entry := range []string{
		`images = ( { filename = "b"; } ); filename = "a";`, `filename = "a"; images = ( { filename = "b"; } ); sha256 = "";`,
		`sha256 = ""; images = ( { filename = "b"; sha256 = ""; } ); filename = "a";`,
	} {
		text := `s = { images = ( { ` + entry + ` } ); files = ( { ref = "#/s/images/[0]/images"; } ); };`
		out, err := FillHashes([]byte(text), map[string][32]byte{"a": sum("a"), "b": sum("b")})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, e := range entries(t, string(out)) {
			if there, _ := e.Sum(); there != sum(e.Filename) {
				t.Errorf("%s: the hash of %s is %x", out, e.Filename, there)
			}
		}
	}
}

// Whatever is read can be filled in and read again, and says the same then.
func FuzzParse(f *testing.F) {
	for _, text := range []string{config, jsonText, "", `a = ( 1, 0x5L, -.5e+3, "a" "b", { b = true }, [ ] );`, `{"a": [1, {"b": "\u00e4\ud83d\ude00"}, // c` + "\n" + `]}`,
		`s = { images = ( { ref = "#./all/[1]/x"; } ); all = ( 1, { x = ( { filename = "a" } ); } ); };`, `s={images={ref="#/s/x";};x={a={filename="a"sha256="@"}}}`,
		`{"s":{"images":[{"ref":"#../s/x"}],"x":[{"filen\u0061me":"a"}]}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			return
		}
		d.Describe()
		all, err := d.Entries()
		if err != nil {
			return
		}
		sums := map[string][32]byte{}
		differ := false
		for _, e := range all {
			sums[e.Filename] = sum(e.Filename)
		}
		for _, e := range all {
			there, _ := e.Sum()
			differ = differ || !e.Blank() && there != sums[e.Filename]
		}
		out, err := FillHashes(data, sums)
		if differ {
			if issue.ID(err) != "hash-differs" {
				t.Fatalf("another hash: %v", err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%v\n%q", err, out)
		}
	})
}
