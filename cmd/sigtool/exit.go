package main

import (
	"context"
	"errors"
	"io/fs"

	"sigtool/backup"
	"sigtool/ceremony"
	"sigtool/ceremony/live"
	"sigtool/ceremony/transcript"
	"sigtool/formats"
	"sigtool/internal/fileio"
	"sigtool/internal/issue"
	"sigtool/internal/term"
	"sigtool/keygen"
	"sigtool/keygen/export"
	"sigtool/verify"
)

// The exit statuses, as sigtool(1) lists them.
const (
	exitOK          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitMismatch    = 3
	exitUnsigned    = 4
	exitNotAccepted = 5
	exitPassphrase  = 6
	exitPaper       = 7
	exitCeremony    = 8
	exitInterrupted = 130
)

var errInterrupted = errors.New("interrupted")

// outcome is what an error means to a script (code, id) and to a person (hint).
type outcome struct {
	code int
	id   string
	hint string
}

// outcomes is the one table from errors to exit statuses. The first row that fits counts.
var outcomes = []struct {
	err error
	outcome
}{
	{errInterrupted, outcome{exitInterrupted, "interrupted", ""}},
	{context.Canceled, outcome{exitInterrupted, "interrupted", ""}},
	{term.ErrInterrupted, outcome{exitInterrupted, "interrupted", ""}},
	{errWanted, outcome{exitFailed, "signature-wanted", ""}},
	{formats.ErrMismatch, outcome{exitMismatch, "signature-mismatch", "the file changed after it was signed, or another key signed it"}},
	{transcript.ErrChanged, outcome{exitMismatch, "transcript-changed", "it is not the transcript that was sealed"}},
	{transcript.ErrNotTranscript, outcome{exitMismatch, "not-a-transcript", "its first line was changed, or it never was one"}},
	{live.ErrUnaccounted, outcome{exitMismatch, "live-unaccounted", "write a fresh image to the stick, from a file that verifies"}},
	{live.ErrDiffers, outcome{exitMismatch, "live-differs", "the list, or the image, was built of other files: the same ones give the same bytes"}},
	{verify.ErrRehearsal, outcome{exitNotAccepted, "rehearsal", "--rehearsal accepts what a rehearsal made"}},
	{verify.ErrChanged, outcome{exitMismatch, "changed", "the file is not the one that was recorded"}},
	{formats.ErrUnsigned, outcome{exitUnsigned, "unsigned", "sign it with: sigtool sign"}},
	{verify.ErrExpired, outcome{exitNotAccepted, "expired", "--now TIME judges it as of another time"}},
	{verify.ErrWeak, outcome{exitNotAccepted, "too-weak", "sign it again with a stronger key or hash"}},
	{verify.ErrNobodyNamed, outcome{exitNotAccepted, "not-accepted", "say whom you accept with -k, -c or --ca; --any-signer takes anyone"}},
	{verify.ErrNotAccepted, outcome{exitNotAccepted, "not-accepted", "the signer is none of those named with -k, -c or --ca"}},
	{formats.ErrOther, outcome{exitNotAccepted, "not-accepted", ""}},
	{formats.ErrNoKey, outcome{exitNotAccepted, "no-key", "give the signer's key or certificate with -k or -c"}},
	{keygen.ErrPassphrase, outcome{exitPassphrase, "wrong-passphrase", ""}},
	{keygen.ErrIdentity, outcome{exitPassphrase, "wrong-identity", "--identity FILE names the identity of an age recipient that it was sealed to"}},
	{backup.ErrDamaged, outcome{exitPaper, "paper-damaged", ""}},
	{backup.ErrIncomplete, outcome{exitPaper, "shares-missing", "give the sheets of enough shares at once, in any order"}},
	{verify.ErrNotDone, outcome{exitCeremony, "ceremony-not-done", "hold it again: keys of a ceremony that was not done must not be used"}},
	{verify.ErrNotOver, outcome{exitCeremony, "ceremony-not-over", "sigtool ceremony resume goes on with it; a transcript whose end was cut off looks the same"}},
	{transcript.ErrIncomplete, outcome{exitCeremony, "ceremony-incomplete", "its keys must not be used before somebody has explained what is missing"}},
	{ceremony.ErrVoid, outcome{exitCeremony, "ceremony-void", ""}},
	{ceremony.ErrRefused, outcome{exitCeremony, "ceremony-refused", ""}},
	{ceremony.ErrGivenUp, outcome{exitCeremony, "ceremony-given-up", "a key made in it must not be used: start again"}},
	{fileio.ErrExists, outcome{exitFailed, "exists", "choose another name; what is public can be overwritten with -f where the verb has that flag"}},
	{fileio.ErrSecret, outcome{exitFailed, "secret-exists", "choose another name, or remove it yourself"}},
	{fileio.ErrIsInput, outcome{exitUsage, "usage", "-i replaces FILE atomically"}},
	{fileio.ErrChanged, outcome{exitFailed, "changed-meanwhile", "something else writes to it: stop that, then try again"}},
	{fileio.ErrNotRegular, outcome{exitFailed, "not-a-file", "a pipe is read with the name - and <"}},
	{keygen.ErrUnsupported, outcome{exitFailed, "unsupported-key", ""}},
	{keygen.ErrPublicOnly, outcome{exitFailed, "not-a-private-key", "this is a public key or a certificate; the private key is wanted"}},
	{keygen.ErrNotKey, outcome{exitFailed, "not-a-key", ""}},
	{formats.ErrOption, outcome{exitUsage, "usage", ""}},
	{export.ErrOption, outcome{exitUsage, "usage", ""}},
	{formats.ErrCert, outcome{exitUsage, "usage", "-c CERT; sigtool cert self makes one"}},
	{formats.ErrKey, outcome{exitFailed, "unsuitable-key", ""}},
	{formats.ErrFormat, outcome{exitFailed, "not-this-format", ""}},
	{fs.ErrNotExist, outcome{exitFailed, "not-found", ""}},
	{fs.ErrPermission, outcome{exitFailed, "permission", ""}},
}

// judge gives an error its exit status, id and hint. The exit status goes by the kind of the error alone. A hint that the error brings itself comes before the table's.
func judge(err error) outcome {
	if err == nil {
		return outcome{}
	}
	var usage usageError
	if errors.As(err, &usage) {
		return outcome{exitUsage, "usage", usage.hint}
	}
	found := outcome{exitFailed, "failed", ""}
	for _, row := range outcomes {
		if errors.Is(err, row.err) {
			found = row.outcome
			break
		}
	}
	if id := issue.ID(err); id != "" { // the vendor's tool has a name for it
		found.id = id
		if hint := issue.Hint(err); hint != "" {
			found.hint = hint
		}
	}
	var own hinted
	if errors.As(err, &own) {
		found.hint = own.hint
	}
	return found
}

// hinted is an error with a hint of its own.
type hinted struct {
	error
	hint string
}

func (h hinted) Unwrap() error { return h.error }

func withHint(err error, hint string) error { return hinted{err, hint} }
