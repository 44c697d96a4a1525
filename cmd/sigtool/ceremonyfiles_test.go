package main

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/ceremony"
	"sigtool/internal/fileio"
)

// What the ceremony made itself is not what was made from the paper, whatever path leads to it.
func TestReadPaperOwnFiles(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	at := func(name string) string { return filepath.Join(top, name) }
	const text = "the text of a sheet, without a line's end"
	if err := errors.Join(os.MkdirAll(at("out/below"), 0o700), os.Mkdir(at("memory"), 0o700), os.Symlink("memory", at("printer"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"out/below/sheet.txt", "memory/share.txt", "photo.txt"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := errors.Join(os.Link(at("memory/share.txt"), at("hard")), os.Symlink("out/below/sheet.txt", at("soft")), os.Symlink("photo.txt", at("a-photo")))
	if err != nil {
		t.Fatal(err)
	}
	p := &ceremonyPlace{folder: at("out"), printer: at("printer")}
	for _, name := range []string{"out/below/sheet.txt", "memory/share.txt", "printer/share.txt", "hard", "soft", "out/../memory/./share.txt"} {
		if _, err := p.readPaper(top + "/" + name); err == nil || !strings.Contains(err.Error(), "puts its own files") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"photo.txt", "a-photo"} {
		if got, err := p.readPaper(" " + at(name) + " "); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// What is signed is what was read when its digest was compared; what can't be read to an end is refused at once.
func TestInputsOfCeremony(t *testing.T) {
	t.Parallel()
	p := &ceremonyPlace{inputs: t.TempDir()}
	name := filepath.Join(p.inputs, "hello.txt")
	if err := errors.Join(os.WriteFile(name, []byte("hello\n"), 0o600), unix.Mkfifo(filepath.Join(p.inputs, "pipe"), 0o600)); err != nil {
		t.Fatal(err)
	}
	approved, err := p.hash("hello.txt")
	if err != nil || approved != sha256.Sum256([]byte("hello\n")) {
		t.Fatalf("%x: %v", approved, err)
	}
	kept, err := p.copyApproved("hello.txt", approved)
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	if err := os.WriteFile(name, []byte("jello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if sum, err := hashed(kept); err != nil || sum != approved {
		t.Errorf("the copy changed with the file: %x, %v", sum, err)
	}
	if _, err := p.copyApproved("hello.txt", approved); !errors.Is(err, ceremony.ErrRefused) || !strings.Contains(err.Error(), "changed after it was looked at") {
		t.Errorf("a file that changed: %v", err)
	}
	refused := make(chan error, 1)
	go func() {
		_, err := p.hash("pipe")
		refused <- err
	}()
	select {
	case err := <-refused:
		if !errors.Is(err, fileio.ErrNotRegular) {
			t.Errorf("a pipe: %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits for what a pipe gives")
	}
}
