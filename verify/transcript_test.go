package verify_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
	"sigtool/formats"
	"sigtool/keygen"
	"sigtool/verify"
)

var (
	ownKey    = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	madeKey   = seeded(1)
	personKey = seeded(2)
	otherKey  = seeded(3)
)

func seeded(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

const plan = "a plan"

// held is a small ceremony as somebody finds it: its transcript, and the files beside it.
type held struct {
	outcome   string
	rehearsal bool
	planNamed string // what the transcript says that the plan is
	noPlan    bool
	secret    bool   // the plan is among the secret files
	open      bool   // the step is not closed
	from      string // where the paper of the drill came from
	stopped   bool   // it went on from its journal
	files     map[string]string
}

func (h held) write(t *testing.T) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(h.planNamed))
	now := time.Date(2027, 1, 1, 9, 0, 0, 0, time.UTC)
	tick := func() time.Time { now = now.Add(time.Second); return now }
	var journal []byte
	w, err := transcript.NewWriter(transcript.Header{
		Program: "test", Binary: strings.Repeat("ab", 32), Plan: hex.EncodeToString(sum[:]), Title: "t", Kind: "generate", Front: "answers",
		Steps: []string{"identity", "transcript"}, Rehearsal: h.rehearsal,
	}, bytes.Clone(ownKey), tick, func(line []byte) error { journal = append(journal, line...); return nil })
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(err)
	try(w.Person("Ada", "operator", keygen.Fingerprint(personKey.Public())))
	try(w.Append("roll-call", transcript.EventPresent, map[string]string{"name": "Ada", "initials": "AE"}))
	if !h.noPlan {
		try(w.Output("identity", transcript.PlanName, []byte(plan), h.secret))
	}
	try(w.Output("identity", "key.pub", []byte("public"), false))
	try(w.Output("identity", "key.pem", []byte("sealed"), true))
	try(w.Append("identity", transcript.EventCommitment, nil))
	try(w.Key("identity", "made", "ed25519", "", madeKey.Public()))
	try(w.Append("identity", transcript.EventProven, map[string]string{"label": "made", "from": h.from}))
	if !h.open {
		try(w.Append("identity", transcript.EventDone, map[string]string{"by": "Ada", "initials": "AE"}))
	}
	if h.stopped {
		w, _, err = transcript.Resume(journal, bytes.Clone(ownKey), tick, nil)
		try(err)
		try(w.Append("identity", transcript.EventNotCompared, map[string]string{"reason": "nobody had noted it"}))
		try(w.Append("identity", transcript.EventDone, map[string]string{"by": "Ada", "initials": "AE"}))
	}
	raw, err := w.Seal(h.outcome, "", map[string]crypto.Signer{"made": madeKey}, map[string]crypto.Signer{"Ada": personKey})
	try(err)
	return raw
}

// beside opens the files that are there.
func (h held) beside(name string) (formats.Source, func() error, error) {
	text, ok := h.files[name]
	if !ok {
		return nil, nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
	}
	return bytes.NewReader([]byte(text)), func() error { return nil }, nil
}

func whole() held {
	return held{outcome: transcript.Done, planNamed: plan, files: map[string]string{"plan.yaml": plan, "key.pub": "public", "key.pem": "sealed"}}
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	pin := func(key ed25519.PrivateKey) verify.Policy {
		return verify.Policy{Keys: []crypto.PublicKey{key.Public()}}
	}
	for _, c := range []struct {
		name   string
		change func(*held)
		policy verify.Policy
		want   error
		says   string // in the error, else in a note, else in a warning
	}{
		{"by the ceremony's own key", nil, pin(ownKey), nil, ""},
		{"by the key made", nil, pin(madeKey), nil, ""},
		{"by a person's own key", nil, pin(personKey), nil, ""},
		{"by anybody", nil, verify.Policy{AnySigner: true}, nil, ""},
		{"by somebody else", nil, pin(otherKey), verify.ErrNotAccepted, keygen.Fingerprint(ownKey.Public())},
		{"by nobody named", nil, verify.Policy{}, verify.ErrNobodyNamed, ""},
		{"a secret file taken away", func(h *held) { delete(h.files, "key.pem") }, pin(madeKey), nil, "key.pem is not here and was not checked"},
		{"a public file taken away", func(h *held) { delete(h.files, "key.pub") }, pin(madeKey), fs.ErrNotExist, "key.pub"},
		{"a public file changed", func(h *held) { h.files["key.pub"] = "PUBLIC" }, pin(madeKey), verify.ErrChanged, "key.pub: is not what was recorded: its SHA-256 is another one"},
		{"a secret file grown", func(h *held) { h.files["key.pem"] += "!" }, pin(madeKey), verify.ErrChanged, "key.pem: is not what was recorded: it has 7 bytes, not 6"},
		{"the plan taken away", func(h *held) { delete(h.files, "plan.yaml") }, pin(madeKey), fs.ErrNotExist, "plan.yaml"},
		{"the plan changed", func(h *held) { h.files["plan.yaml"] = "b plan" }, pin(madeKey), verify.ErrChanged, "plan.yaml: is not what was recorded"},
		{"another plan than line 1 names", func(h *held) { h.planNamed = "b plan" }, pin(madeKey), verify.ErrChanged, "plan.yaml: is not what was recorded: it is not the plan that line 1 names"},
		{"no plan", func(h *held) { h.noPlan = true }, pin(madeKey), transcript.ErrIncomplete, "the plan, plan.yaml, is not among the files"},
		{"a secret plan", func(h *held) { h.secret = true }, pin(madeKey), transcript.ErrIncomplete, "among the secret files"},
		{"given up without a plan", func(h *held) { h.noPlan, h.outcome = true, transcript.GivenUp }, pin(ownKey), verify.ErrNotDone, "given up"},
		{"failed", func(h *held) { h.outcome = transcript.Failed }, pin(personKey), verify.ErrNotDone, "failed"},
		{"failed, and by the void key", func(h *held) { h.outcome = transcript.Failed }, pin(madeKey), verify.ErrNotAccepted, ""},
		{"a step that nobody closed", func(h *held) { h.open = true }, pin(madeKey), transcript.ErrIncomplete, "step identity was not closed"},
		{"a drill without paper", func(h *held) { h.from = "Ada: the sheet's own file, not the paper" }, pin(madeKey), nil, "the restore drill did not read the paper of key made"},
		{"a stop", func(h *held) { h.stopped = true }, pin(madeKey), nil,
			"stopped and resumed once: lines 1 to 10 rest on the journal that was on the medium, which nobody had signed, and which was not compared: nobody had noted it"},
		{"a rehearsal", func(h *held) { h.rehearsal = true }, pin(madeKey), verify.ErrRehearsal, "it is of a rehearsal"},
		{"a rehearsal by anybody", func(h *held) { h.rehearsal = true }, verify.Policy{AnySigner: true}, verify.ErrRehearsal, ""},
		{"a rehearsal that is wanted", func(h *held) { h.rehearsal = true }, verify.Policy{AnySigner: true, Rehearsal: true}, nil, "REHEARSAL: its keys are throw-away keys"},
	} {
		h := whole()
		if c.change != nil {
			c.change(&h)
		}
		read, err := verify.ReadTranscript(h.write(t))
		if err != nil {
			t.Fatal(c.name, err)
		}
		warnings, notes, err := verify.Transcript(read, c.policy, h.beside)
		said := strings.Join(append(warnings, notes...), "; ")
		if err != nil {
			said = err.Error()
		}
		if !errors.Is(err, c.want) || !strings.Contains(said, c.says) {
			t.Errorf("%s: %v; %q, want %v: %s", c.name, err, said, c.want, c.says)
		}
	}
}

// TestNotOver: a journal is told from a changed transcript, and where it stopped.
func TestNotOver(t *testing.T) {
	t.Parallel()
	raw := whole().write(t)
	lines := strings.SplitAfter(string(raw), "\n")
	for n, want := range map[int]string{
		1: "it stopped in step plan", 4: "it stopped in step identity", 10: "it stopped after step identity", 11: "it stopped after step identity",
	} {
		cut := []byte(strings.Join(lines[:n], ""))
		for _, tail := range []string{"", `{"seq":`} {
			if _, err := verify.ReadTranscript(append(bytes.Clone(cut), tail...)); !errors.Is(err, verify.ErrNotOver) || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("after line %d: %v, want %s", n, err, want)
			}
		}
	}
	if _, err := verify.ReadTranscript([]byte(lines[0] + lines[2])); !errors.Is(err, transcript.ErrChanged) {
		t.Errorf("a line left out of a journal: %v", err)
	}
	if _, err := verify.ReadTranscript(append(bytes.Clone(raw), '{')); !errors.Is(err, transcript.ErrChanged) {
		t.Errorf("something behind the seal: %v", err)
	}
	if _, err := verify.ReadTranscript([]byte(lines[0][:50])); !errors.Is(err, transcript.ErrNotTranscript) {
		t.Errorf("half a line: %v", err)
	}
}

// TestRehearsed: certificates and paper of rehearsals are refused, whoever is accepted, unless they are wanted.
func TestRehearsed(t *testing.T) {
	t.Parallel()
	key := seeded(1)
	issue := func(unit ...string) *x509.Certificate {
		c := &x509.Certificate{PublicKey: key.Public()}
		c.Subject.OrganizationalUnit, c.Issuer.OrganizationalUnit = unit[:1], unit[1:]
		return c
	}
	pin := verify.Policy{Keys: []crypto.PublicKey{key.Public()}}
	for name, c := range map[string]struct {
		cert, chain *x509.Certificate
		want        error
	}{
		"in earnest":                {issue("Signing"), issue("CA"), nil},
		"by its subject":            {issue("REHEARSAL"), issue("CA"), verify.ErrRehearsal},
		"by its issuer":             {issue("Signing", "REHEARSAL"), issue("CA"), verify.ErrRehearsal},
		"by a certificate above it": {issue("Signing"), issue("REHEARSAL"), verify.ErrRehearsal},
	} {
		signatures := []formats.Signature{{Alg: "ed25519", Key: key.Public(), Cert: c.cert, Chain: []*x509.Certificate{c.chain}}}
		if err := verify.Judge(signatures, pin); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if verify.Rehearsed(signatures) != (c.want != nil) {
			t.Errorf("%s: said to be otherwise", name)
		}
		wanted := pin
		wanted.Rehearsal = true
		if err := verify.Judge(signatures, wanted); err != nil {
			t.Errorf("%s, and wanted: %v", name, err)
		}
	}
	sheet := &backup.Restored{Meta: backup.Meta{Rehearsal: true}}
	few := &backup.Incomplete{Meta: backup.Meta{Rehearsal: true}}
	if err := verify.Paper(sheet, verify.Policy{}); !errors.Is(err, verify.ErrRehearsal) {
		t.Error(err)
	}
	if err := verify.Shares(few, verify.Policy{}); !errors.Is(err, verify.ErrRehearsal) {
		t.Error(err)
	}
	if err := errors.Join(verify.Paper(sheet, verify.Policy{Rehearsal: true}), verify.Shares(few, verify.Policy{Rehearsal: true})); err != nil {
		t.Error(err)
	}
}
