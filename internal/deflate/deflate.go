// Package deflate compresses as zlib does, to the very byte. Tools that copy a signature from one APK to another (apksigcopier, for
// F-Droid's reproducible builds) compress its files again with zlib and want what the signer wrote; Go's compress/flate is right too, but it
// takes other matches.
//
// The promise: Level9 makes the same choices as zlib 1.2.11 to 1.3.2 at level 9, with the default strategy, 32 KiB of window and memory level
// 8, where the input comes all at once. That is also what Java's Deflater and Python's zlib write at level 9, as long as they run on
// that library: zlib-ng, Chromium's and Cloudflare's forks, and compression in hardware (IBM Z) choose otherwise.
//
// The method is in RFC 1951 §4: hash chains find earlier strings (match.go), a match waits to see if the next byte begins a longer one (here),
// and each block has the cheapest of three forms (block.go).
package deflate

// match is an earlier string that is the same as what comes; it is none where the length is below minMatch.
type match struct{ length, distance int }

// none loses against every match.
var none = match{length: minMatch - 1}

// packer compresses one input.
type packer struct {
	finder
	block
	begin int // where the block begins in data
}

// Level9 returns data as raw DEFLATE (RFC 1951). Beside the input and what it returns it takes about 700 KiB.
func Level9(data []byte) []byte {
	p := &packer{finder: newFinder(data), block: newBlock()}
	held, waiting := none, false // what was found at the byte before pos, and if that byte is still to be written
	for pos := 0; pos < len(data); {
		p.slide(pos)
		found := none
		if before := p.insert(pos); held.length < maxMatch {
			found = p.longest(pos, before, held.length)
		}
		if held.length >= minMatch && held.length >= found.length {
			pos = p.take(pos, held)
			held, waiting = none, false
			continue
		}
		if waiting {
			p.literal(data[pos-1])
			p.flushFull(pos)
		}
		held, waiting = found, true
		pos++
	}
	if waiting {
		p.literal(data[len(data)-1])
	}
	p.slide(len(data))
	p.flush(len(data), true)
	return p.out.bytes()
}

// take writes the match that begins at the byte before pos, and returns where it ends.
func (p *packer) take(pos int, m match) (end int) {
	p.match(m)
	end = pos - 1 + m.length
	for skipped := pos + 1; skipped < end; skipped++ {
		p.insert(skipped)
	}
	p.flushFull(end)
	return end
}

func (p *packer) flushFull(end int) {
	if p.full() {
		p.flush(end, false)
	}
}

// flush writes the block that ends here.
func (p *packer) flush(end int, last bool) {
	p.write(p.data[p.begin:end], last)
	p.begin = end
}
