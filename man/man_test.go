package man

import "testing"

func TestX(t *testing.T) {
	for _, n := range Names() {
		b, _ := Text(n)
		println(string(b))
		b, _ = Roff(n)
		println(string(b))
	}
}
