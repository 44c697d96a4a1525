package keymap

// comparison says with which map of an oracle a layout is compared, and where it is to differ.
type comparison struct {
	theirs string
	base   bool // the oracle's map may lack what we have with AltGr
	but    []difference
}

// difference has places that only we have (+) or only the oracle (-), as compare names them, and why.
type difference struct{ places, why string }

// consoleData are old maps of a time before the euro: where they differ, people have at home what the X Window System has.
var consoleData = map[string]comparison{
	"be":            {"be-latin1", true, []difference{{"-AltGr+7 ˆ", "X has ^ itself there"}, {"-AltGr+41 ˋ", "X has it beside Return"}}},
	"br":            {"br-abnt2", true, nil},
	"de":            {"de-latin1", true, []difference{{"-AltGr+27 ˜", "X, and every German keyboard, has ~ itself there"}}},
	"de-nodeadkeys": {"de-latin1-nodeadkeys", true, nil},
	"de-ch":         {"sg-latin1", true, nil},
	"dk":            {"dk-latin1", true, nil},
	"dvorak":        {"dvorak", true, []difference{{"-AltGr+3 @, -AltGr+5 $, -AltGr+8 {, -AltGr+9 [, -AltGr+10 ], -AltGr+11 }, -AltGr+13 ~, -AltGr+40 \\", leftover}}},
	"es":            {"es", true, []difference{{"-AltGr+13 ~", "X has it with 4"}}},
	"fi":            {"fi-latin1", true, []difference{{"-Shift+5 $", "it has the key's ¤ in X; $ is with AltGr in both"}}},
	"fr":            {"fr-latin9", true, []difference{{"+Shift+41 ~, -AltGr+2 ´, -AltGr+8 ˋ, -AltGr+26 ˜", "another design of what AltGr does; both have ~ and ` as the keys say"}}},
	"fr-ch":         {"fr_CH-latin1", true, nil},
	"it":            {"it", true, []difference{{"-AltGr+9 {, -AltGr+10 }, -AltGr+11 ~", "X has braces with 7 and 0, as its neighbours, and ~ with ì"}}},
	"jp":            {"jp106", true, nil},
	"latam":         {"la-latin1", true, []difference{{"-AltGr+40 ^, -AltGr+43 `", "they are dead keys in X"}}},
	"no": {"no-latin1", true, []difference{
		{"+27 ¨, -27 ~, +Shift+27 ˆ, -Shift+27 ^, +Shift+13 ˋ, -Shift+13 `, -AltGr+27 ¨", "X has the dead keys that are printed on the keys"},
		{"-Shift+5 $", "it has the key's ¤ in X; $ is with AltGr"},
		{"-AltGr+26 }, -AltGr+39 |, -AltGr+40 {, -AltGr+43 ˆ", "more places for what is elsewhere, too"},
	}},
	"pl": {"pl", true, []difference{{"-AltGr+3 @, -AltGr+8 {, -AltGr+9 [, -AltGr+10 ], -AltGr+11 }, -AltGr+12 \\, -AltGr+27 ~", leftover}}},
	"pt": {"pt-latin1", true, []difference{{"-AltGr+27 ', -AltGr+43 ~, -AltGr+86 |", "X has other accents there; all three are elsewhere, too"}}},
	"se": {"se-latin1", true, []difference{{"+Shift+27 ˆ, -Shift+27 ^, -AltGr+27 ~", "they are dead keys in X, and are so at home"}}},
	"uk": {"uk", true, []difference{{"-AltGr+3 @, -AltGr+5 $, -AltGr+27 ~", leftover}}},
	"us": {"us", true, []difference{{"-AltGr+3 @, -AltGr+5 $, -AltGr+8 {, -AltGr+9 [, -AltGr+10 ], -AltGr+11 }, -AltGr+12 \\, -AltGr+27 ~", leftover}}},
}

const leftover = "what AltGr did on Finnish keyboards when Linux began; nobody finds it on this one"

// x has no fi: ckbcomp 1.221 loses r, p and m of it. It is the same block as se, and compared with console-data above.
var x = map[string]comparison{
	"be": {"be", false, nil}, "be-nodeadkeys": {"be/nodeadkeys", false, nil},
	"br": {"br", false, nil}, "br-nodeadkeys": {"br/nodeadkeys", false, nil},
	"de": {"de", false, nil}, "de-nodeadkeys": {"de/nodeadkeys", false, nil},
	"de-ch": {"ch", false, nil}, "de-ch-nodeadkeys": {"ch/de_nodeadkeys", false, loose39},
	"dk": {"dk", false, nil}, "dk-nodeadkeys": {"dk/nodeadkeys", false, nil},
	"dvorak": {"us/dvorak", false, []difference{{"-AltGr+7 ˆ, -AltGr+10 ˋ, -AltGr+13 ˜, -AltGr+16 ´, -AltGr+17 ¸, -AltGr+41 ˋ", "this is an American keyboard: it has no accents"}}},
	"es":     {"es", false, nil}, "es-nodeadkeys": {"es/nodeadkeys", false, nil},
	"fr": {"fr", false, nil}, "fr-nodeadkeys": {"fr/nodeadkeys", false, nil},
	"fr-ch": {"ch/fr", false, nil}, "fr-ch-nodeadkeys": {"ch/fr_nodeadkeys", false, loose39},
	"it": {"it", false, nil}, "jp": {"jp", false, nil}, "latam": {"latam", false, nil},
	"no": {"no", false, nil}, "no-nodeadkeys": {"no/nodeadkeys", false, nil},
	"pl": {"pl", false, nil},
	"pt": {"pt", false, nil}, "pt-nodeadkeys": {"pt/nodeadkeys", false, []difference{{"+AltGr+26 ¨, -AltGr+26 \", +AltGr+27 ~, -AltGr+27 ˜, +AltGr+43 `, -AltGr+43 ˋ", "X leaves some dead keys there"}}},
	"se": {"se", false, nil}, "se-nodeadkeys": {"se/nodeadkeys", false, nil},
	"uk": {"gb", false, nil}, "us": {"us", false, nil},
}

var loose39 = []difference{{"+AltGr+39 ', -AltGr+39 ´", "X leaves a dead key there"}}
