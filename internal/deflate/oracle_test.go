package deflate

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"sigtool/internal/oracle"
)

// compressAll reads inputs, each behind its length, and writes what zlib makes of each the same way. It compresses as apksigcopier does.
const compressAll = `
import struct, sys, zlib
with open(sys.argv[1], "rb") as given, open(sys.argv[2], "wb") as out:
    while size := given.read(4):
        z = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = z.compress(given.read(*struct.unpack("<I", size))) + z.flush()
        out.write(struct.pack("<I", len(packed)) + packed)
print(zlib.ZLIB_RUNTIME_VERSION)
`

type sample struct {
	name string
	data []byte
}

// samples are of many kinds; each kind has sizes about the limits of blocks, of the window and of matches.
func samples() []sample {
	rnd := rand.New(rand.NewPCG(1, 2))
	var all []sample
	add := func(data []byte, format string, args ...any) {
		all = append(all, sample{fmt.Sprintf(format, args...), data})
	}
	for size := range 301 {
		add(noise(rnd, size, 256), "%d random bytes", size)
		add(noise(rnd, size, 2), "%d of 2 bytes", size)
		add(noise(rnd, size, 1), "%d zeros", size)
	}
	for _, middle := range []int{4096, 16383, 2 * 16383, 32768, 65536 - 262, 65536, 98304 - 262, 98304, 131072} {
		for _, size := range []int{middle - 1, middle, middle + 1, middle + rnd.IntN(600)} {
			for _, kinds := range []int{1, 16, 180, 256} {
				add(noise(rnd, size, kinds), "%d of %d bytes", size, kinds)
			}
			add(mixture(rnd, size), "a mixture of %d", size)
			if size == middle || middle <= 32768 { // those are slow
				add(skewed(rnd, size), "%d rare and frequent bytes", size)
			}
		}
	}
	for period := 1; period <= 40000; period += 1 + period/4 {
		once := noise(rnd, period, 256)
		add(bytes.Repeat(once, 1+100000/period)[:100000], "%d random bytes repeated", period)
	}
	for _, period := range []int{32504, 32505, 32506, 32507, 32508, 32766, 32767, 32768, 32769} {
		add(bytes.Repeat(noise(rnd, period, 256), 4), "%d random bytes, 4 times", period)
		add(bytes.Repeat(noise(rnd, period, 16), 4), "%d of 16 bytes, 4 times", period)
	}
	for _, entries := range []int{0, 1, 2, 10, 100, 500, 1000, 5000, 20000} {
		add(manifest(rnd, entries), "a manifest of %d entries", entries)
	}
	for i := range 60 {
		add(mixture(rnd, rnd.IntN(150000)), "mixture %d", i)
	}
	return all
}

func noise(rnd *rand.Rand, size, kinds int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(rnd.IntN(kinds))
	}
	return data
}

// skewed has byte n half as often as byte n-1, so that codes would be longer than their limit.
func skewed(rnd *rand.Rand, size int) []byte {
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(min(rnd.ExpFloat64()*1.7, 255))
	}
	return data
}

// mixture has random bytes, runs, and copies from everywhere before, some with a byte changed.
func mixture(rnd *rand.Rand, size int) []byte {
	var data []byte
	for len(data) < size {
		n := 1 + rnd.IntN(1<<(1+rnd.IntN(11)))
		switch rnd.IntN(5) {
		case 0:
			data = append(data, noise(rnd, n, 1+rnd.IntN(256))...)
		case 1:
			data = append(data, bytes.Repeat([]byte{byte(rnd.Uint32())}, n)...)
		default:
			from := rnd.IntN(len(data) + 1)
			data = append(data, data[from:min(from+n, len(data))]...)
			if len(data) > 0 && rnd.IntN(2) == 0 {
				data[len(data)-1]++
			}
		}
	}
	return data[:size]
}

func manifest(rnd *rand.Rand, entries int) []byte {
	var b strings.Builder
	b.WriteString("Manifest-Version: 1.0\r\nBuilt-By: Signflinger\r\n\r\n")
	for i := range entries {
		kind := []string{"res/drawable-xxhdpi-v4/ic_%d.png", "res/layout/a%d.xml", "assets/www/%x.js", "META-INF/%d.version"}[rnd.IntN(4)]
		fmt.Fprintf(&b, "Name: "+kind+"\r\nSHA-256-Digest: %s\r\n\r\n", i, digest(rnd))
	}
	return []byte(b.String())
}

func digest(rnd *rand.Rand) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	b := noise(rnd, 43, 64)
	for i := range b {
		b[i] = alphabet[b[i]]
	}
	return string(b) + "="
}

// Every sample comes out as zlib makes it, and as Python's inflates it.
func TestLevel9SameAsZlib(t *testing.T) {
	python := oracle.Need(t, "python3")
	all := samples()
	var given []byte
	for _, s := range all {
		given = binary.LittleEndian.AppendUint32(given, uint32(len(s.data)))
		given = append(given, s.data...)
	}
	in, out := filepath.Join(t.TempDir(), "in"), filepath.Join(t.TempDir(), "out")
	if err := os.WriteFile(in, given, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d samples, %d bytes, zlib %s", len(all), len(given), oracle.Run(t, python, "-c", compressAll, in, out))
	packed, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	turns := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for _, s := range all {
		size := binary.LittleEndian.Uint32(packed)
		want := packed[4 : 4+size]
		packed = packed[4+size:]
		turns <- struct{}{}
		group.Go(func() {
			if got := Level9(s.data); !bytes.Equal(got, want) {
				t.Errorf("%s: %d bytes, zlib has %d", s.name, len(got), len(want))
			}
			<-turns
		})
	}
	group.Wait()
}
