package lines

import "sigtool/internal/secret"

// prove rebuilds the lost lines in place, at most two, until the frame has the digest it carries. If it has not, a line is wrong
// whose check fits all the same: one made on purpose, or one in thirty million that was read with unreadable characters. So each
// line, and with none lost each pair of lines, is taken for lost in turn. Only the digest, 128 bits, says what is right.
func prove(lines [][]byte, frame []byte, id uint64, lost []int) bool {
	p := len(lines) - 2 // leaving out Q as well gives nothing that leaving out one line less does not
	if try(lines, frame, id, lost) {
		return true
	}
	if len(lost) == 2 {
		return false
	}
	for i := range p + 1 {
		if contains(lost, i) {
			continue
		}
		if try(lines, frame, id, append(lost[:len(lost):len(lost)], i)) {
			return true
		}
	}
	if len(lost) == 1 {
		return false
	}
	for i := range p {
		for j := i + 1; j <= p; j++ {
			if try(lines, frame, id, []int{i, j}) {
				return true
			}
		}
	}
	return false
}

// try rebuilds the lines taken for lost, and puts back what was there if the frame is not proven.
func try(lines [][]byte, frame []byte, id uint64, lost []int) bool {
	var was [2][lineBytes]byte
	for n, i := range lost {
		copy(was[n][:], lines[i])
	}
	defer secret.Wipe(was[0][:])
	defer secret.Wipe(was[1][:])
	rebuild(lines, lost)
	if proven(frame, id) {
		return true
	}
	for n, i := range lost {
		copy(lines[i], was[n][:])
	}
	return false
}
