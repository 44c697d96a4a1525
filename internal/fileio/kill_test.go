package fileio

import (
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// killed runs a child that writes a byte for every step, kills it at a random moment after some of them, and returns
// how many steps it had told of.
func killed(t *testing.T, r *rand.Rand, role string, args ...string) int {
	t.Helper()
	cmd := child(role, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	told := make([]byte, 1+r.Intn(4))
	if _, err := io.ReadFull(out, told); err != nil {
		t.Fatalf("the child ended by itself: %q, %v", told, err)
	}
	for start, wait := time.Now(), time.Duration(r.Intn(3_000_000)); time.Since(start) < wait; {
	}
	cmd.Process.Kill()
	more, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	if rest := strings.Trim(string(told)+string(more), "."); rest != "" {
		t.Fatal(rest)
	}
	return len(told) + len(more)
}

func rounds(t *testing.T, most int) int {
	if testing.Short() {
		return most / 10
	}
	return most
}

func TestReplaceSurvivesKill(t *testing.T) {
	for way, most := range map[string]int{"unnamed": 300, "named": 60} {
		t.Run(way, func(t *testing.T) { killReplace(t, way, rounds(t, most)) })
	}
}

func killReplace(t *testing.T, way string, most int) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	r := rand.New(rand.NewSource(2))
	at, left, next := 0, 0, 0
	put(t, path, string(version(0)), 0o640)
	for round := range most {
		told := killed(t, r, "versions", path, way)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The last step may have been done and not yet told.
		n := versionOf(data)
		if n != at+told && n != at+told+1 {
			t.Fatalf("round %d: version %d (-1: broken), want %d or the one after", round, n, at+told)
		}
		next += n - at - told
		at = n
		for _, name := range list(t, dir) {
			if name == "file" {
				continue
			}
			left++
			if way == "named" {
				os.Remove(filepath.Join(dir, name))
			} else if name != ".file.sigtool-tmp" {
				t.Fatalf("round %d left %q", round, name)
			} else if data, _ := os.ReadFile(filepath.Join(dir, name)); versionOf(data) < 0 {
				t.Fatalf("round %d left a broken %q", round, name)
			}
		}
	}
	t.Logf("%d kills, %d versions, %d done and not told, %d leftovers", most, at, next, left)
	if err := replace(path, "more"); err != nil {
		t.Fatal(err)
	}
	wantNames(t, dir, "file")
}

func TestSecretIsWholeOrNotThere(t *testing.T) {
	for way, most := range map[string]int{"unnamed": 60, "named": 30} {
		t.Run(way, func(t *testing.T) {
			r := rand.New(rand.NewSource(3))
			for range rounds(t, most) {
				dir := t.TempDir()
				told := killed(t, r, "secrets", dir, way)
				names := list(t, dir)
				if way == "named" && strings.HasPrefix(names[0], ".sigtool-") {
					names = names[1:]
				}
				if len(names) != told && len(names) != told+1 {
					t.Fatalf("%d files, want %d or one more: %q", len(names), told, names)
				}
				for i := range names {
					data, err := os.ReadFile(filepath.Join(dir, strconv.Itoa(i)))
					if err != nil || versionOf(data) != i {
						t.Fatalf("file %d is broken: %v", i, err)
					}
				}
			}
		})
	}
}
