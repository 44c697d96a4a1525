package sigblock

import (
	"errors"

	"sigtool/formats/apk/lp"
)

// errShort is what a length that is larger than what is left ends in.
var errShort = errors.New("it ends early")

// errMany is what more than maxEntries end in.
var errMany = errors.New("there are too many")

// maxEntries bounds lists: nobody writes more than ten of anything.
const maxEntries = 1000

// entry is a value of some kind, such as a signature by an algorithm.
type entry struct {
	id    uint32
	value []byte
}

// entries reads a list of parts that each hold an id and a value; the value is a part itself, or with rest all that is left. What follows the
// value is let pass, as apksig does. With the error comes the number of the entry that it is about, from 1.
func entries(list lp.Bytes, rest bool) ([]entry, int, error) {
	var all []entry
	for len(list) > 0 {
		n := len(all) + 1
		if n > maxEntries {
			return nil, n, errMany
		}
		var one, value lp.Bytes
		var id uint32
		if !list.Prefixed(&one) || !one.Uint32(&id) || !rest && !one.Prefixed(&value) {
			return nil, n, errShort
		}
		if rest {
			value = one
		}
		all = append(all, entry{id, value})
	}
	return all, 0, nil
}

// pair appends a part with an id and a value that is a part itself.
func pair(b []byte, id uint32, value []byte) []byte {
	return lp.Append(b, lp.Append(lp.Uint32(nil, id), value))
}
