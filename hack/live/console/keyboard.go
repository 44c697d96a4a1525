package main

import "strings"

// stroke is a key as QEMU names it, and those that are held meanwhile.
type stroke struct {
	key  string
	held []string
}

// sequences are the keys that a terminal sends more than one byte for, and those whose byte is no character.
var sequences = map[string]string{
	"\x1b[A": "up", "\x1b[B": "down", "\x1b[C": "right", "\x1b[D": "left", "\x1bOA": "up", "\x1bOB": "down", "\x1bOC": "right", "\x1bOD": "left",
	"\x1b[1~": "home", "\x1b[H": "home", "\x1b[4~": "end", "\x1b[F": "end", "\x1b[5~": "pgup", "\x1b[6~": "pgdn", "\x1b[3~": "delete",
	"\r": "ret", "\n": "ret", "\t": "tab", "\x7f": "backspace", "\x1b": "esc", " ": "spc",
}

// plainKeys and shiftedKeys are the signs of an American keyboard, and the names of their keys.
const (
	plainKeys   = "`-=[]\\;',./"
	shiftedKeys = "~_+{}|:\"<>?"
	digitKeys   = ")!@#$%^&*("
)

var signKeys = strings.Fields("grave_accent minus equal bracket_left bracket_right backslash semicolon apostrophe comma dot slash")

// strokeOf takes the first key off what was typed, and says how many bytes it was. ok is false for what an American keyboard does not have.
func strokeOf(typed string) (s stroke, n int, ok bool) {
	for n := min(4, len(typed)); n > 0; n-- {
		if key, found := sequences[typed[:n]]; found {
			return stroke{key: key}, n, true
		}
	}
	c := typed[0]
	switch {
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return stroke{key: string(c)}, 1, true
	case c >= 'A' && c <= 'Z':
		return stroke{string(c - 'A' + 'a'), []string{"shift"}}, 1, true
	case c >= 1 && c <= 26:
		return stroke{string(c - 1 + 'a'), []string{"ctrl"}}, 1, true
	}
	if at := strings.IndexByte(plainKeys, c); at >= 0 {
		return stroke{key: signKeys[at]}, 1, true
	}
	if at := strings.IndexByte(shiftedKeys, c); at >= 0 {
		return stroke{signKeys[at], []string{"shift"}}, 1, true
	}
	if at := strings.IndexByte(digitKeys, c); at >= 0 {
		return stroke{string(rune('0' + at)), []string{"shift"}}, 1, true
	}
	return stroke{}, 1, false
}

type event struct {
	Type string `json:"type"`
	Data struct {
		Down bool `json:"down"`
		Key  struct {
			Type string `json:"type"`
			Data string `json:"data"`
		} `json:"key"`
	} `json:"data"`
}

// events are what QEMU is told of a stroke: that its keys go down, or up.
func (s stroke) events(down bool) (events []event) {
	for _, key := range append(s.held, s.key) {
		e := event{Type: "key"}
		e.Data.Down, e.Data.Key.Type, e.Data.Key.Data = down, "qcode", key
		events = append(events, e)
	}
	return events
}
