package hab

import (
	"testing"
)

// In one step, with the same keys, time and engine, comes what took CST a text, dd and cat.
func TestSameAsCST(t *testing.T) {
	image, want := golden(t, "images/mx6qsabrelite-u-boot-dtb.imx"), golden(t, "hab/mx6q-signed-rsa2048.imx")
	r := request(t, "rsa2048")
	_, c := csfOf(t, want, 0)
	r.Time = signedAt(t, c)
	r.Options.Set(optionEngine, "caam")
	got := signed(t, image, r)
	differ(t, "mx6qsabrelite", got, want)
	prepared := signed(t, golden(t, "hab/mx6q-prep.imx"), r)
	differ(t, "with pointer and length set before", prepared, want)
	r.Force = true
	differ(t, "signed by CST, and signed again", signed(t, want, r), want)
	differ(t, "the same, without CST's padding", signed(t, want[:0x86c00+c.End], r), want)
	if n := accepted(t, got, table4(t, "rsa2048")); n != 2 {
		t.Errorf("%d signatures", n)
	}
}

// U-Boot's images as Debian ships them, by RSA and by elliptic curves.
func TestRealImages(t *testing.T) {
	for _, name := range []string{"images/mx6qsabrelite-u-boot-dtb.imx", "images/wandboard-SPL"} {
		image := golden(t, name)
		for _, tree := range []string{"rsa2048", "p256"} {
			out := signed(t, image, request(t, tree))
			if len(out) != len(image)+0x2000 {
				t.Errorf("%s: %d bytes, of %d", name, len(out), len(image))
			}
			accepted(t, out, table4(t, tree))
		}
	}
}
