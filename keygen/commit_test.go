package keygen

import (
	"bytes"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"
)

func TestCommitment(t *testing.T) {
	kernel := func() io.Reader { return rand.NewChaCha8([32]byte{7}) }
	one, err := Commit(kernel())
	if err != nil {
		t.Fatal(err)
	}
	defer one.Destroy()
	raw := make([]byte, healthSample+kernelBytes)
	io.ReadFull(kernel(), raw)
	opening := raw[healthSample:]
	if want := sha256.Sum256(append([]byte("sigtool/v1/commitment\x00"), opening...)); one.Digest() != want || !bytes.Equal(one.Opening(), opening) {
		t.Error("the digest is not that of what the kernel gave")
	}
	two, _ := Commit(kernel())
	defer two.Destroy()
	seeds := map[string]bool{}
	for _, label := range []string{"a", "a", "b"} {
		for _, c := range []*Committed{one, two} {
			pool := NewPool(c)
			pool.Add("dice", []byte("123456"))
			seed, err := pool.Seed(label)
			if err != nil {
				t.Fatal(err)
			}
			seeds[string(seed)] = true
		}
	}
	if len(seeds) != 3 {
		t.Errorf("%d different seeds, not one for each draw and the same from the same opening", len(seeds))
	}
	for n := range int64(healthSample + kernelBytes) {
		if _, err := Commit(io.LimitReader(kernel(), n)); err == nil {
			t.Fatalf("committed to %d bytes", n)
		}
	}
}

func TestBrokenKernel(t *testing.T) {
	good := make([]byte, healthSample)
	rand.NewChaCha8([32]byte{1}).Read(good)
	if err := CheckKernel(good); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func([]byte){
		"all the same": func(b []byte) { clear(b) },
		"six the same": func(b []byte) { copy(b[500:], "aaaaaa") },
		"often the same": func(b []byte) {
			for i := 512; i < 1024; i += 20 {
				b[i] = b[512]
			}
		},
	} {
		bad := bytes.Clone(good)
		spoil(bad)
		if CheckKernel(bad) == nil {
			t.Errorf("%s: taken for good", name)
		}
		if _, err := Commit(bytes.NewReader(append(bad, make([]byte, 64)...))); err == nil {
			t.Errorf("%s: committed to", name)
		}
	}
}
