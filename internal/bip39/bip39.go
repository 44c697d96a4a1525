// Package bip39 is the English word list of BIP-39, read when it is first asked for.
//
// It stands here because the library that has it too builds the lists of nine languages each time a program starts, which costs more
// than everything else that `sigtool version` does. A test holds the two against each other.
package bip39

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// english.txt is the list as BIP-39 publishes it: 2048 words in alphabetical order, one a line.
//
//go:embed english.txt
var english string

// Words returns the list: a word's index is the 11 bits it stands for. Nobody may change it.
var Words = sync.OnceValue(func() []string { return strings.Fields(english) })

// Index returns the 11 bits that a word stands for, and false for any other word. Words are in small letters.
func Index(word string) (int, bool) { return slices.BinarySearch(Words(), word) }
