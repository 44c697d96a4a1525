package deflate

// blockSize is how many literals and matches a block has at most: one fewer than the buffer of zlib's memory level 8.
const blockSize = 16383

// The forms of a block (RFC 1951 §3.2.3).
const (
	stored  = 0
	fixed   = 1
	dynamic = 2
)

// item is a literal or a match: the distance (0 for a literal) above the byte or the length.
type item uint32

const distanceAt = 9 // bits

// block collects what is found until it is written.
type block struct {
	out       bitWriter
	items     []item
	lit, dist []int // how often each symbol occurs
	extra     int   // bits beside the symbols
	fixedLit  code
	fixedDist code
}

func newBlock() block {
	b := block{items: make([]item, 0, blockSize), fixedLit: fixedLiterals(), fixedDist: fixedDistances()}
	b.clear()
	return b
}

func (b *block) clear() {
	b.items, b.extra = b.items[:0], 0
	b.lit, b.dist = make([]int, literals), make([]int, distances)
	b.lit[endOfBlock] = 1
}

func (b *block) full() bool { return len(b.items) == blockSize }

func (b *block) literal(c byte) {
	b.items = append(b.items, item(c))
	b.lit[c]++
}

func (b *block) match(m match) {
	b.items = append(b.items, item(m.distance<<distanceAt|m.length))
	length, distance := lengthSymbol(m.length), distanceSymbol(m.distance)
	b.lit[length.number]++
	b.dist[distance.number]++
	b.extra += int(length.bits + distance.bits)
}

// write appends the block in the form that has the fewest bytes, where the three bits before it count as a part; of two that are as
// good, stored goes before fixed and fixed before dynamic. content is what the block stands for.
//
// A stored block has room for its length: in the fixed code, 16383 items have fewer than 64 KiB. And it is still in the window, as zlib
// demands: one whose first byte is not has at least 32507 bytes, about 2 for each item. So half of the items are matches of 3 bytes or
// a third are longer ones, and the fixed code is better: it has 9 bits at most for a literal, 22 for 3 bytes, 25 for 4 to 10.
func (b *block) write(content []byte, last bool) {
	lit, dist := newCode(codeLengths(b.lit, 15)), newCode(codeLengths(b.dist, 15))
	h := newHeader(lit, dist)
	own := bytesFor(3 + h.cost() + lit.cost(b.lit) + dist.cost(b.dist) + b.extra)
	plain := bytesFor(3 + b.fixedLit.cost(b.lit) + b.fixedDist.cost(b.dist) + b.extra)
	switch {
	case len(content)+4 <= min(own, plain):
		b.begin(stored, last)
		b.store(content)
	case plain <= own:
		b.begin(fixed, last)
		b.encode(b.fixedLit, b.fixedDist)
	default:
		b.begin(dynamic, last)
		h.put(&b.out)
		b.encode(lit, dist)
	}
	b.clear()
}

func bytesFor(bits int) int { return (bits + 7) / 8 }

// begin appends the three bits before each block.
func (b *block) begin(form uint32, last bool) {
	if last {
		b.out.write(1, 1)
	} else {
		b.out.write(0, 1)
	}
	b.out.write(form, 2)
}

// store appends the content as it is (RFC 1951 §3.2.4).
func (b *block) store(content []byte) {
	size := uint16(len(content))
	b.out.align()
	b.out.write(uint32(size), 16)
	b.out.write(uint32(^size), 16)
	b.out.out = append(b.out.out, content...)
}

func (b *block) encode(lit, dist code) {
	for _, it := range b.items {
		distance, rest := int(it>>distanceAt), int(it&(1<<distanceAt-1))
		if distance == 0 {
			lit.put(&b.out, rest)
			continue
		}
		length, far := lengthSymbol(rest), distanceSymbol(distance)
		lit.put(&b.out, length.number)
		b.out.write(length.extra, length.bits)
		dist.put(&b.out, far.number)
		b.out.write(far.extra, far.bits)
	}
	lit.put(&b.out, endOfBlock)
}
