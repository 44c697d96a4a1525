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
	t, err := transcript.Check(text)
	if err != nil {
		return errorIn(in, err)
	}
	if out.json {
		return out.object(fileObject(in.name, "transcript", verify.Signers(t), "", nil))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: transcript of a ceremony\n  title:   %s\n  outcome: %s\n  plan:    sha256 %s\n", clean(in.name), clean(t.Title), t.Outcome, t.Plan)
	if t.Why != "" {
		fmt.Fprintf(&b, "  because: %s\n", clean(t.Why))
	}
	if t.Rehearsal {
		fmt.Fprintln(&b, "  REHEARSAL: its keys are throw-away keys")
	}
	for _, name := range verify.SignerNames(t) {
		fmt.Fprintf(&b, "  sealed:  %s\n", clean(name))
	}
	for _, output := range t.Outputs {
		fmt.Fprintf(&b, "  output:  %s, %d bytes, sha256 %s\n", output.Name, output.Size, output.SHA256)
	}
	return out.data(b.Bytes())
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
