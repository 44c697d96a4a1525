package fdroid_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"testing"

	"sigtool/formats"
	"sigtool/formats/fdroid"
	"sigtool/formats/formatstest"
	"sigtool/internal/patch"
	"sigtool/internal/zipdir"
)

const samples = "../../testdata/fdroid"

// inFolder is the format at work in a folder, as the command line has it.
type inFolder struct {
	fdroid.Format
	folder string
}

func (f inFolder) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	req.Beside = beside(f.folder)
	return f.Format.Sign(ctx, src, req)
}

func (f inFolder) Verify(ctx context.Context, src formats.Source, keys formats.Keys) ([]formats.Signature, error) {
	keys.Beside = beside(f.folder)
	return f.Format.Verify(ctx, src, keys)
}

// opened is a file that is read whole.
type opened struct{ patch.Bytes }

func (opened) Close() error { return nil }

func beside(folder string) func(string) (formats.BesideFile, error) {
	return func(name string) (formats.BesideFile, error) {
		data, err := os.ReadFile(folder + "/" + name)
		if os.IsNotExist(err) {
			return nil, nil
		}
		return opened{data}, err
	}
}

func suite(t testing.TB) formatstest.Suite {
	return formatstest.Suite{
		Format:    inFolder{folder: samples},
		Samples:   []string{"fdroid/entry.json", "fdroid/index-v1.json"},
		Foreign:   []string{string(formatstest.Read(t, "fdroid/index-v2.json")), `{"repo":{}}`, `{"timestamp":1,"version":2}`, `[{"repo":{"timestamp":1,"version":2}}]`},
		Signer:    formatstest.LoadSigner(t, "rsa2048"),
		Other:     formatstest.LoadSigner(t, "p256"),
		Uncovered: uncovered,
	}
}

// uncovered are the bytes of a ZIP file that say nothing of its content: versions, flags and methods that nobody looks at, times and attributes; and bits
// of packed data that unpack to the same.
func uncovered(part string, data []byte) (ranges []formatstest.Range) {
	if part == "" {
		return nil
	}
	a, err := zipdir.Read(patch.Bytes(data))
	if err != nil {
		return nil
	}
	at := int(a.Directory)
	for i := range a.Entries {
		e := &a.Entries[i]
		header := int(e.Header)
		ranges = append(ranges, formatstest.Range{From: header + 4, To: header + 14},
			formatstest.Range{From: at + 4, To: at + 10}, formatstest.Range{From: at + 12, To: at + 16}, formatstest.Range{From: at + 34, To: at + 42})
		at += 46 + int(binary.LittleEndian.Uint16(data[at+28:]))
		want, _ := a.ReadAll(patch.Bytes(data), e, 1<<20)
		for n := header + 30 + len(e.Name); n < header+30+len(e.Name)+int(e.Compressed); n++ {
			data[n] ^= 1 << (n % 8)
			if got, err := a.ReadAll(patch.Bytes(data), e, 1<<20); err == nil && bytes.Equal(got, want) {
				ranges = append(ranges, formatstest.Range{From: n, To: n + 1})
			}
			data[n] ^= 1 << (n % 8)
		}
	}
	return ranges
}

func TestSuite(t *testing.T) { formatstest.Run(t, suite(t)) }

func FuzzVerify(f *testing.F) {
	formatstest.Fuzz(f, suite(f), formatstest.Read(f, "fdroid/apksigner-entry.jar"), formatstest.Read(f, "fdroid/jarsigner-mixed-index-v1.jar"))
}
