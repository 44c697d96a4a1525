package live_test

import (
	"bytes"
	"slices"
	"testing"

	"sigtool/ceremony/live"
)

// FuzzTakeApart writes bytes somewhere over an image: it is refused, or what it holds is what it held.
func FuzzTakeApart(f *testing.F) {
	_, image, list := whole(f)
	for _, at := range []int{0, 446, 512, 1024, 32768, 32768 + 512, 60000, len(image) - 512, len(image) - 100_000} {
		f.Add(uint32(at), []byte{1})
		f.Add(uint32(at), slices.Clone(image[512:544]))
	}
	f.Fuzz(func(t *testing.T, at uint32, over []byte) {
		changed := slices.Clone(image)
		copy(changed[int(at)%len(changed):], over)
		c, err := live.TakeApart(bytes.NewReader(changed), int64(len(changed)))
		if err == nil && !slices.Equal(c.List, list) {
			t.Errorf("%d bytes at %d made another image", len(over), at)
		}
		if err == nil && !c.Used && !bytes.Equal(changed, image) {
			t.Errorf("%d bytes at %d were not noticed", len(over), at)
		}
	})
}

// FuzzParseList: a list that is read is written again as it was, but for the ends of lines.
func FuzzParseList(f *testing.F) {
	_, _, list := whole(f)
	text := live.FormatList(list)
	f.Add([]byte(text))
	f.Add([]byte(text[:200]))
	f.Add([]byte("# sigtool live image 1\n"))
	f.Add(bytes.ReplaceAll([]byte(text), []byte("\n"), []byte("\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := live.ParseList(text)
		if err != nil {
			return
		}
		again, err := live.ParseList([]byte(live.FormatList(list)))
		if err != nil || !slices.Equal(again, list) {
			t.Errorf("%q: %v", text, err)
		}
		plain := bytes.TrimSuffix(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"))
		if live.FormatList(list) != string(plain)+"\n" {
			t.Errorf("%q", text)
		}
	})
}
