// Package slip39 is the word list of SLIP-39, read when it is first asked for.
package slip39

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// english.txt is the list as SLIP-39 publishes it: 1024 words in alphabetical order, one a line. No two begin with the same four
// letters.
//
//go:embed english.txt
var english string

// Words returns the list: a word's index is the 10 bits it stands for. Nobody may change it.
var Words = sync.OnceValue(func() []string { return strings.Fields(english) })

// Index returns the 10 bits that a word stands for, and false for any other word. Words are in small letters.
func Index(word string) (int, bool) { return slices.BinarySearch(Words(), word) }
