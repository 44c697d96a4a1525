package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"sigtool/backup"
	backupall "sigtool/backup/all"
	"sigtool/ceremony/transcript"
	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/verify"
)

// hintOtherPaper is for a sheet that is not of the key named.
const hintOtherPaper = "it is the paper of another key, or holds none, or -k names the wrong file"

// sniffText tells whether a file is a "transcript" or "paper", by its looks. A transcript that was damaged still looks like one.
func sniffText(file *fileio.File) string {
	head := make([]byte, min(file.Size(), 64<<10))
	if n, err := file.ReadAt(head, 0); err != nil && err != io.EOF || n < len(head) {
		return ""
	}
	defer secret.Wipe(head)
	switch {
	case bytes.HasPrefix(head, []byte(`{"seq":`)):
		return "transcript"
	case backup.Sniff(head) != "", isPicture(head):
		return "paper"
	case strings.HasSuffix(file.Name(), ".jsonl"):
		return "transcript"
	}
	return ""
}

// readText reads a sheet, a picture of one or a transcript whole.
func readText(file *fileio.File, limit int64) ([]byte, error) {
	if file.Size() > limit {
		return nil, fmt.Errorf("it has more than %d bytes", limit)
	}
	text := make([]byte, file.Size()) // one piece: growing would leave copies behind
	if n, err := file.ReadAt(text, 0); n < len(text) {
		secret.Wipe(text)
		return nil, err
	}
	return text, nil
}

// checkPaper judges a sheet. A file that was not named as paper must be a sheet and nothing else: a script with a sheet behind it is
// not a good script. One share of several is judged by itself.
func (v *verifier) checkPaper(in input, file *fileio.File, asked bool) checked {
	r := checked{format: "paper"}
	read := &papers{}
	defer read.destroy()
	err := read.read(file, in.name)
	if err != nil {
		r.err = errorIn(in, err)
		return r
	}
	typed := !read.pictured
	restored, err := read.decode("")
	var few *backup.Incomplete
	switch {
	case errors.As(err, &few):
		r.notes = append(r.notes, aboutShares(few)...)
		err = verify.Shares(few, v.policy)
	case err == nil:
		defer restored.Destroy()
		r.notes = append(r.notes, aboutSheet(restored, showsSecret(v.out)))
		if restored.Meta.Rehearsal && v.policy.Rehearsal {
			r.warnings = append(r.warnings, "REHEARSAL: its key is a throw-away key")
		}
		err = verify.Paper(restored, v.policy)
		if len(v.policy.Pinned()) > 0 && restored.Kind.Sealed() {
			r.warnings = append(r.warnings, "sealed, and not opened: that it is of this key is what the sheet says; sigtool backup verify with the passphrase proves it")
		}
	default:
		r.err = errorIn(in, err)
		return r
	}
	if typed && !asked {
		if line := foreign(read.texts[0].text, restored, few); line > 0 {
			r.err = usageHint("if it is a sheet that somebody wrote on: sigtool verify paper FILE", "%s: line %d is no part of the paper sheet that is in it", in.name, line)
			return r
		}
	}
	switch {
	case errors.Is(err, verify.ErrNotAccepted):
		err = withHint(err, hintOtherPaper)
	case errors.Is(err, backup.ErrDamaged) && restored != nil:
		err = withHint(err, "it can still be restored: sigtool backup restore; then print a new sheet")
	}
	if err != nil {
		r.err = errorIn(in, err)
	}
	return r
}

// foreign is the number of the first line of a text that is no part of the sheet in it, or 0.
func foreign(text []byte, restored *backup.Restored, few *backup.Incomplete) int {
	if restored == nil {
		restored = &backup.Restored{Payload: few.Payload, Meta: few.Meta, Code: few.Code, Shares: few.Shares}
	}
	codec, _ := backupall.ByName(restored.Code)
	return verify.Foreign(text, restored, codec)
}

// aboutShares says in a line each which shares were read and what is wanted.
func aboutShares(few *backup.Incomplete) []string {
	var about []string
	for _, share := range few.Shares {
		about = append(about, fmt.Sprintf("sheet %s: sound; set %s, %s", share.DocumentID, share.Set, share))
	}
	about[len(about)-1] += "; to restore: " + few.Want
	if few.Payload.Fingerprint != "" {
		about = append(about, "it says that it is of "+few.Payload.Fingerprint)
	}
	return about
}

// aboutSheet says in one line what a sheet, or the shares of a set, hold. The label of a seed stands in no code: what was read as one may be
// a torn row, a piece of the secret, and is shown only where such may be.
func aboutSheet(restored *backup.Restored, shows bool) string {
	about := "sheet " + restored.DocumentID
	if len(restored.Shares) > 0 {
		about = "set " + restored.DocumentID
	}
	separator := ", shares "
	for _, share := range restored.Shares {
		about += separator + strconv.Itoa(share.Index)
		separator = ", "
	}
	about += ": " + string(restored.Kind)
	if restored.Algorithm != "" {
		about += ", " + restored.Algorithm
	}
	if restored.Label != "" && (shows || restored.Kind != backup.KindSeed) {
		about += fmt.Sprintf(", %q", restored.Label)
	}
	if restored.Fingerprint != "" {
		about += ", " + restored.Fingerprint
	}
	return about
}

func (v *verifier) checkTranscript(in input, file *fileio.File) checked {
	r := checked{format: "transcript"}
	text, err := readText(file, transcript.MaxSize)
	if err != nil {
		r.err = errorIn(in, err)
		return r
	}
	t, err := verify.ReadTranscript(text)
	if err != nil {
		r.err = errorIn(in, err)
		return r
	}
	r.signatures = verify.Signers(t)
	r.warnings, r.notes, err = verify.Transcript(t, v.policy, func(name string) (formats.Source, func() error, error) {
		output, err := fileio.Open(filepath.Join(filepath.Dir(in.name), name))
		if err != nil {
			return nil, nil, err
		}
		return output, output.Close, nil
	})
	if err == nil {
		var note string
		if note, err = askedByPlan(t, filepath.Dir(in.name)); note != "" {
			r.notes = append(r.notes, note)
		}
	}
	if err != nil {
		r.err = errorIn(in, err)
	}
	return r
}
