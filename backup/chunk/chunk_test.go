package chunk

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/codex32"
	"sigtool/backup/lines"
	"sigtool/backup/shares"
	"sigtool/backup/words"
)

func sheet(t testing.TB, c backup.Codec, k backup.Kind, n int, label string) *backup.Sheet {
	t.Helper()
	p := backuptest.Payload(k, n, label)
	defer p.Secret.Destroy()
	sheets, err := c.Encode(p, backuptest.Meta(), backup.Split{Rand: bytes.NewReader(backuptest.Bytes(4096, c.Name()))})
	if err != nil {
		t.Fatal(err)
	}
	return sheets[0]
}

func split(t testing.TB, s *backup.Sheet) []string {
	t.Helper()
	texts, err := Split(s)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// samples are sheets of every size that occurs, up to that of an RSA-4096 key, sealed.
var samples = []struct {
	codec backup.Codec
	kind  backup.Kind
	size  int
}{
	{words.Codec{}, backup.KindSeed, 32},
	{codex32.Codec{}, backup.KindSeed, 32},
	{lines.Codec{}, backup.KindSealedKey, 32},
	{lines.Codec{}, backup.KindSealedKey, 239},
	{lines.Codec{}, backup.KindSealedKey, 2440},
}

func TestCodesGiveTheSheetBack(t *testing.T) {
	for _, sample := range samples {
		c, name, size := sample.codec, sample.codec.Name(), sample.size
		t.Run(fmt.Sprintf("%s of %d bytes", name, size), func(t *testing.T) {
			s := sheet(t, c, sample.kind, size, "Kernel modules 2026")
			texts := split(t, s)
			if again := split(t, s); !slices.Equal(texts, again) {
				t.Error("the same sheet has other codes")
			}
			rng := rand.New(rand.NewPCG(1, uint64(size)))
			var set Set
			lost := (len(texts) + 4) / 5
			for _, i := range rng.Perm(len(texts))[lost:] {
				if strings.ContainsFunc(texts[i], func(r rune) bool { return !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", r) }) || len(texts[i]) > maxChars {
					t.Errorf("a code that QR can't write shortly: %s", texts[i])
				}
				if err := errors.Join(set.Add([]byte(texts[i])), set.Add([]byte(texts[i]))); err != nil {
					t.Error(err)
				}
			}
			got, err := set.Texts()
			if err != nil || len(got) != 1 {
				t.Fatalf("%d codes less %d: %v", len(texts), lost, err)
			}
			r, err := c.Decode(got[0])
			if err != nil || !r.Sound() || r.DocumentID != s.DocumentID || r.Meta != backuptest.Meta() || r.Label != "Kernel modules 2026" {
				t.Fatalf("%v %+v\n%s", err, r, got[0])
			}
			t.Logf("%d rows, %d codes, any %d lost, the longest of %d characters", len(s.Rows), len(texts), lost, len(texts[0]))
			r.Destroy()
			set.Destroy()
		})
	}
}

// Sheets of a set are read together, from all their codes in one heap.
func TestSharesComeBack(t *testing.T) {
	p := backuptest.Payload(backup.KindSeed, 32, "shared")
	defer p.Secret.Destroy()
	for _, c := range []backup.Codec{shares.Codec{}, codex32.Codec{}} {
		sheets, err := c.Encode(p, backuptest.Meta(), backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: bytes.NewReader(backuptest.Bytes(4096, c.Name()))})
		if err != nil {
			t.Fatal(err)
		}
		var set Set
		for _, s := range sheets[1:] {
			texts := split(t, s)
			t.Logf("%s: %d codes to a share", c.Name(), len(texts))
			for _, text := range texts[1:] {
				add(t, &set, text)
			}
		}
		texts, err := set.Texts()
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Decode(texts...)
		if err != nil || !r.Sound() || !r.Secret.Equal(p.Secret) {
			t.Fatalf("%s: %v %+v\n%s", c.Name(), err, r, texts)
		}
		r.Destroy()
	}
}

func TestMissingCodesAreNamed(t *testing.T) {
	texts := split(t, sheet(t, lines.Codec{}, backup.KindSealedKey, 800, "x"))
	other := split(t, sheet(t, words.Codec{}, backup.KindSeed, 32, "y"))
	var set Set
	for i, text := range texts {
		if i != 1 && i != 3 && i != 4 {
			add(t, &set, text)
		}
	}
	for _, text := range other {
		add(t, &set, text)
	}
	got, err := set.Texts()
	var missing *Missing
	if !errors.As(err, &missing) || len(got) != 1 || len(missing.Documents) != 1 || !strings.Contains(string(got[0]), "code: words") {
		t.Fatalf("%q %v", got, err)
	}
	if want := "codes 2, 4 and 5 of 10 are missing, 1 more is needed"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, not %s", err, want)
	}
	if d := set.Documents(); len(d) != 2 {
		t.Errorf("%+v", d)
	}
	add(t, &set, texts[4])
	if got, err = set.Texts(); err != nil || len(got) != 2 {
		t.Errorf("%v", err)
	}
}

func add(t *testing.T, set *Set, text string) {
	t.Helper()
	if err := set.Add([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

// Two printings of one document that differ in the holder have the same number, and never mix.
func TestPrintingsDoNotMix(t *testing.T) {
	a := sheet(t, words.Codec{}, backup.KindSeed, 32, "x")
	first := split(t, a)
	for i, f := range a.Head {
		if f.Name == backup.FieldHolder {
			a.Head[i].Value = "Ann Example"
		}
	}
	second := split(t, a)
	if len(first) != len(second) || len(first) < 3 {
		t.Fatalf("%d and %d codes", len(first), len(second))
	}
	var set Set
	add(t, &set, first[0])
	add(t, &set, second[1])
	if got, err := set.Texts(); err == nil || len(got) > 0 {
		t.Fatalf("%q", got)
	}
	add(t, &set, second[2])
	if got, err := set.Texts(); err != nil || len(got) != 1 || !bytes.Contains(got[0], []byte("Ann Example")) {
		t.Fatalf("%q %v", got, err)
	}
	// Where both are whole, the codec is shown both: it alone can tell whether they hold the same.
	add(t, &set, first[1])
	add(t, &set, first[2])
	got, err := set.Texts()
	if err != nil || len(got) != 2 {
		t.Fatalf("%q %v", got, err)
	}
	r, err := words.Codec{}.Decode(got...)
	if err != nil || len(r.Corrections) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	r.Destroy()
}

func TestDamagedCodesAreRefused(t *testing.T) {
	text := split(t, sheet(t, words.Codec{}, backup.KindSeed, 32, "x"))[0]
	var set Set
	for i := range text {
		for _, c := range "Q/0" {
			if hurt := text[:i] + string(c) + text[i+1:]; hurt != text && set.Add([]byte(hurt)) == nil {
				t.Fatalf("taken: %s", hurt)
			}
		}
		if set.Add([]byte(text[:i])) == nil || set.Add([]byte(text[i+1:])) == nil {
			t.Fatalf("a piece of a code is taken")
		}
	}
	if err := set.Add([]byte("https://example.com")); !errors.Is(err, ErrNoCode) {
		t.Error(err)
	}
	if texts, err := set.Texts(); len(texts) > 0 || err != nil {
		t.Errorf("%q %v", texts, err)
	}
}

// What claims to be a document that inflates without end, or to be of another size than it is.
func TestForgedCodes(t *testing.T) {
	bomb, err := deflate(make([]byte, backup.MaxTextSize+1))
	if err != nil {
		t.Fatal(err)
	}
	for name, packed := range map[string][]byte{"a bomb": bomb, "no DEFLATE": []byte("not packed"), "more behind the end": append(mustDeflate(t, "x"), 0, 1, 2),
		"another document": mustDeflate(t, backup.Title+" code: lines\nDocument: QPZR-Y9X9\n")} {
		h := header{letter: 'L', id: "QPZRY9X8", k: (len(packed) + partBytes - 1) / partBytes, size: len(packed), digest: digest(packed)}
		h.n = h.k + parityOf(h.k)
		parts, err := encode(packed, h.k, h.n)
		if err != nil {
			t.Fatal(err)
		}
		var set Set
		for i, part := range parts {
			h.number = i + 1
			add(t, &set, h.write(part))
		}
		for _, text := range split(t, sheet(t, words.Codec{}, backup.KindSeed, 32, "x")) {
			add(t, &set, text) // the sheet beside it is read all the same
		}
		var missing *Missing
		if texts, err := set.Texts(); !errors.As(err, &missing) || len(missing.Documents) != 1 || missing.Documents[0].Why == "" || len(texts) != 1 {
			t.Errorf("%s: %d texts, %v", name, len(texts), err)
		}
	}
}

func mustDeflate(t *testing.T, s string) []byte {
	t.Helper()
	packed, err := deflate([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestTheLongestCode(t *testing.T) {
	h := header{letter: 'L', id: "QPZRY9X8", number: maxParts, n: maxParts, k: 79, size: 79 * partBytes, digest: "QPZRY9X8"}
	if text := h.write(make([]byte, partBytes)); len(text) > maxChars || !h.possible() {
		t.Errorf("%d characters", len(text))
	}
}

func FuzzAdd(f *testing.F) {
	for _, sample := range samples {
		for _, text := range split(f, sheet(f, sample.codec, sample.kind, sample.size, "x")) {
			f.Add(text[:len(text)-idChars])
		}
	}
	f.Fuzz(func(t *testing.T, body string) {
		var set Set
		text := body + digest([]byte(body)) // else nothing gets past the check
		if set.Add([]byte(text)) != nil {
			return
		}
		h, part, _ := read([]byte(text))
		if h.write(part) != text {
			t.Errorf("%q is another way to write %q", text, h.write(part))
		}
		set.Documents()
		if texts, err := set.Texts(); err == nil && (len(texts) != 1 || len(texts[0]) > backup.MaxTextSize) {
			t.Errorf("%d texts", len(texts))
		}
	})
}
