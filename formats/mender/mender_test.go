package mender

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"errors"
	"math/big"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/formats/formatstest"
	"sigtool/internal/issue"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// Signing adds one member behind the manifest, signing by force replaces it, and stripping takes it away: nothing else changes.
func TestOneMember(t *testing.T) {
	signer := formatstest.LoadSigner(t, "p256")
	for _, name := range suite(t, "p256", "rsa2048").Samples {
		data := formatstest.Read(t, name)
		signed := sign(t, sign(t, data, "rsa2048"), "p256")
		_, err := Format{}.Sign(t.Context(), patch.Bytes(signed), formats.Request{Key: signer.Key})
		if issue.ID(err) != "already-signed" || issue.Hint(err) == "" || !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: signed again: %v", name, err)
		}
		a, err := open(patch.Bytes(signed))
		if err != nil {
			t.Fatal(err)
		}
		if a.remove != 1024 || !bytes.Equal(slices.Delete(bytes.Clone(signed), int(a.behind), int(a.behind+a.remove)), data) {
			t.Errorf("%s: more than a member was changed", name)
		}
		result, err := Format{}.Strip(t.Context(), patch.Bytes(signed))
		if err != nil || len(result.Edits) != 1 || result.Edits[0].Offset != a.behind || result.Edits[0].Remove != a.remove || result.Edits[0].Insert != nil {
			t.Errorf("%s: stripping: %+v %v", name, result, err)
		}
		if _, err := (Format{}).Strip(t.Context(), patch.Bytes(data)); !errors.Is(err, formats.ErrUnsigned) {
			t.Errorf("%s: stripping the unsigned: %v", name, err)
		}
	}
}

// Keys that no device checks are refused with the reason.
func TestRefusedKeys(t *testing.T) {
	small := &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}
	if err := checkKey(small); !errors.Is(err, formats.ErrKey) || !strings.Contains(err.Error(), "1024 bits") {
		t.Errorf("a small key: %v", err)
	}
	for name, want := range map[string]string{"p384": "P-256 alone", "p521": "P-256 alone", "ed25519": "not Ed25519"} {
		_, err := suite(t, name, "p256").Sign(read(t, samples+"sample.mender"), formatstest.LoadSigner(t, name))
		if !errors.Is(err, formats.ErrKey) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, fits := fit(formatstest.LoadSigner(t, "p384").Key.Public().(*ecdsa.PublicKey), make([]byte, rawSize)); fits {
		t.Error("P-384 is tried")
	}
}

// Without the payload, the rest is compared; with it, a damage is told.
func TestSkip(t *testing.T) {
	var skip formats.Values
	skip.Set(optionSkip, "true")
	data := sign(t, read(t, samples+"sample.mender"), "p256")
	keys := formatstest.LoadSigner(t, "p256").Keys()
	keys.Options = skip
	data[len(data)-2560] ^= 1
	sigs, err := Format{}.Verify(t.Context(), patch.Bytes(data), keys)
	if err != nil || sigs[0].Err != nil || !slices.Contains(sigs[0].Notes, skipped) {
		t.Errorf("a damaged payload that is not read: %+v %v", sigs, err)
	}
	a, err := open(patch.Bytes(data))
	if err != nil {
		t.Fatal(err)
	}
	data[a.header.offset+600] ^= 1
	if sigs, err = (Format{}).Verify(t.Context(), patch.Bytes(data), keys); err != nil || issue.ID(sigs[0].Err) != "header-damaged" {
		t.Errorf("a damaged header: %+v %v", sigs, err)
	}
}

// A changed byte of what a payload is packed by is refused, or changes nothing that comes out of it.
func TestPackedDamage(t *testing.T) {
	for name, step := range map[string]int64{"gzip": 1, "xz": 17, "zstd": 1} { // each reading of xz takes 64 MiB, as its header asks for
		data := sign(t, read(t, samples+name+".mender"), "p256")
		a, err := open(patch.Bytes(data))
		if err != nil {
			t.Fatal(err)
		}
		want, err := a.readPayloadOf(t, data)
		if err != nil {
			t.Fatal(err)
		}
		p := a.payloads[0]
		for i := p.offset; i < p.offset+p.size; i += step {
			bit := byte(1) << (i % 8)
			data[i] ^= bit
			if err := verify(t, data, "p256"); err == nil {
				if got, err := a.readPayloadOf(t, data); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: byte %d changed, and nobody noticed", name, i)
				}
			} else if !errors.Is(err, formats.ErrMismatch) && !errors.Is(err, formats.ErrFormat) {
				t.Errorf("%s: byte %d: %v", name, i, err)
			}
			data[i] ^= bit
		}
	}
}

func (a *artifact) readPayloadOf(t *testing.T, data []byte) ([]file, error) {
	other := *a
	other.src = patch.Bytes(data)
	other.listed = make([]map[string]digest, 1)
	if err := other.list(make([]bool, 1)); err != nil {
		return nil, err
	}
	return other.readPayload(t.Context(), 0)
}

// large is an artifact whose payload is a file of zeros, which takes no room. Its sum was made by sha256sum.
type large struct {
	head, tail []byte
	zeros      int64
}

func (l large) Size() int64 { return int64(len(l.head)) + l.zeros + int64(len(l.tail)) }

func (l large) ReadAt(p []byte, at int64) (int, error) {
	for i := range p {
		switch at := at + int64(i); {
		case at < int64(len(l.head)):
			p[i] = l.head[at]
		case at < int64(len(l.head))+l.zeros:
			clear(p[i:min(int64(len(p)), int64(i)+int64(len(l.head))+l.zeros-at)])
			if int64(len(p)-i) <= int64(len(l.head))+l.zeros-at {
				return len(p), nil
			}
		default:
			p[i] = l.tail[at-int64(len(l.head))-l.zeros]
		}
	}
	return len(p), nil
}

const (
	largeSize = 256 << 20
	largeSum  = "a6d72ac7690f53be6ae46ba88506bd97302a093f7108472bd9efc3cefda06484"
)

func makeLarge() large {
	var inner, outer [512]byte
	header(inner[:], "zeros", largeSize)
	header(outer[:], "data/0000.tar", 512+largeSize+1024)
	small := parts{outer: drop(3), manifest: func(s string) string {
		i := strings.LastIndex(s[:len(s)-1], "\n")
		return s[:i+1] + largeSum + "  data/0000/zeros\n"
	}}.build()
	return large{slices.Concat(small[:len(small)-1024], outer[:], inner[:]), make([]byte, 2048), largeSize}
}

// A payload of any size is read in little memory, and given up when the caller does.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it takes a second to hash")
	}
	src, signer := makeLarge(), formatstest.LoadSigner(t, "p256")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	memo := new(patch.Memo)
	result, err := Format{}.Sign(t.Context(), src, formats.Request{Key: signer.Key, Memo: memo})
	if err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
		t.Errorf("%d bytes allocated", used)
	}
	view, err := patch.NewView(src, result.Edits)
	if err != nil {
		t.Fatal(err)
	}
	counted := &counting{Source: view}
	keys := signer.Keys()
	if sigs, err := (Format{}).Verify(t.Context(), counted, keys); err != nil || sigs[0].Err != nil || counted.read < largeSize {
		t.Errorf("%+v %v", sigs, err)
	}
	// What Sign has read is not read again.
	keys.Memo = memo
	if sigs, err := (Format{}).Verify(t.Context(), view, keys); err != nil || sigs[0].Err != nil {
		t.Errorf("%+v %v", sigs, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stopping := &counting{Source: src, stop: cancel}
	if _, err := (Format{}).Verify(ctx, stopping, formats.Keys{}); !errors.Is(err, context.Canceled) || stopping.read > 16<<20 {
		t.Errorf("stopped after %d bytes: %v", stopping.read, err)
	}
}

// counting is a source that knows how much of it was read, and has the reading stopped after a megabyte.
type counting struct {
	formats.Source
	read int64
	stop func()
}

func (c *counting) ReadAt(p []byte, at int64) (int, error) {
	n, err := c.Source.ReadAt(p, at)
	if c.read += int64(n); c.read > 1<<20 && c.stop != nil {
		c.stop()
	}
	return n, err
}

// What inspect says of the samples. No key is needed, and no payload is unpacked further than its first header.
func TestDescribe(t *testing.T) {
	for name, want := range map[string][]string{
		"depends": {"format version: 3", "artifact: release-1", "group: stable", "devices: board-a, board-b", "after artifact: release-0", "after group: beta", "header: gzip",
			"scripts: ArtifactInstall_Enter_01_ours", "payload 0 provides: rootfs-image.ours.version: release-1", "payload 0 depends: kernel: 6",
			"payload 0 clears: rootfs-image.ours.*", "payload 0 file: hello.txt, 15 bytes", "payload 0 file: numbers.txt"},
		"sample":    {"payload 0 file: hello.txt, 15 bytes", "payload 0 file: numbers.txt, 292 bytes"},
		"v2":        {"format version: 2", "artifact: release-1", "devices: board-a, board-b", "payload 0 file: numbers.txt, 292 bytes"},
		"zstd":      {"header: zstd"},
		"bootstrap": {"artifact: release-0"},
		"augmented": {"augmented: data/0000/meta.json, header-augment.tar.gz (no signature covers these)"},
	} {
		list, err := Format{}.Describe(t.Context(), patch.Bytes(read(t, samples+name+".mender")))
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, p := range list {
			lines = append(lines, p.Name+": "+p.Value)
		}
		for _, line := range want {
			if !slices.Contains(lines, line) {
				t.Errorf("%s: %q is not said, but\n%s", name, line, strings.Join(lines, "\n"))
			}
		}
	}
	counted := &counting{Source: makeLarge()}
	if _, err := (Format{}).Describe(t.Context(), counted); err != nil || counted.read > 64<<10 {
		t.Errorf("%d bytes read: %v", counted.read, err)
	}
}

// zstd by its own tool, with the windows that people use; what reaches further back than 128 MiB is refused.
func TestZstdWindows(t *testing.T) {
	zstd := oracle.Need(t, "zstd")
	for _, level := range [][]string{{"-1"}, {"-19"}, {"--long=27"}, {"--no-check"}} {
		pack := func(data []byte) []byte {
			cmd := exec.Command(zstd, append(level, "-q", "-c")...)
			cmd.Stdin = bytes.NewReader(data)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		made := parts{ending: ".zst", pack: pack, payload: []entry{{name: "numbers", content: bytes.Repeat([]byte("0123456789"), 50000)}}}
		if err := verify(t, sign(t, made.build(), "p256"), "p256"); err != nil {
			t.Errorf("%v: %v", level, err)
		}
	}
	far := parts{ending: ".zst", pack: func([]byte) []byte { return []byte("\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00") }}
	if err := verify(t, far.build(), "p256"); err == nil || !strings.Contains(err.Error(), "window") {
		t.Errorf("a window of 256 MiB: %v", err)
	}
}

// xz by its own tool: with every check, in blocks, and as two streams, which all readers take for one. A larger dictionary and what stands behind are refused.
func TestXZ(t *testing.T) {
	xz := oracle.Need(t, "xz")
	packer := func(args ...string) func([]byte) []byte {
		return func(data []byte) []byte {
			cmd := exec.Command(xz, append([]string{"-c", "-0"}, args...)...)
			cmd.Stdin = bytes.NewReader(data)
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	two := func(data []byte) []byte { return slices.Concat(packer()(data[:700]), packer()(data[700:])) }
	behind := func(data []byte) []byte { return append(packer()(data), 'x') }
	cut := func(data []byte) []byte { packed := packer()(data); return packed[:len(packed)-12] }
	wrongCheck := func(data []byte) []byte { packed := packer()(data); packed[len(packed)-34] ^= 1; return packed }
	for what, row := range map[string]struct {
		pack func([]byte) []byte
		good bool
	}{
		"crc32": {packer("--check=crc32"), true}, "sha256": {packer("--check=sha256"), true}, "none": {packer("--check=none"), true},
		"blocks": {packer("--block-size=512"), true}, "two streams": {two, true}, "a byte behind": {behind, false}, "cut": {cut, false}, "another check": {wrongCheck, false},
		"a large dictionary": {packer("--lzma2=dict=128MiB"), false},
	} {
		data := parts{ending: ".xz", pack: row.pack}.build()
		if _, err := suite(t, "p256", "rsa2048").Sign(data, formatstest.LoadSigner(t, "p256")); (err == nil) != row.good || err != nil && !errors.Is(err, formats.ErrFormat) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
