package ber

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	for in, want := range map[string]string{ // tag, content, rest
		"020105":                   "02 05 ",
		"02810105ff":               "02 05 ff",
		"0284000000010500":         "02 05 00",
		"3080020105000001":         "10 020105 01",
		"308030800000020105000001": "10 30800000020105 01",
		"24800401610000":           "04 040161 ",
		"3f8101020203":             "1f 0203 ",
		"":                         "error", "02": "error", "0202": "error", "020205": "error", "0280050000": "error", "3080": "error", "308002010500": "error",
		"0285000000000105": "error", "0284ffffffff05": "error", "0282ff": "error", "1f": "error", "1f81": "error", "1f8181818181810100": "error",
	} {
		data, err := hex.DecodeString(in)
		if err != nil {
			t.Fatal(err)
		}
		e, rest, err := Read(data)
		got := "error"
		if err == nil {
			got = hex.EncodeToString([]byte{e.Tag}) + " " + hex.EncodeToString(e.Content) + " " + hex.EncodeToString(rest)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// Elements of indefinite length are read to a depth, and no deeper.
func TestDepth(t *testing.T) {
	nested := func(n int) []byte { return append(bytes.Repeat([]byte{0x30, 0x80}, n), make([]byte, 2*n)...) }
	if _, _, err := Read(nested(MaxDepth)); err != nil {
		t.Error(err)
	}
	if _, _, err := Read(nested(MaxDepth + 1)); err == nil {
		t.Error("deeper than MaxDepth")
	}
	if _, _, err := Read(bytes.Repeat([]byte{0x30, 0x80}, 1<<20)); err == nil {
		t.Error("without an end")
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]string{"00": "0", "ff": "-1", "80": "-128", "0080": "128", "00000001": "1", "ffff7f": "-129"} {
		content, _ := hex.DecodeString(in)
		if n, err := (Element{Content: content}).Int(); err != nil || n.String() != want {
			t.Errorf("%s: %v, %v, want %s", in, n, err, want)
		}
	}
	if _, err := (Element{}).Int(); err == nil {
		t.Error("a number of nothing")
	}
	if n := (Element{Content: []byte{0xff}}).Unsigned(); n.Int64() != 255 {
		t.Errorf("unsigned %v", n)
	}
}

// After what was not asked for a cursor gives nothing more.
func TestCursor(t *testing.T) {
	data, _ := hex.DecodeString("30080603550403020105" + "020106")
	in := Over(data)
	seq := in.Into(Sequence)
	if oid := seq.OID(); oid.String() != "2.5.4.3" || !seq.Is(Integer) || seq.Is(OID) {
		t.Errorf("%v", oid)
	}
	if _, ok := seq.Optional(Boolean); ok || seq.Err() != nil {
		t.Error("an element that is not there")
	}
	if n, _ := seq.Take(Integer).Int(); n.Int64() != 5 || seq.More() || seq.Err() != nil {
		t.Errorf("%v", n)
	}
	if in.Take(Set); in.Err() != ErrDamaged || in.More() || in.Any().Raw != nil {
		t.Error("it goes on")
	}
	for _, bad := range []string{"0600", "060180", "020105", "068181" + strings.Repeat("01", maxOID+1)} {
		data, _ := hex.DecodeString(bad)
		if in := Over(data); in.OID() != nil || in.Err() == nil {
			t.Errorf("%s is an identifier", bad)
		}
	}
}

// FuzzRead: an element and what stands behind it are all there was, and its parts lie in it.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{"020105", "3080308000000201050000", "24800401610000", "3f8101020203", "30080603550403020105"} {
		data, _ := hex.DecodeString(seed)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, rest, err := Read(data)
		if err == nil && (!bytes.Equal(append(bytes.Clone(e.Raw), rest...), data) || !bytes.Contains(e.Raw, e.Content) || len(e.Raw) < 2) {
			t.Errorf("%x is not %x and %x", data, e.Raw, rest)
		}
		for in := Over(data); in.More(); {
			if in.Is(OID) {
				in.OID()
			} else {
				in.Any()
			}
		}
	})
}
