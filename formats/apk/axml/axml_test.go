package axml

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func number(id uint32, v int) attr  { return attr{id: id, kind: kindDecimal, value: uint32(v)} }
func text(id uint32, s string) attr { return attr{id: id, kind: kindString, text: s} }
func sdk(attrs ...attr) elem        { return elem{name: "uses-sdk", attrs: attrs} }
func app(attrs ...attr) elem        { return elem{name: "application", attrs: attrs} }
func root(inside ...elem) elem      { return elem{name: "manifest", attrs: []attr{named}, inside: inside} }
func rootWith(a attr, in ...elem) elem {
	return elem{name: "manifest", attrs: []attr{named, a}, inside: in}
}
func typed(id uint32, k byte, v int) attr { return attr{id: id, kind: k, value: uint32(v)} }

var named = attr{name: "package", kind: kindString, text: "a.b"}

// What is missing, odd or there twice is taken as apksig takes it.
func TestValues(t *testing.T) {
	long := strings.Repeat("ж", 200)
	for name, row := range map[string]struct {
		root elem
		want Manifest
	}{
		"nothing":                        {elem{name: "manifest"}, Manifest{MinSDK: 1, TargetSDK: 1}},
		"another root":                   {elem{name: "x", attrs: []attr{named}}, Manifest{MinSDK: 1, TargetSDK: 1}},
		"a long name":                    {elem{name: "manifest", attrs: []attr{{name: "package", kind: kindString, text: long}}}, Manifest{Package: long, MinSDK: 1, TargetSDK: 1}},
		"a name that is a number":        {elem{name: "manifest", attrs: []attr{{name: "package", kind: kindDecimal}}}, Manifest{MinSDK: 1, TargetSDK: 1}},
		"no uses-sdk":                    {root(app()), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"empty uses-sdk":                 {root(sdk()), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"both":                           {root(sdk(number(attrMinSDK, 21), number(attrTargetSDK, 30))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 30}},
		"target is min":                  {root(sdk(number(attrMinSDK, 21))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 21}},
		"target below min":               {root(sdk(number(attrMinSDK, 21), number(attrTargetSDK, 4))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 4}},
		"target is a codename":           {root(sdk(number(attrMinSDK, 21), text(attrTargetSDK, "N"))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 21}},
		"largest min, first target":      {root(sdk(number(attrMinSDK, 9), number(attrTargetSDK, 10)), sdk(number(attrMinSDK, 21), number(attrTargetSDK, 30)), sdk(number(attrMinSDK, 7))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 10}},
		"first min of one":               {root(sdk(number(attrMinSDK, 9), number(attrMinSDK, 21))), Manifest{Package: "a.b", MinSDK: 9, TargetSDK: 9}},
		"hexadecimal":                    {root(sdk(typed(attrMinSDK, kindHex, 23))), Manifest{Package: "a.b", MinSDK: 23, TargetSDK: 23}},
		"negative":                       {root(sdk(typed(attrMinSDK, kindDecimal, -5))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"codename":                       {root(sdk(text(attrMinSDK, "N"))), Manifest{Package: "a.b", MinSDK: 23, TargetSDK: 23}},
		"deeper uses-sdk":                {root(app(), elem{name: "x", inside: []elem{sdk(number(attrMinSDK, 21))}}), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"uses-sdk behind what is closed": {root(elem{name: "x", inside: []elem{{name: "y"}}}, sdk(number(attrMinSDK, 21))), Manifest{Package: "a.b", MinSDK: 21, TargetSDK: 21}},
		"uses-sdk of a namespace":        {root(elem{name: "uses-sdk", space: "urn:x", attrs: []attr{number(attrMinSDK, 21)}}), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"debuggable":                     {root(app(typed(attrDebuggable, kindBoolean, -1))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1, Debuggable: true}},
		"not debuggable":                 {root(app(typed(attrDebuggable, kindBoolean, 0))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"debuggable is 1":                {root(app(number(attrDebuggable, 1))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1, Debuggable: true}},
		"debuggable is 0x1":              {root(app(typed(attrDebuggable, kindHex, 1))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"debuggable is TRUE":             {root(app(text(attrDebuggable, "TRUE"))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1, Debuggable: true}},
		"debuggable is True":             {root(app(text(attrDebuggable, "True"))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"the first application counts":   {root(app(), app(number(attrDebuggable, 1))), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
		"sandbox":                        {rootWith(number(attrTargetSandboxVersion, 2)), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1, TargetSandboxVersion: 2}},
		"sandbox as text":                {rootWith(text(attrTargetSandboxVersion, "2")), Manifest{Package: "a.b", MinSDK: 1, TargetSDK: 1}},
	} {
		if row.want.TargetSandboxVersion == 0 {
			row.want.TargetSandboxVersion = 1
		}
		for _, utf8 := range []bool{false, true} {
			got, err := Parse(build(utf8, row.root))
			if err != nil || *got != row.want {
				t.Errorf("%s (UTF-8: %v): %+v, %v; want %+v", name, utf8, got, err, row.want)
			}
		}
	}
}

// What can't be told is an error for who asks for it, and for nobody else.
func TestUntold(t *testing.T) {
	got, err := Parse(build(true, root(sdk(number(attrMinSDK, 21), number(attrTargetSDK, 30)), sdk(text(attrMinSDK, "1ABC")))))
	if err != nil || !errors.Is(got.MinSDKErr, errDamaged) || got.MinSDK != 1 || got.TargetSDK != 30 {
		t.Errorf("no codename: %+v, %v", got, err)
	}
	got, err = Parse(build(true, root(sdk(typed(attrMinSDK, kindReference, 0x7f010000)))))
	if err != nil || !errors.Is(got.MinSDKErr, errDamaged) || got.TargetSDK != 1 {
		t.Errorf("a reference as minSdkVersion: %+v, %v", got, err)
	}
	for _, kind := range []byte{kindReference, 0x04} {
		got, err = Parse(build(true, root(sdk(number(attrMinSDK, 21)), app(typed(attrDebuggable, kind, 0x7f010000)))))
		if err != nil || !errors.Is(got.DebuggableErr, errDamaged) || got.MinSDK != 21 || got.Debuggable {
			t.Errorf("debuggable of type %d: %+v, %v", kind, got, err)
		}
	}
}

func TestCodename(t *testing.T) {
	for name, want := range map[string]int{
		"AAAA": 1, "B": 1, "CUPCAKE": 2, "Donut": 3, "FROYO": 7, "H": 10, "N": 23, "NMR1": 23, "OMG": 25, "QQQ": 27, "Tiramisu": 30, "Z": 36,
		"Baklava": 34, "CinnamonBun": 35, "CANARY": 9999,
	} {
		if got, err := codename(name); got != want || err != nil {
			t.Errorf("%s: %d, %v; want %d", name, got, err, want)
		}
	}
	for _, name := range []string{"", "1ABC", "n", "Ö"} {
		if got, err := codename(name); !errors.Is(err, errDamaged) {
			t.Errorf("%q: %d, %v", name, got, err)
		}
	}
}

func TestDamaged(t *testing.T) {
	good := build(true, root(sdk(number(attrMinSDK, 21))))
	pool := append([]byte(nil), good[8:8+le.Uint32(good[12:])]...)
	twice := func(chunks ...[]byte) []byte { return piece(typeXML, 8, chunks...) }
	edited := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	for name, data := range map[string][]byte{
		"empty":                     nil,
		"text":                      []byte("<manifest/>"),
		"header below 8":            edited(2, 7),
		"chunk shorter than header": piece(typeXML, 12),
		"two pools":                 twice(pool, pool),
		"two maps":                  twice(pool, piece(typeResourceMap, 8), piece(typeResourceMap, 8)),
		"element before the pool":   twice(piece(typeStartElement, 16, make([]byte, 28))),
		"end before the pool":       twice(piece(typeEndElement, 16, make([]byte, 16))),
		"short element":             twice(pool, piece(typeStartElement, 16, make([]byte, 12))),
		"short pool header":         twice(piece(typeStringPool, 8, make([]byte, 40))),
		"strings before the pool":   edited(8+20, 4),
		"name outside the pool":     twice(pool, piece(typeStartElement, 16, words(1, none, none, 99, 20|20<<16, 0, 0))),
		"attributes past the end":   twice(pool, piece(typeStartElement, 16, words(1, none, none, 4, 20|20<<16, 2, 0))),
		"attributes of 0 bytes":     twice(pool, piece(typeResourceMap, 8), piece(typeStartElement, 16, words(1, none, none, 6, 20, 9, 0))),
		"too large":                 make([]byte, MaxSize+1),
	} {
		if m, err := Parse(data); !errors.Is(err, errDamaged) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	cut := good[:len(good)-4]
	le.PutUint32(cut[4:], uint32(len(cut)))
	if m, err := Parse(cut); err != nil || m.MinSDK != 21 {
		t.Errorf("a last chunk that does not fit: %+v, %v", m, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(build(true, root(sdk(number(attrMinSDK, 21), text(attrTargetSDK, "N")), app(typed(attrDebuggable, kindBoolean, 1)))))
	f.Add(build(false, rootWith(number(attrTargetSandboxVersion, 2), sdk(text(attrMinSDK, "Baklava")))))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil && !errors.Is(err, errDamaged) {
			t.Errorf("%v", err)
		}
		if err == nil && (m.MinSDK < 1 || len(m.Package) > 3*len(data)) {
			t.Errorf("%+v", m)
		}
	})
}
