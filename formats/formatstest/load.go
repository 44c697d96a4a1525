package formatstest

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"sigtool/formats"
	"sigtool/internal/patch"
)

// large: 1 GiB that is mostly holes is signed and verified in little memory, or refused in as little; and given up when the caller does.
func (s Suite) large(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 1 GiB takes seconds to hash")
	}
	src := sparse{Read(t, s.Samples[0]), 1 << 30}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s.Format.Sniff(src)
	result, err := s.Format.Sign(context.Background(), src, s.request(s.Signer))
	switch {
	case err == nil:
		view, viewErr := patch.NewView(src, result.Edits)
		if viewErr != nil {
			t.Fatal(viewErr)
		}
		_, err = s.verify(view, sidecars(result), s.Signer.Keys())
		if err != nil {
			t.Error(err)
		}
	case !errors.Is(err, formats.ErrFormat):
		t.Errorf("refused without ErrFormat: %v", err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("%d MiB allocated", used>>20)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Format.Sign(cancelled, src, s.request(s.Signer)); result != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// sideBySide: one format value serves many files at once.
func (s Suite) sideBySide(t *testing.T) {
	data := Read(t, s.Samples[len(s.Samples)-1])
	want := s.mustSign(t, data, s.Signer)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			got, err := s.Sign(data, s.Signer)
			if err != nil || !equal(got, want) || s.Verify(got, s.Signer.Keys()) != nil {
				t.Errorf("not the same when many are signed at once: %v", err)
			}
		})
	}
	wait.Wait()
}
