package main

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// makeAPK writes an aligned package of about so many megabytes of stored random bytes, with the manifest of another package.
func makeAPK(path, from string, megabytes int) error {
	raw := path + ".raw"
	file, err := os.Create(raw)
	if err != nil {
		return err
	}
	defer os.Remove(raw)
	defer file.Close()
	w := zip.NewWriter(file)
	if err := copyManifest(w, from); err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	random := rand.NewChaCha8([32]byte{byte(megabytes)})
	const parts = 50
	for i := range parts {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("assets/%02d.bin", i), Method: zip.Store})
		if err != nil {
			return err
		}
		if _, err := io.CopyN(entry, random, int64(megabytes)*1_000_000/parts); err != nil {
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	_, _, err = timed("zipalign", "-f", "4", raw, path)
	return err
}

func copyManifest(w *zip.Writer, from string) error {
	r, err := zip.OpenReader(from)
	if err != nil {
		return err
	}
	defer r.Close()
	for _, file := range r.File {
		if filepath.Base(file.Name) == "AndroidManifest.xml" {
			return w.Copy(file)
		}
	}
	return fmt.Errorf("no AndroidManifest.xml in it")
}

// floor reads a file through SHA-256, a MiB at a time by so many workers, and tells how long that took. It keeps this process small: what a child
// begins with counts as the child's memory.
func floor(path string, workers int) time.Duration {
	start := time.Now()
	file, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer file.Close()
	const chunk = 1 << 20
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			buf := make([]byte, chunk)
			for {
				n, _ := file.ReadAt(buf, next.Add(chunk)-chunk)
				if n == 0 {
					return
				}
				sha256.Sum256(buf[:n])
			}
		})
	}
	group.Wait()
	return time.Since(start)
}
