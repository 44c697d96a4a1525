package main

import (
	"errors"

	"sigtool/formats"
)

// apart tells whether a format's signatures are files of their own.
func apart(format formats.Format) bool {
	_, is := format.(formats.Apart)
	return is
}

// allApart tells whether the files, whose format nobody named, are all of formats that need no word on where the signed file goes.
func allApart(inputs []input) bool {
	found := false
	for _, in := range inputs {
		if in.name == "-" { // before it is read
			return false
		}
		file, err := in.open()
		if err != nil {
			return false
		}
		format, err := choose(in, file, nil)
		file.Close()
		switch {
		case errors.Is(err, errSkip):
			continue
		case err != nil || !apart(format):
			return false
		}
		found = true
	}
	return found
}

var errNowhere = usageHint("-o OUT writes a new file, -i replaces FILE", "where should the signed file go?")

func nothingToReplace(format formats.Format) error {
	return usagef("%s leaves FILE as it is: there is nothing to replace with -i", format.Name())
}
