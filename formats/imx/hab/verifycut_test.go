package hab

import (
	"context"
	"errors"
	"slices"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// A file that ends long before the CSF that its vector table points at was cut: it is not one that nobody signed yet, and inspect tells how much
// is missing. One that ends where the CSF is to come waits for it.
func TestCut(t *testing.T) {
	whole := sample(t, "small.imx")
	cut := slices.Clone(whole)
	put(cut, 24, 0x0090a500) // the CSF, at 0x3100 of the file
	put(cut, 0x24, 0x4500)   // what is loaded, to behind the CSF
	_, err := Format{}.Verify(context.Background(), patch.Bytes(whole), formats.Keys{})
	if !errors.Is(err, formats.ErrUnsigned) || issue.Hint(err) == "" {
		t.Errorf("whole: %v, hint %q", err, issue.Hint(err))
	}
	found, err := Format{}.Verify(context.Background(), patch.Bytes(cut), formats.Keys{})
	if err != nil || len(found) != 1 || issue.ID(found[0].Err) != "inv-address" {
		t.Errorf("cut: %v, %v", found, err)
	}
	lines, err := Format{}.Describe(context.Background(), patch.Bytes(cut))
	if want := (formats.Property{Name: "wrong", Value: "the file ends 12288 bytes before the boot image does"}); err != nil || !slices.Contains(lines, want) {
		t.Errorf("%q, %v", lines, err)
	}
}
