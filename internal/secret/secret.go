// Package secret keeps passphrases, seeds and private keys in memory of their own: locked out of swap, left out of core dumps,
// gone in a forked child, wiped when destroyed, and never printed by fmt, log/slog or encoding/json.
//
// What it can't promise. Whatever is copied out of it is as safe as the place it was copied to, and some libraries leave no choice:
// age takes Go strings, which nobody can wipe; big.Int, crypto/x509 and crypto/rsa make copies of a private key on the
// Go heap, where the garbage collector may leave them lying; registers and stacks hold pieces for a while. A suspended laptop
// writes locked pages to disk, and root, a debugger or a hypervisor reads everything. It shortens the time and the places; no more.
package secret

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
)

const placeholder = "[secret]"

// Bytes is a secret of fixed length. Copies of a Bytes share the same memory. A method that needs the bytes panics after Destroy,
// because an empty secret that is silently taken for a real one would be worse; printing and Destroy itself are always allowed.
//
// A Bytes that is dropped without Destroy isn't freed by the garbage collector: a slice from Bytes may still be in use, and the
// collector can't see it. DestroyAll is the net under forgotten ones.
type Bytes struct {
	// A function and not a pointer: in an unexported field of some other struct fmt finds this without asking for methods, and for a
	// verb that doesn't fit it follows pointers. Of a function it can print the address only.
	mem func() *memory
}

type memory struct {
	mu        sync.Mutex
	data      []byte // length asked for; the mapping behind it is whole pages
	mapped    []byte
	locked    bool
	destroyed bool
}

var (
	liveMu sync.Mutex
	live   = map[*memory]struct{}{}
)

// New returns a secret of n zero bytes. It panics when n is negative or the system has no memory left.
func New(n int) *Bytes {
	m := &memory{}
	if n != 0 {
		m.mapped, m.locked = mapPages(n)
		m.data = m.mapped[:n:n]
	}
	liveMu.Lock()
	live[m] = struct{}{}
	liveMu.Unlock()
	return &Bytes{mem: func() *memory { return m }}
}

// From moves b into a new secret: the bytes are copied and b is wiped.
func From(b []byte) *Bytes {
	s := New(len(b))
	copy(s.Bytes(), b)
	Wipe(b)
	return s
}

// Bytes returns the secret itself, not a copy; writing to it changes the secret. The slice is gone with Destroy: reading it
// afterwards is a fault that ends the program.
func (b *Bytes) Bytes() []byte {
	m := b.mem()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.destroyed {
		panic("secret: used after Destroy")
	}
	return m.data
}

// Len is the length of the secret in bytes.
func (b *Bytes) Len() int { return len(b.Bytes()) }

// Equal compares in a time that depends on the lengths alone.
func (b *Bytes) Equal(other *Bytes) bool {
	return subtle.ConstantTimeCompare(b.Bytes(), other.Bytes()) == 1
}

// Locked tells whether the kernel agreed to keep the secret out of swap. It refuses beyond RLIMIT_MEMLOCK, 8 MiB as a rule; the
// secret then works as before but may be swapped out. The empty secret counts as locked.
func (b *Bytes) Locked() bool { m := b.mem(); return m.locked || m.mapped == nil }

// Destroy wipes the secret and gives its memory back. It may be called again, and on nil.
func (b *Bytes) Destroy() {
	if b == nil {
		return
	}
	m := b.mem()
	m.destroy()
	liveMu.Lock()
	delete(live, m)
	liveMu.Unlock()
}

func (m *memory) destroy() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.destroyed {
		return
	}
	m.destroyed = true
	Wipe(m.mapped)
	if m.mapped != nil {
		unmapPages(m.mapped)
	}
	m.data = nil
}

// DestroyAll wipes every secret that is still alive. The program calls it last of all, when it ends or is told to end, for then
// deferred calls to Destroy don't run. A goroutine that still works on a secret sees zeros; the memory stays mapped.
func DestroyAll() {
	liveMu.Lock()
	defer liveMu.Unlock()
	for m := range live {
		m.mu.Lock()
		if !m.destroyed {
			m.destroyed = true
			Wipe(m.mapped)
		}
		m.mu.Unlock()
	}
	clear(live)
}

// Wipe overwrites b with zeros.
func Wipe(b []byte) {
	clear(b)
	runtime.KeepAlive(b) // so that no later compiler takes the last write to b for a useless one
}

// Format prints "[secret]" under every verb and flag.
func (b Bytes) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(placeholder)) }

// String is "[secret]".
func (b Bytes) String() string { return placeholder }

// GoString is "[secret]".
func (b Bytes) GoString() string { return placeholder }

// LogValue is "[secret]", for log/slog.
func (b Bytes) LogValue() slog.Value { return slog.StringValue(placeholder) }

// MarshalText is "[secret]", for XML, YAML and whatever else asks for text.
func (b Bytes) MarshalText() ([]byte, error) { return []byte(placeholder), nil }

// MarshalJSON is "[secret]" as a JSON string.
func (b Bytes) MarshalJSON() ([]byte, error) { return []byte(`"` + placeholder + `"`), nil }
