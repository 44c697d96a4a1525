package scan

// The bits of a code's data, ISO/IEC 18004 §7.4: segments of a mode (4 bits), a count and characters, until mode 0 or the end.
const (
	modeNumeric      = 1
	modeAlphanumeric = 2
	modeByte         = 4
)

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

type bitReader struct {
	data []byte
	at   int
}

func (r *bitReader) left() int { return 8*len(r.data) - r.at }

// take reads n bits; the caller has seen that there are so many.
func (r *bitReader) take(n int) (v int) {
	for range n {
		v = v<<1 | int(r.data[r.at/8]>>(7-r.at%8)&1)
		r.at++
	}
	return v
}

// segments reads the text of numeric, alphanumeric and byte segments. Others (Kanji, ECI, parts of a chain) end it with false: no sheet has them.
func segments(data []byte, version int) (text []byte, ok bool) {
	r := &bitReader{data: data}
	text = make([]byte, 0, 3*len(data)) // more than digits take, which are the densest: it never grows and leaves no copy behind
	for r.left() >= 4 {
		mode := r.take(4)
		if mode == 0 {
			return text, true
		}
		width := countWidth(mode, version)
		if width == 0 || r.left() < width {
			return text, false
		}
		count := r.take(width)
		if r.left() < bitsFor(mode, count) {
			return text, false
		}
		if text, ok = characters(r, text, mode, count); !ok {
			return text, false
		}
	}
	return text, true
}

func countWidth(mode, version int) int {
	large := bit(version >= 10)
	switch mode {
	case modeNumeric:
		return 10 + 2*large
	case modeAlphanumeric:
		return 9 + 2*large
	case modeByte:
		return 8 + 8*large
	}
	return 0
}

func bitsFor(mode, count int) int {
	switch mode {
	case modeNumeric:
		return count/3*10 + [3]int{0, 4, 7}[count%3]
	case modeAlphanumeric:
		return count/2*11 + count%2*6
	}
	return 8 * count
}

func characters(r *bitReader, text []byte, mode, count int) ([]byte, bool) {
	for count > 0 {
		switch {
		case mode == modeByte:
			text = append(text, byte(r.take(8)))
			count--
		case mode == modeAlphanumeric && count >= 2:
			v := r.take(11)
			if v >= 45*45 {
				return text, false
			}
			text = append(text, alphanumeric[v/45], alphanumeric[v%45])
			count -= 2
		case mode == modeAlphanumeric:
			v := r.take(6)
			if v >= 45 {
				return text, false
			}
			text = append(text, alphanumeric[v])
			count--
		default:
			n := min(count, 3)
			v := r.take([4]int{0, 4, 7, 10}[n])
			for _, unit := range []int{100, 10, 1}[3-n:] {
				text = append(text, '0'+byte(v/unit%10))
			}
			count -= n
		}
	}
	return text, true
}
