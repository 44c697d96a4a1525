package fileio

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// The batch of a kernel's modules: a thousand files, eight at once.
func BenchmarkThousandReplaced(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		body := bytes.Repeat([]byte("0123456789abcdef"), 90_000/16)
		for i := range 1000 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i)), body, 0o644); err != nil {
				b.Fatal(err)
			}
		}
		unix.Sync()
		b.StartTimer()
		start := time.Now()
		work := make(chan int)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				for i := range work {
					f, err := Open(filepath.Join(dir, fmt.Sprint(i)))
					if err != nil {
						b.Error(err)
						continue
					}
					v, _ := patch.NewView(f, []patch.Edit{{Offset: f.Size(), Insert: make([]byte, 700)}})
					if err := Replace(f, v); err != nil {
						b.Error(err)
					}
					f.Close()
				}
			})
		}
		for i := range 1000 {
			work <- i
		}
		close(work)
		group.Wait()
		b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/1000")
	}
}
