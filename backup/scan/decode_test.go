package scan

import (
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

func draw(t testing.TB, text string, mode qr.Encoding) barcode.Barcode {
	t.Helper()
	code, err := qr.Encode(text, qr.M, mode)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func modulesOf(code barcode.Barcode) modules {
	size := code.Bounds().Dx()
	m := modules{size, make([]bool, size*size)}
	for y := range size {
		for x := range size {
			m.dark[y*size+x] = color.GrayModel.Convert(code.At(x, y)).(color.Gray).Y < 128
		}
	}
	return m
}

func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphanumeric[r.IntN(len(alphanumeric))])
	}
	return b.String()
}

// Another writer's codes of every version are read, also with as many wrong codewords as the code can stand.
func TestEveryVersion(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[int]bool{}
	for n := 1; n < 970; n += 7 {
		want := randomText(r, n)
		m := modulesOf(draw(t, want, qr.AlphaNumeric))
		seen[(m.size-17)/4] = true
		for range m.size * m.size / 100 {
			i := r.IntN(len(m.dark))
			x, y := i%m.size, i/m.size
			if !reserved((m.size-17)/4).at(x, y) {
				m.dark[i] = !m.dark[i]
			}
		}
		if text, ok := decode(m); !ok || string(text) != want {
			t.Fatalf("%d characters, version %d: %v %q", n, (m.size-17)/4, ok, text)
		}
	}
	for v := 1; v <= maxVersion; v++ {
		if !seen[v] {
			t.Errorf("version %d was not tried", v)
		}
	}
}

func TestModes(t *testing.T) {
	t.Parallel()
	for text, mode := range map[string]qr.Encoding{"8675309": qr.Numeric, "86753090": qr.Numeric, "zoë, in bytes": qr.Unicode, "A": qr.AlphaNumeric} {
		if got, ok := decode(modulesOf(draw(t, text, mode))); !ok || string(got) != text {
			t.Errorf("%q was read as %q, %v", text, got, ok)
		}
	}
	other, err := qr.Encode("LEVEL H", qr.H, qr.AlphaNumeric)
	if err != nil {
		t.Fatal(err)
	}
	if text, code := decode(modulesOf(other)); text != nil || !code {
		t.Errorf("a code of level H was read as %q, %v", text, code)
	}
}
