package deflate

// tree is a Huffman tree while it grows. Its nodes are the symbols, and above them the inner nodes.
type tree struct {
	weight []int // how often a node occurs
	height []int // of the tree below it: between equal weights, the flatter one goes first
	parent []int
	heap   []int // the nodes without a parent; heap[i] comes before heap[2i+1] and heap[2i+2]
	order  []int // the nodes with one, as they got it
}

// codeLengths returns how many bits each symbol gets, by how often it occurs; at most limit, and 0 for what doesn't occur. As a code
// needs two symbols, others get a bit where fewer occur.
func codeLengths(counts []int, limit int) []int {
	t := &tree{weight: append([]int(nil), counts...), height: make([]int, len(counts)), parent: make([]int, len(counts))}
	for symbol, count := range counts {
		if count > 0 {
			t.heap = append(t.heap, symbol)
		}
	}
	t.addMissing()
	for i := len(t.heap)/2 - 1; i >= 0; i-- {
		t.sink(i)
	}
	root := t.join()
	return t.measure(root, len(counts), limit)
}

// addMissing makes it two symbols, as zlib does: the one behind the last that occurs where that is 0 or 1, or there is none, else symbol 0.
func (t *tree) addMissing() {
	for len(t.heap) < 2 {
		symbol := 0
		if len(t.heap) == 1 && t.heap[0] < 2 {
			symbol = t.heap[0] + 1
		}
		t.weight[symbol] = 1
		t.heap = append(t.heap, symbol)
	}
}

func (t *tree) before(a, b int) bool {
	if t.weight[a] != t.weight[b] {
		return t.weight[a] < t.weight[b]
	}
	return t.height[a] <= t.height[b]
}

// sink moves heap[i] down to where it belongs.
func (t *tree) sink(i int) {
	node := t.heap[i]
	for 2*i+1 < len(t.heap) {
		child := 2*i + 1
		if child+1 < len(t.heap) && t.before(t.heap[child+1], t.heap[child]) {
			child++
		}
		if t.before(node, t.heap[child]) {
			break
		}
		t.heap[i] = t.heap[child]
		i = child
	}
	t.heap[i] = node
}

// join puts the two rarest nodes under a new one until one is left, the root.
func (t *tree) join() (root int) {
	for len(t.heap) > 1 {
		first, last := t.heap[0], len(t.heap)-1
		t.heap[0] = t.heap[last]
		t.heap = t.heap[:last]
		t.sink(0)
		second := t.heap[0]

		node := len(t.weight)
		t.weight = append(t.weight, t.weight[first]+t.weight[second])
		t.height = append(t.height, max(t.height[first], t.height[second])+1)
		t.parent = append(t.parent, 0)
		t.parent[first], t.parent[second] = node, node
		t.order = append(t.order, first, second)
		t.heap[0] = node
		t.sink(0)
	}
	return t.heap[0]
}

// measure gives each of the symbols the number of bits that is its depth.
func (t *tree) measure(root, symbols, limit int) []int {
	depth := make([]int, len(t.weight))
	byLength := make([]int, limit+1) // how many symbols have so many bits
	tooDeep := 0
	for i := len(t.order) - 1; i >= 0; i-- {
		node := t.order[i]
		depth[node] = depth[t.parent[node]] + 1
		if depth[node] > limit {
			depth[node] = limit
			tooDeep++
		}
		if node < symbols {
			byLength[depth[node]]++
		}
	}
	depth[root] = 0
	if tooDeep > 0 {
		shorten(byLength, tooDeep)
		t.deal(depth, byLength, symbols)
	}
	return depth[:symbols]
}

// shorten mends the counts where nodes were too deep and stand at the limit now: a leaf above takes two of those below itself, one of
// which moves to its side.
func shorten(byLength []int, tooDeep int) {
	limit := len(byLength) - 1
	for ; tooDeep > 0; tooDeep -= 2 {
		length := limit - 1
		for byLength[length] == 0 {
			length--
		}
		byLength[length]--
		byLength[length+1] += 2
		byLength[limit]--
	}
}

// deal gives the longest codes to the symbols that were joined first.
func (t *tree) deal(depth, byLength []int, symbols int) {
	next := 0
	for length := len(byLength) - 1; length > 0; length-- {
		for left := byLength[length]; left > 0; next++ {
			if node := t.order[next]; node < symbols {
				depth[node] = length
				left--
			}
		}
	}
}
