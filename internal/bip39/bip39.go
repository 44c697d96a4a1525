// Package bip39 is the English word list of BIP-39, read when it is first asked for.
//
// It stands here because the library that has it too builds the lists of nine languages each time a program starts, which costs more
// than everything else that `sigtool version` does. A test holds the two against each other.
package bip39

import (
	_ "embed"

	"sigtool/internal/wordlist"
)

// english.txt is the list as BIP-39 publishes it: 2048 words in alphabetical order, one a line.
//
//go:embed english.txt
var english string

// English is the list: a word's place is the 11 bits it stands for.
var English = wordlist.New(english)
