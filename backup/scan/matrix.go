package scan

// modules is the square of a QR code, ISO/IEC 18004 §6: dark or light, row by row.
type modules struct {
	size int
	dark []bool
}

func (m modules) at(x, y int) bool { return m.dark[y*m.size+x] }

// maxVersion bounds what is looked for. A sheet's codes have version 12 at most; larger ones only help to say "none of ours".
const maxVersion = 20

func sizeOf(version int) int { return 17 + 4*version }

// alignments returns the rows, which are the columns too, of the centres of the alignment patterns (annex E).
func alignments(version int) []int {
	if version < 2 {
		return nil
	}
	n := version/7 + 2
	step := (version*4 + n*2 + 1) / (n*2 - 2) * 2
	list := make([]int, n)
	list[0] = 6
	for i, at := n-1, sizeOf(version)-7; i > 0; i, at = i-1, at-step {
		list[i] = at
	}
	return list
}

// function is a module whose colour the standard fixes.
type function struct {
	x, y int
	dark bool
}

// patterns lists the finder, timing and alignment patterns of a version with their colours: what a picture is fitted to.
func patterns(version int) (list []function) {
	size := sizeOf(version)
	for _, corner := range [][2]int{{0, 0}, {size - 7, 0}, {0, size - 7}} {
		for y := -1; y <= 7; y++ {
			for x := -1; x <= 7; x++ {
				px, py := corner[0]+x, corner[1]+y
				if px < 0 || py < 0 || px >= size || py >= size {
					continue
				}
				ring := max(distance(x, 3), distance(y, 3))
				list = append(list, function{px, py, ring <= 1 || ring == 3})
			}
		}
	}
	for i := 8; i < size-8; i++ {
		list = append(list, function{i, 6, i%2 == 0}, function{6, i, i%2 == 0})
	}
	forAlignments(version, func(cx, cy int) {
		for y := -2; y <= 2; y++ {
			for x := -2; x <= 2; x++ {
				list = append(list, function{cx + x, cy + y, max(distance(x, 0), distance(y, 0)) != 1})
			}
		}
	})
	return list
}

func forAlignments(version int, do func(x, y int)) {
	at := alignments(version)
	for i, y := range at {
		for j, x := range at {
			last := len(at) - 1
			if i == 0 && j == 0 || i == 0 && j == last || i == last && j == 0 {
				continue // a finder pattern is there
			}
			do(x, y)
		}
	}
}

// reserved marks what is not data: the patterns, and the places of the format and version information.
func reserved(version int) modules {
	size := sizeOf(version)
	r := modules{size, make([]bool, size*size)}
	mark := func(x0, y0, w, h int) {
		for y := y0; y < y0+h; y++ {
			for x := x0; x < x0+w; x++ {
				r.dark[y*size+x] = true
			}
		}
	}
	mark(0, 0, 9, 9)
	mark(size-8, 0, 8, 9)
	mark(0, size-8, 9, 8)
	mark(0, 6, size, 1)
	mark(6, 0, 1, size)
	forAlignments(version, func(x, y int) { mark(x-2, y-2, 5, 5) })
	if version >= 7 {
		mark(size-11, 0, 3, 6)
		mark(0, size-11, 6, 3)
	}
	return r
}

func distance(a, b int) int {
	if a < b {
		return b - a
	}
	return a - b
}
