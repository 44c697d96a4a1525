package lines

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/internal/fivebit"
)

// The example of CashAddr's specification: prefix, zero, payload and checksum leave 1.
func TestPolymodIsCashAddrs(t *testing.T) {
	const prefix, payload = "bitcoincash", "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
	var values []byte
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	values = append(values, 0)
	for i := range len(payload) {
		values = append(values, byte(strings.IndexByte(strings.ToLower(alphabet), payload[i])))
	}
	if got := polymod(1, values); got != 1 {
		t.Errorf("the remainder of %s:%s is %x", prefix, payload, got)
	}
}

func TestIdentityIsThePolymod(t *testing.T) {
	chars := make([]byte, lineChars)
	for i, b := range backuptest.Bytes(lineChars, "a line") {
		chars[i] = b & 31
	}
	for _, n := range []int{1, 31, 32, 255} {
		values := append([]byte{byte(n >> 5), byte(n & 31), 255 >> 5, 255 & 31}, chars[:dataChars]...)
		check := polymod(1, append(values, make([]byte, checkChars)...))
		const id = 0x123456789a
		seal(n, 255, id, chars)
		if !bytes.Equal(chars[dataChars:], fivebit.Append(nil, binary.BigEndian.AppendUint64(nil, (check^id)<<24)[:5])) || identity(n, 255, chars) != id {
			t.Errorf("line %d: the table and the plain remainder differ", n)
		}
	}
}

// Five wrong characters in a line are always noticed: they would go unnoticed only if a pattern of up to two and another of up to three
// had the same remainder. Remainders are scaled to begin with 1, which makes one of each 31 multiples, and compared all with all.
func TestFiveWrongCharactersAreNoticed(t *testing.T) {
	t.Parallel()
	const places = headChars + lineChars
	two := map[uint64]bool{0: true}
	patterns := 0
	for _, most := range []int{2, 3} {
		var grow func(from, left int, remainder uint64, values []byte)
		grow = func(from, left int, remainder uint64, values []byte) {
			for p := from; p < places && left > 0; p++ {
				for _, v := range values {
					r := remainder ^ shareTable().shares[p][v]
					key := scaled(r)
					if patterns++; two[key] && (most == 2 || left == 1) {
						t.Fatalf("a pattern of %d wrong characters has the remainder of another", most-left+1)
					}
					if most == 2 {
						two[key] = true
					}
					grow(p+1, left-1, r, anyValue)
				}
			}
		}
		grow(0, most, 0, []byte{1}) // the first value is 1: the others are its multiples
	}
	t.Logf("%d patterns compared with %d", patterns, len(two))
}

var anyValue = func() (values []byte) {
	for v := byte(1); v < 32; v++ {
		values = append(values, v)
	}
	return values
}()

// scaled multiplies the eight values of a remainder, in the field of the code, so that the first that is not zero becomes 1.
func scaled(remainder uint64) uint64 {
	for shift := 35; shift >= 0; shift -= 5 {
		lead := remainder >> shift & 31
		if lead == 0 {
			continue
		}
		var out uint64
		for s := 35; s >= 0; s -= 5 {
			out |= gf32Over[lead][remainder>>s&31] << s
		}
		return out
	}
	return 0
}

// gf32Over[a][b] is b/a in GF(32) modulo a^5+a^3+1.
var gf32Over = func() (over [32][32]uint64) {
	mul := func(a, b uint64) (product uint64) {
		for ; b > 0; b >>= 1 {
			if b&1 == 1 {
				product ^= a
			}
			if a <<= 1; a&32 != 0 {
				a ^= 0b101001
			}
		}
		return product
	}
	for a := uint64(1); a < 32; a++ {
		for q := range uint64(32) {
			over[a][mul(a, q)] = q
		}
	}
	return over
}()

func TestBytesAndCharacters(t *testing.T) {
	b := backuptest.Bytes(lineBytes, "bytes")
	if back := fivebit.AppendOctets(nil, fivebit.Append(nil, b)); !bytes.Equal(b, back) {
		t.Errorf("%x became %x", b, back)
	}
	chars := fivebit.Append(nil, []byte("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77\xdf"))
	if got := string(text(chars)); got != alphabet {
		t.Errorf("the numbers 0 to 31 print as %s", got)
	}
}

// Every two lines of a sheet, and every one, come back from the others.
func TestParity(t *testing.T) {
	for _, k := range []int{3, 4, 17, 253} {
		var lines [][]byte
		for i := range k {
			lines = append(lines, backuptest.Bytes(lineBytes, strings.Repeat("x", i)))
		}
		p, q := parity(lines)
		lines = append(lines, p[:], q[:])
		for i := range lines {
			for j := i; j < len(lines); j++ {
				if k > 100 && (i+j)%11 != 0 {
					continue
				}
				hurt := make([][]byte, len(lines))
				for n := range lines {
					hurt[n] = bytes.Clone(lines[n])
				}
				clear(hurt[i])
				copy(hurt[j], "a wrong line that was")
				lost := []int{i, j}
				if i == j {
					lost = lost[:1]
				}
				rebuild(hurt, lost)
				for n := range k {
					if !bytes.Equal(hurt[n], lines[n]) {
						t.Fatalf("%d lines, %v lost: line %d comes back wrong", k, lost, n)
					}
				}
			}
		}
	}
	for a := 1; a < 256; a++ {
		if mul(byte(a), inverse(byte(a))) != 1 {
			t.Fatalf("%d has no inverse", a)
		}
	}
	if mul(2, 0x80) != 0x1d || power(8) != 0x1d || power(255) != 1 || power(85) == 1 || power(51) == 1 || power(15) == 1 {
		t.Error("2 does not generate the field modulo 11d")
	}
}

func TestDocumentNumbers(t *testing.T) {
	for _, id := range []uint64{0, 1, 0x123456789a, 1<<40 - 1} {
		s := backup.FormatID(id)
		for _, typed := range []string{s, strings.ToLower(s), strings.ReplaceAll(s, "-", "")} {
			if got, ok := backup.ParseID(typed); !ok || got != id {
				t.Errorf("%x prints as %s, and %s is read as %x", id, s, typed, got)
			}
		}
	}
	for _, wrong := range []string{"", "QPZR", "QPZR-Y9XB", "QPZR-Y9X8Q", "ÄÄÄÄ"} {
		if _, ok := backup.ParseID(wrong); ok {
			t.Errorf("%q is taken for a number", wrong)
		}
	}
}
