package main

import (
	"errors"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// apart tells whether a file's signature is a file of its own.
func apart(format formats.Format, src formats.Source, options formats.Values) bool {
	a, is := format.(formats.Apart)
	return is && a.Apart(src, options)
}

// mayBeApart tells whether a format has signatures that are files of their own.
func mayBeApart(format formats.Format) bool {
	_, is := format.(formats.Apart)
	return is
}

// allApart tells whether the signatures of all inputs are files of their own, so that they need no word on where the signed file goes.
func allApart(inputs []input, named formats.Format, options *givenOptions) bool {
	found := false
	for _, in := range inputs {
		if in.name == "-" { // before it is read
			return mayBeApart(named) && apartUnread(named, options)
		}
		is, err := isApart(in, named, options)
		switch {
		case errors.Is(err, errSkip):
			continue
		case err != nil || !is:
			return false
		}
		found = true
	}
	return found
}

// apartUnread tells whether a file's signature is a file of its own whatever the file is.
func apartUnread(format formats.Format, options *givenOptions) bool {
	values, err := options.values(format)
	return err == nil && apart(format, patch.Bytes(nil), values)
}

func isApart(in input, named formats.Format, options *givenOptions) (bool, error) {
	file, err := in.open()
	if err != nil {
		return false, err
	}
	defer file.Close()
	format, err := choose(in, file, named)
	if err != nil {
		return false, err
	}
	values, err := options.values(format)
	return err == nil && apart(format, file, values), err
}

var errNowhere = usageHint("-o OUT writes a new file, -i replaces FILE", "where should the signed file go?")

func nothingToReplace(format formats.Format) error {
	return usagef("%s leaves FILE as it is: there is nothing to replace with -i", format.Name())
}
