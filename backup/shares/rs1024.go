package shares

import "sync"

// RS1024 of SLIP-39: three words of checksum, a Reed-Solomon code over GF(1024). Any three wrong words are detected for certain, more
// are missed once in 2^30. It is linear over bits too, which is how wrong words are found here.

const (
	wordBits  = 10
	wordMask  = 1<<wordBits - 1
	sumWords  = 3
	sumBits   = sumWords * wordBits
	soundness = 1 // what the checksum of sound words comes to

	custom           = "shamir"
	customExtendable = "shamir_extendable"
)

var generator = [wordBits]uint32{
	0x00e0e040, 0x01c1c080, 0x03838100, 0x07070200, 0x0e0e0009, 0x1c0c2412, 0x38086c24, 0x3090fc48, 0x21b1f890, 0x03f3f120,
}

func step(sum uint32, value uint16) uint32 {
	top := sum >> (sumBits - wordBits)
	sum = sum&(1<<(sumBits-wordBits)-1)<<wordBits ^ uint32(value)
	for i, g := range generator {
		sum ^= g & -(top >> i & 1)
	}
	return sum
}

// polymod is the checksum of words behind a customization string, which keeps the two kinds of share apart.
func polymod(extendable bool, words []uint16) uint32 {
	text := custom
	if extendable {
		text = customExtendable
	}
	sum := uint32(1)
	for i := range len(text) {
		sum = step(sum, uint16(text[i]))
	}
	for _, w := range words {
		sum = step(sum, w)
	}
	return sum
}

// addSum writes the checksum into the last three words.
func addSum(extendable bool, words []uint16) {
	sum := words[len(words)-sumWords:]
	clear(sum)
	v := polymod(extendable, words) ^ soundness
	for i := range sum {
		sum[i] = uint16(v>>(wordBits*(sumWords-1-i))) & wordMask
	}
}

// fits tells whether the checksum is that of the words.
func fits(words []uint16) bool { return polymod(extendable(words), words) == soundness }

// solve changes the words of a sheet at the places, three at most, so that the checksum comes to be right for a share of that kind;
// false where no values do that, or only such as make a share of the other kind. There is never more than one way.
func solve(words []uint16, isExtendable bool, places []int) bool {
	want := polymod(isExtendable, words) ^ soundness
	rows := make([]change, 0, sumBits)
	for n, place := range places {
		for bit := range wordBits {
			c := change{sum: effects()[len(words)-1-place][bit], bits: 1 << (n*wordBits + bit)}
			if c = reduce(rows, c); c.sum != 0 {
				rows = append(rows, c)
			}
		}
	}
	found := reduce(rows, change{sum: want})
	if found.sum != 0 {
		return false
	}
	for n, place := range places {
		words[place] ^= uint16(found.bits>>(n*wordBits)) & wordMask
	}
	return extendable(words) == isExtendable
}

// change is some bits of words and what turning them does to the checksum.
type change struct{ sum, bits uint32 }

// effects is what each bit of a word does to the checksum, by how many words follow it.
var effects = sync.OnceValue(func() *[count][wordBits]uint32 {
	var table [count][wordBits]uint32
	for bit := range wordBits {
		sum := uint32(1) << bit
		for behind := range table {
			table[behind][bit] = sum
			sum = step(sum, 0)
		}
	}
	return &table
})

// reduce takes from c every row that makes its sum smaller: zero if the rows add up to it.
func reduce(rows []change, c change) change {
	for _, r := range rows {
		if c.sum^r.sum < c.sum {
			c.sum ^= r.sum
			c.bits ^= r.bits
		}
	}
	return c
}
