package transcript

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"sigtool/keygen"
)

// TestTornJournals cuts a journal at every byte: the whole lines come back, what is torn is left out, and nothing of it is believed.
func TestTornJournals(t *testing.T) {
	t.Parallel()
	raw := sealed(t, Done, keys(t, keygen.Ed25519))
	lines := bytes.SplitAfter(raw, []byte("\n"))
	lines = lines[:len(lines)-1]
	for n := range raw {
		whole := bytes.Count(raw[:n], []byte("\n"))
		got, err := ReadJournal(raw[:n])
		if whole == 0 {
			if !errors.Is(err, ErrNotTranscript) {
				t.Fatalf("cut after %d bytes: %v", n, err)
			}
			continue
		}
		if whole == len(lines)-1 { // the end, without the seal
			whole--
		}
		if err != nil || len(got.Lines) != whole || got.Size != len(bytes.Join(lines[:whole], nil)) || got.Outcome != "" {
			t.Fatalf("cut after %d bytes: %d lines, %v", n, len(got.Lines), err)
		}
		if n == got.Size && len(goOn(t, raw[:n]).Lines) != whole+3 {
			t.Errorf("resumed after line %d, it has another number of lines", whole)
		}
	}
	for _, tail := range []string{"", "{", strings.Repeat("\x00", 512)} {
		if got, err := ReadJournal(append(bytes.Clone(raw), tail...)); err != nil || got.Outcome != Done {
			t.Errorf("a sealed journal with %q behind it: %v", tail, err)
		}
	}
	if _, _, err := Resume(raw, ownKey(), clock(), nil); err == nil {
		t.Error("a sealed journal was resumed")
	}
}

// TestTornInTheMiddle: a medium that lost its power may have the end of the last line and not what comes before it, of which each block is as it was
// before: nothing, or of another file. A sealed journal of which that is so is not sealed.
func TestTornInTheMiddle(t *testing.T) {
	t.Parallel()
	raw := sealed(t, Done, keys(t, keygen.Ed25519))
	lines := bytes.SplitAfter(raw, []byte("\n"))
	lines = lines[:len(lines)-1]
	for n := 2; n <= len(lines); n++ {
		last := lines[n-1]
		for _, stale := range []string{"\x00", "\xff", "\n", "{"} {
			torn := append(bytes.Join(lines[:n-1], nil), bytes.Repeat([]byte(stale), len(last)-20)...)
			torn = append(torn, last[len(last)-20:]...)
			if stale == "\n" { // then it is more than one line
				if _, err := ReadJournal(torn); !errors.Is(err, ErrChanged) {
					t.Errorf("line %d torn by lines: %v", n, err)
				}
				continue
			}
			whole := min(n-1, len(lines)-2) // the end is not believed without the seal
			got, err := ReadJournal(torn)
			if err != nil || len(got.Lines) != whole || got.Size != len(bytes.Join(lines[:whole], nil)) || got.Outcome != "" {
				t.Errorf("line %d torn by %q: %v, %v", n, stale, got, err)
			}
		}
	}
}

// TestJournalChanged: a journal is not signed, but its chain is held to.
func TestJournalChanged(t *testing.T) {
	t.Parallel()
	raw := sealed(t, Done, keys(t, keygen.Ed25519))
	lines := strings.SplitAfter(string(raw), "\n")
	for name, bad := range map[string][]string{
		"dropped": {lines[0], lines[2], lines[3]}, "swapped": {lines[0], lines[2], lines[1], lines[3]}, "twice": {lines[0], lines[1], lines[1]},
		"a line of nothing": {lines[0], "\n", lines[1]}, "changed": {lines[0], strings.Replace(lines[1], "links", "lines", 1), lines[2]},
		"sealed early": {lines[0], lines[len(lines)-2]},
	} {
		if _, err := ReadJournal([]byte(strings.Join(bad, ""))); !errors.Is(err, ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestResumedTwice: the keys and people of before are those of after, the newest ceremony key seals, and the keys must sign.
func TestResumedTwice(t *testing.T) {
	t.Parallel()
	signers := keys(t, keygen.Ed25519, keygen.P256)
	var file []byte
	add := func(line []byte) error { file = append(file, line...); return nil }
	w, err := NewWriter(header(), ownKey(), clock(), add)
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(err)
	try(w.Person("Ada", "operator", ""))
	try(w.Key("generate", "ed25519", "ed25519", "", signers["ed25519"].Public()))
	for seed := byte(1); seed <= 2; seed++ {
		file = append(file, `{"seq":9,"pr`...)
		before, err := ReadJournal(file)
		try(err)
		file = file[:before.Size]
		w, _, err = Resume(append(bytes.Clone(file), "torn"...), otherKey(seed), clock(), add)
		try(err)
		try(w.Restored("restore", "ed25519", "ed25519", signers["ed25519"].Public()))
	}
	try(w.Restored("restore", "p256", "p256", signers["p256"].Public()))
	if w.Person("Ada", "operator", "") == nil || w.Restored("restore", "p256", "ed25519", signers["ed25519"].Public()) == nil {
		t.Error("what stands in the journal was forgotten")
	}
	if _, err := w.Seal(Done, "", nil, nil); err == nil {
		t.Error("sealed as done without its keys")
	}
	raw, err := w.Seal(Done, "", signers, nil)
	try(err)
	if !bytes.Equal(raw, file) {
		t.Error("the journal is not the transcript")
	}
	got, err := Check(raw)
	try(err)
	if len(events(got, EventResume)) != 2 || !got.Key.Equal(otherKey(2).Public()) || len(got.Keys) != 2 || got.Keys[0].Restored || !got.Keys[1].Restored {
		t.Errorf("%v, keys %v", got.Key, got.Keys)
	}
	if s := got.SealedBy(); len(s) != 3 || s[0].By != "ceremony key" || s[1].By != "ed25519" || s[2].By != "p256" {
		t.Errorf("sealed by %v", s)
	}
}

// TestResumeLines: a line that says that it was resumed has to fit where it stands.
func TestResumeLines(t *testing.T) {
	t.Parallel()
	raw := sealed(t, GivenUp, nil)
	first := raw[:bytes.IndexByte(raw, '\n')+1]
	for name, change := range map[string]func(Line){
		"another count":             func(l Line) { l.Data["lines"] = "2" },
		"no key":                    func(l Line) { l.Data["key"] = "" },
		"a key that is not Ed25519": func(l Line) { l.Data["key"] = p256Text(t) },
	} {
		got := goOn(t, first)
		change(got.Lines[1])
		if _, err := Check(chained(t, got.Lines)); !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), "line 2: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	got := goOn(t, first)
	got.Lines[1].Event = "note"
	if _, err := Check(chained(t, got.Lines)); err == nil {
		t.Error("sealed by a key that no line names")
	}
}

// TestJournalFails: lines wait for a journal that can't be written, and come in order when it can.
func TestJournalFails(t *testing.T) {
	t.Parallel()
	var file []byte
	full := errors.New("no space left")
	var fails error
	w, err := NewWriter(header(), ownKey(), clock(), func(line []byte) error {
		if fails == nil {
			file = append(file, line...)
		}
		return fails
	})
	if err != nil || w.Behind() != nil {
		t.Fatal(err, w.Behind())
	}
	fails = full
	for range 3 {
		if err := w.Append("x", "note", nil); err != nil {
			t.Fatal(err)
		}
	}
	if bytes.Count(file, []byte("\n")) != 1 || !errors.Is(w.Behind(), full) {
		t.Error("it is not behind")
	}
	fails = nil
	if err := w.Behind(); err != nil || bytes.Count(file, []byte("\n")) != 4 {
		t.Errorf("%v, %q", err, file)
	}
	fails = full
	raw, err := w.Seal(Failed, "the stick is full", nil, nil)
	if err != nil || !errors.Is(w.Behind(), full) {
		t.Error(err)
	}
	fails = nil
	if err := w.Behind(); err != nil || !bytes.Equal(file, raw) {
		t.Errorf("%v, %q", err, file)
	}
}
