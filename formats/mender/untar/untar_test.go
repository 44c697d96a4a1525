package untar

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"sigtool/formats"
)

// written is an archive as Go's archive/tar writes it, and with it mender-artifact.
func written(t testing.TB, format tar.Format, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range []*tar.Header{{Name: name, Size: int64(len(content)), Mode: 0o644, Format: format}, {Name: "empty", Format: format}} {
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size > 0 {
			w.Write(content)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// What other writers write is read as other readers read it.
func TestWritten(t *testing.T) {
	content := bytes.Repeat([]byte("content "), 100)
	for _, name := range []string{"file", "folder/file", strings.Repeat("long/", 30) + "file"} {
		for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
			if format == tar.FormatGNU && len(name) > 100 {
				continue
			}
			data := written(t, format, name, content)
			for what, in := range map[string]io.Reader{"a stream": struct{ io.Reader }{bytes.NewReader(data)}, "a file": bytes.NewReader(data)} {
				r := NewReader(in)
				m, err := r.Next()
				if err != nil || m.Name != name || m.Size != int64(len(content)) || m.Start != 0 || m.End%512 != 0 {
					t.Fatalf("%s, %v, %s: %+v %v", what, format, name, m, err)
				}
				if got, err := r.Content(int64(len(content))); err != nil || !bytes.Equal(got, content) {
					t.Errorf("%s, %v: %v", what, format, err)
				}
				next, err := r.Next()
				if err != nil || next.Name != "empty" || next.Start != m.End {
					t.Errorf("%s, %v: %+v %v", what, format, next, err)
				}
				if _, err := r.Next(); err != io.EOF {
					t.Errorf("%s, %v: the end: %v", what, format, err)
				}
			}
		}
	}
}

// Every cut and every changed byte that is not content is noticed, whether the content is read or passed over.
func TestEveryByte(t *testing.T) {
	data := written(t, tar.FormatUSTAR, "file", []byte("x"))
	walk := func(data []byte) error {
		r := NewReader(bytes.NewReader(data))
		for {
			if _, err := r.Next(); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	for i := range data {
		if err := walk(data[:i]); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d: %v", i, err)
		}
		changed := bytes.Clone(data)
		changed[i] ^= 1 << (i % 8)
		if err := walk(changed); i != 512 && !errors.Is(err, ErrDamaged) && !errors.Is(err, formats.ErrFormat) {
			t.Errorf("byte %d: %v", i, err)
		}
	}
}

// FuzzUntar: what is read is what archive/tar reads, and nothing makes it read more than there is.
func FuzzUntar(f *testing.F) {
	for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
		f.Add(written(f, format, "folder/file", []byte("content")))
	}
	f.Add(written(f, tar.FormatPAX, strings.Repeat("long/", 30)+"file", nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		ours, theirs := NewReader(bytes.NewReader(data)), tar.NewReader(bytes.NewReader(data))
		for {
			m, err := ours.Next()
			if err != nil {
				return
			}
			h, err := theirs.Next()
			if err != nil || h.Name != m.Name || h.Size != m.Size {
				t.Fatalf("%+v, and archive/tar reads %+v, %v", m, h, err)
			}
			got, err := ours.Content(1 << 20)
			if err != nil {
				return
			}
			if want, err := io.ReadAll(theirs); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s: other content: %v", m.Name, err)
			}
		}
	})
}
