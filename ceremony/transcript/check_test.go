package transcript

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/keygen"
)

func TestWholeTranscript(t *testing.T) {
	t.Parallel()
	signers := keys(t, keygen.Ed25519, keygen.P256, keygen.P384, keygen.P521, keygen.Secp256k1, keygen.RSA2048)
	raw := sealed(t, Done, signers)
	got, err := Check(raw)
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != "A <title> & more" || !got.Rehearsal || got.Outcome != Done || got.Front != "answers" || got.Plan != strings.Repeat("ab", 32) {
		t.Errorf("header came back as %+v, %s", got.Header, got.Outcome)
	}
	if len(got.Keys) != len(signers) || len(got.Outputs) != 2 || !got.Outputs[0].Secret || got.Outputs[1].Secret || got.Outputs[1].Size != 6 {
		t.Errorf("keys %v, outputs %v", got.Keys, got.Outputs)
	}
	if e := slices.DeleteFunc(slices.Clone(got.Lines), func(l Line) bool { return l.Event != EventException }); len(e) != 1 || e[0].Data["reason"] != "a café, \"quoted\" \u2028" {
		t.Errorf("exceptions: %v", e)
	}
	if !bytes.Equal(raw, sealed(t, Done, signers)) {
		t.Error("the same events with the same clock made another transcript")
	}
}

func TestVoidKeysDoNotSign(t *testing.T) {
	t.Parallel()
	signers := keys(t, keygen.P256)
	for _, outcome := range []string{GivenUp, Refused, Failed} {
		got, err := Check(sealed(t, outcome, signers))
		if err != nil || got.Outcome != outcome {
			t.Errorf("%s: %v", outcome, err)
			continue
		}
		if seal := got.Lines[len(got.Lines)-1]; len(seal.Signatures) != 1 {
			t.Errorf("%s: %d signatures, the ceremony's is enough", outcome, len(seal.Signatures))
		}
	}
}

// TestEveryByte changes each byte of a transcript in three ways; each must be refused by the line that it is in, or by the seal.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	w, people := peopled(t)
	signedByPeople, err := w.Seal(Done, "", nil, people)
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range [][]byte{sealed(t, Done, keys(t, keygen.Ed25519, keygen.P256, keygen.Secp256k1)), signedByPeople} {
		everyByte(t, raw)
	}
}

func everyByte(t *testing.T, raw []byte) {
	t.Helper()
	line := 1
	for at, b := range raw {
		for _, other := range []byte{b ^ 1, b ^ 0x20, ' '} {
			if other == b {
				continue
			}
			bad := bytes.Clone(raw)
			bad[at] = other
			if err := refused(bad); err != nil {
				t.Fatalf("byte %d (line %d) %q as %q: %v", at, line, b, other, err)
			}
		}
		if b == '\n' {
			line++
		}
	}
}

// refused is nil when the transcript is refused as it must be.
func refused(bad []byte) error {
	_, err := Check(bad)
	switch {
	case err == nil:
		return errors.New("accepted")
	case errors.Is(err, ErrNotTranscript):
		return nil
	case !errors.Is(err, ErrChanged) || !strings.Contains(err.Error(), ": line "):
		return fmt.Errorf("refused without a line: %v", err)
	}
	return nil
}

func TestLinesMissingSwappedAdded(t *testing.T) {
	t.Parallel()
	raw := sealed(t, Done, keys(t, keygen.P256))
	lines := strings.SplitAfter(strings.TrimSuffix(string(raw), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	for i := range lines {
		without := strings.Join(lines[:i], "") + strings.Join(lines[i+1:], "")
		if err := refused([]byte(without)); err != nil {
			t.Errorf("without line %d: %v", i+1, err)
		}
		twice := strings.Join(lines[:i+1], "") + strings.Join(lines[i:], "")
		if err := refused([]byte(twice)); err != nil {
			t.Errorf("line %d twice: %v", i+1, err)
		}
		for j := range i {
			swapped := append([]string{}, lines...)
			swapped[i], swapped[j] = swapped[j], swapped[i]
			if err := refused([]byte(strings.Join(swapped, ""))); err != nil {
				t.Errorf("lines %d and %d swapped: %v", j+1, i+1, err)
			}
		}
	}
	for n := range raw {
		if err := refused(raw[:n]); err != nil {
			t.Fatalf("cut after %d bytes: %v", n, err)
		}
	}
	for _, more := range []string{"\n", " ", "{}\n", lines[1], lines[len(lines)-1], "\x00"} {
		if err := refused([]byte(string(raw) + more)); err != nil {
			t.Errorf("with %q appended: %v", more, err)
		}
	}
}

// TestRewritten makes the changes that keep form and chain in order, as somebody would who knows the format but not the keys.
func TestRewritten(t *testing.T) {
	t.Parallel()
	signers := keys(t, keygen.Ed25519, keygen.P256)
	whole, err := Check(sealed(t, Done, signers))
	if err != nil {
		t.Fatal(err)
	}
	last := len(whole.Lines) - 1
	for _, c := range []struct {
		name   string
		change func(lines []Line) []Line
		want   string
	}{
		{"a reason", func(l []Line) []Line { l[1].Data["reason"] = "other"; return l },
			`line 8: signature 1, by "ceremony key": signature does not match`},
		{"production instead of rehearsal", func(l []Line) []Line { l[0].Data["mode"] = "production"; return l },
			`line 8: signature 1, by "ceremony key": signature does not match`},
		{"an unknown mode", func(l []Line) []Line { l[0].Data["mode"] = "drill"; return l }, "line 1: mode is neither production nor rehearsal"},
		{"an unknown format", func(l []Line) []Line { l[0].Data["format"] = "sigtool-transcript-2"; return l }, `format "sigtool-transcript-2" is not known`},
		{"no digest of the plan", func(l []Line) []Line { l[0].Data["plan"] = "AB"; return l }, "line 1: the plan's digest is not a SHA-256"},
		{"another kind of ceremony key", func(l []Line) []Line { l[0].Data["key"] = l[3].Data["public"]; return l },
			"line 1: the ceremony key is not an Ed25519 key"},
		{"a line taken out", func(l []Line) []Line { l[6].Data["lines"] = "7"; return append(l[:1], l[2:]...) },
			`line 7: signature 1, by "ceremony key": signature does not match`},
		{"the count of lines", func(l []Line) []Line { l[6].Data["lines"] = "9"; return l }, "line 7: the number of lines is not what was sealed"},
		{"the outcome", func(l []Line) []Line { l[6].Data["outcome"] = "failed"; return l }, "line 8: 3 signatures, and 1 keys that must sign"},
		{"an unknown outcome", func(l []Line) []Line { l[6].Data["outcome"] = "fine"; return l }, `line 7: outcome "fine" is not known`},
		{"an output's name", func(l []Line) []Line { l[4].Data["name"] = "../key.pem"; return l }, `line 5: "../key.pem" is not a plain file name`},
		{"an output's digest", func(l []Line) []Line { l[4].Data["sha256"] = "0"; return l }, "line 5: an output without digest, size or secrecy"},
		{"two outputs of a name", func(l []Line) []Line { l[5].Data["name"] = "key.pem"; return l }, "line 6: two outputs of one name"},
		{"a key's fingerprint", func(l []Line) []Line { l[2].Data["fingerprint"] = "SHA256:"; return l }, "line 3: fingerprint and public key differ"},
		{"a key's address", func(l []Line) []Line { l[2].Data["tezos_address"] = "tz1"; return l }, "line 3: the tezos address is not that of the public key"},
		{"a key that is none", func(l []Line) []Line { l[2].Data["public"] = "!"; return l }, "line 3: a public key that is not base64"},
		{"two keys of a label", func(l []Line) []Line { l[3].Data["label"] = "ed25519"; return l }, "line 4: two keys of one label"},
		{"a key left out", func(l []Line) []Line { l[2].Event = "note"; return l }, "line 8: 3 signatures, and 2 keys that must sign"},
		{"a second beginning", func(l []Line) []Line { l[1].Event = EventBegin; return l }, `line 2: event "begin" can't stand here`},
		{"a seal without an end", func(l []Line) []Line { l[6].Event = "note"; return l }, `line 8: event "seal" can't stand here`},
		{"a signature in the middle", func(l []Line) []Line { l[1].Signatures = l[last].Signatures; return l }, "line 2: only the seal is signed"},
		{"a word in the seal", func(l []Line) []Line { l[last].Data["note"] = "x"; return l }, "line 8: the seal says something of its own"},
		{"the seal's time", func(l []Line) []Line { l[last].Time = l[0].Time; return l }, "line 8: the seal says something of its own"},
		{"a signature left out", func(l []Line) []Line { l[last].Signatures = l[last].Signatures[:2]; return l },
			"line 8: 2 signatures, and 3 keys that must sign"},
		{"signatures swapped", func(l []Line) []Line {
			s := l[last].Signatures
			l[last].Signatures = []Signature{s[0], s[2], s[1]}
			return l
		}, `line 8: signature 2, by "ed25519": it is in the name of another key`},
		{"a signature under another name", func(l []Line) []Line { l[last].Signatures[1].By = "x"; return l },
			`line 8: signature 2, by "ed25519": it is in the name of another key`},
		{"a signature by another algorithm", func(l []Line) []Line { l[last].Signatures[2].Alg = "ed25519"; return l },
			`line 8: signature 3, by "p256": it is in the name of another key`},
	} {
		again, err := Check(sealed(t, Done, signers))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Check(chained(t, c.change(again.Lines)))
		if err == nil || !strings.HasSuffix(err.Error(), c.want) {
			t.Errorf("%s changed: %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	raw := sealed(t, GivenUp, nil)
	if _, err := Check(append(bytes.Clone(raw), make([]byte, MaxSize)...)); !errors.Is(err, ErrNotTranscript) {
		t.Errorf("a transcript beyond %d bytes: %v", MaxSize, err)
	}
	first := raw[:bytes.IndexByte(raw, '\n')+1]
	if err := refused(append(bytes.Clone(first), bytes.Repeat([]byte{' '}, MaxLine+1)...)); err != nil {
		t.Error(err)
	}
	w, err := NewWriter(Header{Plan: strings.Repeat("ab", 32), Binary: strings.Repeat("cd", 32)}, ownKey(), clock(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]map[string]string{"long": {"x": strings.Repeat("x", MaxLine)}, "not UTF-8": {"x": "\xff"}} {
		if w.Append("x", "x", data) == nil {
			t.Errorf("a line that is %s was logged", name)
		}
	}
	for _, name := range []string{"", ".", "..", "a/b", "../a", `a\b`, ".hidden", "-rf", "a b", "a\n", strings.Repeat("a", 129)} {
		if w.Output("x", name, nil, false) == nil {
			t.Errorf("an output named %q was logged", name)
		}
	}
	if err := w.Output("x", "a", nil, false); err != nil || w.Output("x", "a", nil, false) == nil {
		t.Error("an output must be logged once and not twice")
	}
	if _, err := w.Seal(GivenUp, "", nil, nil); err != nil {
		t.Error(err)
	}
	if w.Append("x", "x", nil) == nil {
		t.Error("a line was added after the seal")
	}
}

// TestTooMany: what is counted, compared with each other or shown by name is bounded.
func TestTooMany(t *testing.T) {
	t.Parallel()
	h := header()
	h.Steps = strings.Fields(strings.Repeat("x ", maxSteps+1))
	if _, err := NewWriter(h, ownKey(), clock(), nil); err == nil {
		t.Error("any number of steps was taken")
	}
	key := keys(t, keygen.Ed25519)["ed25519"].Public()
	for name, add := range map[string]func(*Writer, string) error{
		"people":   func(w *Writer, n string) error { return w.Person(n, "holder", "") },
		"roles":    func(w *Writer, n string) error { return w.Person("Ada", n, "") },
		"keys":     func(w *Writer, n string) error { return w.Key("x", n, "", "", key) },
		"old keys": func(w *Writer, n string) error { return w.Restored("x", n, "", key) },
		"outputs":  func(w *Writer, n string) error { return w.Output("x", n, nil, false) },
	} {
		w, err := NewWriter(header(), ownKey(), clock(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; err == nil && n <= maxNamed; n++ {
			err = add(w, fmt.Sprintf("x%d", n))
		}
		if err == nil || !strings.Contains(err.Error(), "more than") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestByHand follows the recipe in the package's comment with sha256 of all bytes but the last line's.
func TestByHand(t *testing.T) {
	t.Parallel()
	raw := sealed(t, Done, keys(t, keygen.P256))
	got, err := Check(raw)
	if err != nil {
		t.Fatal(err)
	}
	before := raw[:bytes.LastIndexByte(raw[:len(raw)-1], '\n')+1]
	message := "sigtool ceremony transcript, format 1\nsha256 " + link(before) + "\n"
	if !ed25519.Verify(got.Key, []byte(message), got.Lines[len(got.Lines)-1].Signatures[0].Sig) {
		t.Error("the ceremony key's signature is not over the message that the package's comment describes")
	}
}
