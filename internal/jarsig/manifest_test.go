package jarsig

import (
	"bytes"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// text makes a value of letters of one to four bytes, some of which a manifest folds in the middle.
func text(r *rand.Rand, size int) string {
	letters := []rune("aZ0/.-_:= äß€한😀")
	var b strings.Builder
	for range size {
		b.WriteRune(letters[r.Intn(len(letters))])
	}
	return b.String()
}

// Whatever is written is read again, and no line has more than 72 bytes.
func TestFolding(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for size := range 300 {
		name, value := text(r, size), text(r, r.Intn(300))
		var out bytes.Buffer
		writeSection(&out, attribute{"Name", name}, attribute{"Zulu", "2"}, attribute{"Alpha", value})
		for line := range bytes.SplitAfterSeq(out.Bytes(), []byte("\n")) {
			if len(line) > 72 || len(line) > 0 && !bytes.HasSuffix(line, []byte("\r\n")) {
				t.Fatalf("line %q", line)
			}
		}
		s, rest, found := cut(out.Bytes())
		got, there := s.attribute("alpha")
		if !found || len(rest) > 0 || !s.named || s.name != name || got != value || !there || !bytes.Equal(s.raw, out.Bytes()) {
			t.Fatalf("%q is read as %q, %q", out.Bytes(), s.name, got)
		}
	}
}

// Where lines of just the most bytes end.
func TestFoldEdges(t *testing.T) {
	for size, want := range map[int]string{
		64:  "Name: " + strings.Repeat("n", 64) + "\r\n",
		65:  "Name: " + strings.Repeat("n", 64) + "\r\n n\r\n",
		133: "Name: " + strings.Repeat("n", 64) + "\r\n " + strings.Repeat("n", 69) + "\r\n",
		134: "Name: " + strings.Repeat("n", 64) + "\r\n " + strings.Repeat("n", 69) + "\r\n n\r\n",
	} {
		var out bytes.Buffer
		if writeAttribute(&out, "Name", strings.Repeat("n", size)); out.String() != want {
			t.Errorf("%d: %q", size, out.String())
		}
	}
}

// Sections as apksig cuts them: what ends lines, where a section ends, what has a name.
func TestSections(t *testing.T) {
	for _, row := range []struct {
		text string
		raw  []string
		name []string // "-": none
	}{
		{"", nil, nil},
		{"\r\n\n\r", nil, nil},
		{"a: 1\r\n\r\nName: b\r\n\r\n", []string{"a: 1\r\n\r\n", "Name: b\r\n\r\n"}, []string{"-", "b"}},
		{"a: 1\n\n\n\nNAME:  b \nc: d\n", []string{"a: 1\n\n", "NAME:  b \nc: d\n"}, []string{"-", " b "}},
		{"a: 1\n\nName : b\n\nName:b\n\n", []string{"a: 1\n\n", "Name : b\n\n", "Name:b\n\n"}, []string{"-", "-", "-"}},
		{"a: 1\r\rName: b\r c\r", []string{"a: 1\r\r", "Name: b\r c\r"}, []string{"-", "bc"}},
		{"a: 1\r\n\rName: b", []string{"a: 1\r\n\r", "Name: b"}, []string{"-", "b"}},
		{"a: 1\n\n Name: b\nc", []string{"a: 1\n\n", " Name: b\nc"}, []string{"-", "-"}},
		{"a: 1\n\nc: d\nName: b\n\n", []string{"a: 1\n\n", "c: d\nName: b\n\n"}, []string{"-", "-"}},
		{"a: 1\n\nName\n\n", []string{"a: 1\n\n", "Name\n\n"}, []string{"-", ""}},
		{"Name: \xff\x00\n\n", []string{"Name: \xff\x00\n\n"}, []string{"\ufffd\x00"}},
	} {
		var raw, name []string
		for s, rest, found := cut([]byte(row.text)); found; s, rest, found = cut(rest) {
			raw = append(raw, string(s.raw))
			if name = append(name, s.name); !s.named {
				name[len(name)-1] = "-"
			}
		}
		if !slices.Equal(raw, row.raw) || !slices.Equal(name, row.name) {
			t.Errorf("%q: %q %q", row.text, raw, name)
		}
	}
}

// Which digests platforms look at.
func TestDigests(t *testing.T) {
	const all = "SHA1-Digest: MQ\nSHA-256-Digest: Mg\nsha-384-digest: Mw==\nSHA-Digest: NA==\nMD5-Digest: NQ==\n"
	for _, row := range []struct {
		text     string
		min, max int
		want     string
	}{
		{all, 18, 99, "SHA-384 3"},
		{all, 17, 99, "SHA-1 4, SHA-384 3"},
		{all, 1, 17, "SHA-1 4"},
		{"Digest-Algorithms: MD5\n" + all, 1, 17, "MD5 5"},
		{"Digest-Algorithms: SHA-512 SHA-384\n" + all, 9, 18, "SHA-384 3"},
		{"Digest-Algorithms: SHA-384 sha1\n" + all, 8, 17, "SHA-1 1"},
		{"SHA-256-Digest: Mg==\n", 17, 99, ""},
		{"SHA-256-Digest: Mg==\n", 18, 99, "SHA-256 2"},
		{"MD5-Digest: Mg==\n", 18, 99, ""},
		{"SHA1-Digest: MQ==\nSHA1-Digest: Mg==\n", 1, 99, "SHA-1 1"},
		{"SHA-Digest: MQ==\nSHA1-Digest: Mg==\n", 1, 99, "SHA-1 1, SHA-1 2"},
		{"SHA1-Digest: M\n", 18, 99, "error"},
		{"SHA1-Digest: MQ=\n", 1, 99, "error"},
		{"SHA-Digest: MQ==\nSHA1-Digest: *\n", 1, 99, "error"},
		{"SHA1-Digest-Manifest: MQ==\n", 1, 99, ""},
	} {
		digests, err := section{raw: []byte("Name: x\n" + row.text)}.digests("-Digest", row.min, row.max)
		var got []string
		for _, d := range digests {
			got = append(got, d.hash.String()+" "+string(d.value))
		}
		if err != nil {
			got = []string{"error"}
		}
		if strings.Join(got, ", ") != row.want {
			t.Errorf("%q, SDK %d to %d: %q, want %q", row.text, row.min, row.max, got, row.want)
		}
	}
}

// Of a manifest that is there, what Java reads of its main section is kept.
func TestMainAttributes(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "Manifest-Version: 1.0\r\n\r\n",
		"\nManifest-Version: 2\n": "Manifest-Version: 1.0\r\n\r\n",
		"b: 2\nManifest-version: 1.5\na:  1 \nB: 3\n 4\n\nName: x\nc: d\n": "Manifest-Version: 1.5\r\na:  1 \r\nb: 34\r\n\r\n",
		"a:1\n":                               "error",
		"a b: 1\n":                            "error",
		": 1\n":                               "error",
		" a: 1\n":                             "error",
		"ä: 1\n":                              "error",
		"a: \xff\n":                           "Manifest-Version: 1.0\r\na: \ufffd\r\n\r\n",
		"a: 1\x00b: 2":                        "Manifest-Version: 1.0\r\na: 1\x00b: 2\r\n\r\n",
		"n" + strings.Repeat("a", 70) + ": 1": "error",
	} {
		got := "error"
		if version, others, err := mainAttributes([]byte(text)); err == nil {
			var out bytes.Buffer
			writeSection(&out, attribute{"Manifest-Version", version}, others...)
			got = out.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Names are in Java's order, where letters beyond 16 bits come before the last of those within.
func TestNameOrder(t *testing.T) {
	want := []string{"", "A", "a", "a/", "ab", "a\u00e4", "a\U0001f600", "a\ue000", "a\ufffd", "b"}
	got := slices.Clone(want)
	rand.New(rand.NewSource(1)).Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
	if slices.SortFunc(got, compareNames); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestMissing(t *testing.T) {
	for _, row := range []struct {
		have     []levels
		min, max int
		want     string
	}{
		{nil, 1, newest, "1+"},
		{nil, 18, 18, "18"},
		{[]levels{{0, newest}}, 1, newest, ""},
		{[]levels{{0, 8}, {21, newest}}, 1, newest, "9-20"},
		{[]levels{{0, 8}, {21, newest}}, 9, 30, "9-20"},
		{[]levels{{0, 8}, {21, newest}}, 20, 20, "20"},
		{[]levels{{0, 8}, {21, newest}}, 3, 8, ""},
		{[]levels{{21, 23}}, 18, newest, "18-20, 24+"},
		{[]levels{{21, 21}}, 21, 22, "22"},
	} {
		if got := missing(row.have, row.min, row.max); got != row.want {
			t.Errorf("%v, SDK %d to %d: %q, want %q", row.have, row.min, row.max, got, row.want)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte("Manifest-Version: 1.0\r\nCreated-By: me\r\n\r\nName: a/long\r\n er\r\nSHA-256-Digest: MQ==\r\n\r\n"))
	f.Add([]byte("a: 1\r\rName: b\r c\r"))
	f.Add([]byte("Digest-Algorithms: MD5 SHA\n\n Name: x\nSHA-Digest: =\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var all []byte
		for s, rest, found := cut(data); found; s, rest, found = cut(rest) {
			all = append(all, s.raw...)
			s.attribute("X-Android-APK-Signed")
			if list, _ := s.digests("-Digest", 1, 30); len(list) > 2 {
				t.Error("more than two digests")
			}
			again, _, found := cut(s.raw)
			if !found || again.name != s.name || again.named != s.named || !bytes.Equal(again.raw, s.raw) {
				t.Errorf("%q alone is another section", s.raw)
			}
		}
		ends := strings.NewReplacer("\r", "", "\n", "")
		if ends.Replace(string(all)) != ends.Replace(string(data)) {
			t.Errorf("sections are %q of %q", all, data)
		}
		kept(t, data)
	})
}

// kept holds main sections to it that what is kept once is kept for ever.
func kept(t *testing.T, data []byte) {
	version, others, err := mainAttributes(data)
	if err != nil {
		return
	}
	var first, second bytes.Buffer
	writeSection(&first, attribute{"Manifest-Version", version}, others...)
	version, others, err = mainAttributes(first.Bytes())
	writeSection(&second, attribute{"Manifest-Version", version}, others...)
	if err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("%q becomes %q, and that %q: %v", data, first.Bytes(), second.Bytes(), err)
	}
}
