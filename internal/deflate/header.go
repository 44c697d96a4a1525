package deflate

// The symbols for repetitions in a list of code lengths (RFC 1951 §3.2.7).
const (
	repeatLast  = 16 // 3 to 6 times what came before
	repeatZero  = 17 // 3 to 10 times 0
	repeatZeros = 18 // 11 to 138 times 0
)

// The number of extra bits of the symbols from repeatLast, and the least repetition.
var (
	repeatBits  = [...]uint{2, 3, 7}
	repeatLeast = [...]int{3, 3, 11}
)

// lengthOrder is the order in which the lengths of a header's own code stand.
var lengthOrder = [lengthsKinds]int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// header says which codes a block has.
//
//	lengths of literals' codes-257 5 | of distances'-1 5 | of the header's own-4 4 | the header's own, 3 each | literals' | distances'
type header struct {
	literals, distances int // how many code lengths there are
	own                 code
	listed              int // how many of the own code's lengths are written
	list                []symbol
}

func newHeader(lit, dist code) header {
	h := header{literals: lit.used(), distances: dist.used(), listed: lengthsKinds}
	h.list = appendRuns(nil, lit.lengths[:h.literals])
	h.list = appendRuns(h.list, dist.lengths[:h.distances]) // zlib lets no run go from one list to the other
	counts := make([]int, lengthsKinds)
	for _, s := range h.list {
		counts[s.number]++
	}
	h.own = newCode(codeLengths(counts, 7))
	for h.listed > 4 && h.own.lengths[lengthOrder[h.listed-1]] == 0 {
		h.listed--
	}
	return h
}

// cost returns how many bits it has.
func (h header) cost() int {
	sum := 5 + 5 + 4 + 3*h.listed
	for _, s := range h.list {
		sum += h.own.lengths[s.number] + int(s.bits)
	}
	return sum
}

func (h header) put(w *bitWriter) {
	w.write(uint32(h.literals-firstLength), 5)
	w.write(uint32(h.distances-1), 5)
	w.write(uint32(h.listed-4), 4)
	for _, kind := range lengthOrder[:h.listed] {
		w.write(uint32(h.own.lengths[kind]), 3)
	}
	for _, s := range h.list {
		h.own.put(w, s.number)
		w.write(s.extra, s.bits)
	}
}

// appendRuns appends what stands for these lengths.
func appendRuns(list []symbol, lengths []int) []symbol {
	last := -1
	for len(lengths) > 0 {
		length, most := lengths[0], 7
		switch {
		case length == 0:
			most = 138
		case length == last:
			most = 6
		}
		run := 1
		for run < len(lengths) && run < most && lengths[run] == length {
			run++
		}
		list = appendRun(list, length, last, run)
		lengths, last = lengths[run:], length
	}
	return list
}

// appendRun appends one length that stands run times: written out where that is as good, and else as a repetition. A length other than 0
// stands there once before it is repeated.
func appendRun(list []symbol, length, last, run int) []symbol {
	if length != 0 && length != last && run > 3 {
		list = append(list, symbol{number: length})
		run, last = run-1, length
	}
	kind := repeatLast
	switch {
	case run < 3 || length != 0 && length != last:
		for range run {
			list = append(list, symbol{number: length})
		}
		return list
	case length == 0 && run <= 10:
		kind = repeatZero
	case length == 0:
		kind = repeatZeros
	}
	i := kind - repeatLast
	return append(list, symbol{kind, uint32(run - repeatLeast[i]), repeatBits[i]})
}
