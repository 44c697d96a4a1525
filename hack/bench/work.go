package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// modulesIn lists the modules below a folder, in order.
func modulesIn(folder string) (names []string, err error) {
	err = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && strings.HasSuffix(name, ".ko") {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// gather copies modules without their signatures, in the tree that they come in.
func gather(from, to string, want int) (count int, size int64, err error) {
	names, err := modulesIn(from)
	if err != nil {
		return 0, 0, err
	}
	for _, name := range names[:min(want, len(names))] {
		data, err := os.ReadFile(name)
		if err != nil {
			return 0, 0, err
		}
		data = unsigned(data)
		relative, err := filepath.Rel(from, name)
		if err != nil {
			return 0, 0, err
		}
		target := filepath.Join(to, relative)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return 0, 0, err
		}
		if err := os.WriteFile(target, data, 0o644); err != nil {
			return 0, 0, err
		}
		count, size = count+1, size+int64(len(data))
	}
	if count == 0 {
		return 0, 0, fmt.Errorf("%s: no kernel module below it", from)
	}
	return count, size, nil
}

// unsigned cuts the signature off: 40 bytes at the end, and as many before them as the last 4 of the first 12 say.
func unsigned(module []byte) []byte {
	const magic = "~Module signature appended~\n"
	body, signed := bytes.CutSuffix(module, []byte(magic))
	if !signed || len(body) < 12 {
		return module
	}
	length := int(binary.BigEndian.Uint32(body[len(body)-4:]))
	if length > len(body)-12 {
		return module
	}
	return body[:len(body)-12-length]
}

// timed runs a command and tells how long it took, and the most memory it held, in KiB.
func timed(args ...string) (spent time.Duration, rss int64, err error) {
	command := exec.Command(args[0], args[1:]...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	start := time.Now()
	err = command.Run()
	spent = time.Since(start)
	if err != nil {
		return spent, 0, fmt.Errorf("%s: %v: %s", filepath.Base(args[0]), err, bytes.TrimSpace(stderr.Bytes()))
	}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		rss = usage.Maxrss
	}
	return spent, rss, nil
}

// copyTree makes a fresh copy and brings it to the disk, so that nobody writes on another's time.
func copyTree(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if _, _, err := timed("cp", "-r", from, to); err != nil {
		return err
	}
	_, _, err := timed("sync", "-f", to)
	return err
}

func (b *bench) key(name string) (key, cert string) {
	return filepath.Join(b.keys, name+".pem"), filepath.Join(b.keys, name+".crt")
}

// signFileLoop signs a fresh copy as scripts do: one sign-file a module, one after the other.
func (b *bench) signFileLoop(source, folder, key string) (time.Duration, error) {
	if err := copyTree(source, folder); err != nil {
		return 0, err
	}
	names, err := modulesIn(folder)
	if err != nil {
		return 0, err
	}
	private, cert := b.key(key)
	start := time.Now()
	for _, name := range names {
		if _, _, err := timed(b.signFile, "sha256", private, cert, name); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

// signFileTwo signs a fresh copy as scripts with two cores do: xargs keeps two of sign-file at work.
func (b *bench) signFileTwo(source, folder, key string) (time.Duration, error) {
	if err := copyTree(source, folder); err != nil {
		return 0, err
	}
	private, cert := b.key(key)
	const script = `find "$0" -name '*.ko' -print0 | xargs -0 -n 1 -P 2 "$1" sha256 "$2" "$3"`
	spent, _, err := timed("sh", "-c", script, folder, b.signFile, private, cert)
	return spent, err
}

// signTree signs a fresh copy in one run of sigtool.
func (b *bench) signTree(source, folder, key string) (time.Duration, int64, error) {
	if err := copyTree(source, folder); err != nil {
		return 0, 0, err
	}
	private, cert := b.key(key)
	return timed(b.sigtool, "sign", "kmod", "-q", "-i", "-k", private, "-c", cert, folder)
}

// sameTree tells whether two trees hold the same modules.
func sameTree(a, b string) error {
	names, err := modulesIn(a)
	if err != nil {
		return err
	}
	for _, name := range names {
		one, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		two, err := os.ReadFile(filepath.Join(b, strings.TrimPrefix(name, a)))
		if err != nil {
			return err
		}
		if !bytes.Equal(one, two) {
			return fmt.Errorf("%s: sigtool and sign-file differ", name)
		}
	}
	return nil
}

// hashAll reads all modules through SHA-256, on all cores.
func hashAll(folder string) error {
	names, err := modulesIn(folder)
	if err != nil {
		return err
	}
	work := make(chan string)
	var workers sync.WaitGroup
	var once sync.Once
	for range runtime.NumCPU() {
		workers.Go(func() {
			for name := range work {
				data, readErr := os.ReadFile(name)
				if readErr != nil {
					once.Do(func() { err = readErr })
				}
				sha256.Sum256(data)
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	workers.Wait()
	return err
}
