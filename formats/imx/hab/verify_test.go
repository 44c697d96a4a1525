package hab

import (
	"context"
	"errors"
	"testing"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// Samples that CST made verify, under the fuses that srktool made of their SRKs.
func TestVerifySamples(t *testing.T) {
	for _, name := range []string{"rsa2048", "p256"} {
		data := golden(t, "hab/mx6q-signed-"+name+".imx")
		fuses := golden(t, "hab/pki-"+name+"/crts/SRK_1_2_3_4_fuse.bin")
		table := golden(t, "hab/pki-"+name+"/crts/SRK_1_2_3_4_table.bin")
		_, err := judged(data, optionHash, fuses, optionTable, table)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unreadable is a file whose disk fails from a byte on.
type unreadable struct {
	formats.Source
	from int64
}

var errDisk = errors.New("the disk failed")

func (u unreadable) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > u.from {
		return 0, errDisk
	}
	return u.Source.ReadAt(p, off)
}

// What is no image has a name and a hint, and is told from one that can't be read.
func TestNoImage(t *testing.T) {
	look := map[string]func(formats.Source) error{
		"Sign": func(src formats.Source) error { _, err := Format{}.Sign(t.Context(), src, by(t)); return err },
		"Verify": func(src formats.Source) error {
			_, err := Format{}.Verify(context.Background(), src, formats.Keys{})
			return err
		},
		"Describe": func(src formats.Source) error { _, err := Format{}.Describe(context.Background(), src); return err },
	}
	image := append(sample(t, "small.imx"), zeros(0x2000)...)
	for what, try := range look {
		if err := try(patch.Bytes(zeros(9000))); !isNamed(err, "no-ivt", formats.ErrFormat) || issue.Hint(err) == "" {
			t.Errorf("%s, no image: %v, hint %q", what, err, issue.Hint(err))
		}
		if err := try(unreadable{patch.Bytes(image), 0x1400}); !errors.Is(err, errDisk) || errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s, not to be read: %v", what, err)
		}
	}
}
