package tui

// Keys that are no character. Those that a control character stands for as well are that character.
const (
	keyNone rune = -1 - iota
	keyLeft
	keyRight
	keyUp
	keyDown
	keyHome
	keyEnd
	keyDelete
	keyPageUp
	keyPageDown
	keyPasteBegins
	keyPasteEnds
)

const (
	ctrlA     = 0x01
	ctrlC     = 0x03
	ctrlD     = 0x04
	ctrlE     = 0x05
	backspace = 0x08
	tab       = '\t'
	ctrlK     = 0x0b
	ctrlL     = 0x0c
	enter     = '\r'
	ctrlR     = 0x12
	ctrlU     = 0x15
	ctrlW     = 0x17
	escape    = 0x1b
	del       = 0x7f
)

// keyOf names a key by what follows ESC [ in the keys of xterm, rxvt, VT terminals and the Linux console, and in the marks around a paste.
func keyOf(sequence []byte) rune {
	switch string(sequence) {
	case "D":
		return keyLeft
	case "C":
		return keyRight
	case "A":
		return keyUp
	case "B":
		return keyDown
	case "H", "1~", "7~":
		return keyHome
	case "F", "4~", "8~":
		return keyEnd
	case "3~":
		return keyDelete
	case "5~":
		return keyPageUp
	case "6~":
		return keyPageDown
	case "200~":
		return keyPasteBegins
	case "201~":
		return keyPasteEnds
	}
	return keyNone
}
