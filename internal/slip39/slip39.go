// Package slip39 is the word list of SLIP-39, read when it is first asked for.
package slip39

import (
	_ "embed"

	"sigtool/internal/wordlist"
)

// english.txt is the list as SLIP-39 publishes it: 1024 words of four letters or more in alphabetical order, one a line.
//
//go:embed english.txt
var english string

// English is the list: a word's place is the 10 bits it stands for.
var English = wordlist.New(english)
