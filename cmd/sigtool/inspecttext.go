package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/ceremony/transcript"
	"sigtool/internal/fileio"
	"sigtool/internal/term"
	"sigtool/verify"
)

// inspectText says what a sheet or a transcript is, whatever its state.
func inspectText(out *reporter, in input, file *fileio.File, kind string) error {
	if kind == "paper" {
		return inspectPaper(out, in, file)
	}
	text, err := readText(file, transcript.MaxSize)
	if err != nil {
		return errorIn(in, err)
	}
	t, err := verify.ReadTranscript(text)
	if errors.Is(err, verify.ErrNotOver) {
		t, err = transcript.ReadJournal(text)
	}
	if err != nil {
		return errorIn(in, err)
	}
	if out.json {
		return out.object(fileObject(in.name, "transcript", verify.Signers(t), "", nil))
	}
	return out.data(describeTranscript(in, t))
}

// describeTranscript is what inspect prints of a transcript, or of a journal, which nobody sealed.
func describeTranscript(in input, t *transcript.Transcript) []byte {
	var b bytes.Buffer
	kind, outcome := "transcript", t.Outcome
	if outcome == "" {
		kind, outcome = "journal", "not over; the last step is "+t.Lines[len(t.Lines)-1].Step
	}
	fmt.Fprintf(&b, "%s: %s of a ceremony\n  title:   %s\n  outcome: %s\n  plan:    sha256 %s\n", clean(in.name), kind, clean(t.Title), clean(outcome), t.Plan)
	if t.Why != "" {
		fmt.Fprintf(&b, "  because: %s\n", clean(t.Why))
	}
	if t.Rehearsal {
		fmt.Fprintln(&b, "  REHEARSAL: its keys are throw-away keys")
	}
	for _, p := range t.People {
		fmt.Fprintf(&b, "  person:  %s\n", clean(p.Name+", "+strings.Join(p.Roles, ", ")))
	}
	for _, k := range t.Keys {
		fmt.Fprintf(&b, "  key:     %s\n", clean(k.Label+", "+k.Algorithm+", "+k.Fingerprint))
	}
	for _, name := range verify.SignerNames(t) {
		fmt.Fprintf(&b, "  sealed:  %s\n", clean(name))
	}
	for _, output := range t.Outputs {
		fmt.Fprintf(&b, "  output:  %s, %d bytes, sha256 %s\n", output.Name, output.Size, output.SHA256)
	}
	return b.Bytes()
}

func inspectPaper(out *reporter, in input, file *fileio.File) error {
	read := &papers{}
	defer read.destroy()
	if err := read.read(file, in.name); err != nil {
		return errorIn(in, err)
	}
	restored, err := read.decode("")
	var few *backup.Incomplete
	if err != nil && !errors.As(err, &few) {
		return errorIn(in, err)
	}
	if out.json {
		return out.object(fileObject(in.name, "paper", nil, "", nil))
	}
	var b bytes.Buffer
	if few != nil {
		fmt.Fprintf(&b, "%s: paper backup (%s)\n  %s\n", clean(in.name), few.Code, strings.Join(cleaned(aboutShares(few)), "\n  "))
		return out.data(b.Bytes())
	}
	defer restored.Destroy()
	fmt.Fprintf(&b, "%s: paper backup (%s)\n  %s\n", clean(in.name), restored.Code, clean(aboutSheet(restored, term.IsTerminal(out.out.Fd()))))
	if restored.Meta.Rehearsal {
		fmt.Fprintln(&b, "  REHEARSAL: its key is a throw-away key")
	}
	for _, flaw := range verify.Flaws(restored) {
		fmt.Fprintf(&b, "  %s\n", clean(flaw))
	}
	return out.data(b.Bytes())
}

func cleaned(lines []string) []string {
	for i := range lines {
		lines[i] = clean(lines[i])
	}
	return lines
}
