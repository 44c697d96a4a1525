package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"sigtool/internal/term"
)

// reporter is how sigtool speaks: data and JSON on stdout, all else on stderr. Safe for several goroutines.
type reporter struct {
	mu    sync.Mutex
	out   *os.File
	err   *os.File
	quiet bool
	json  bool
	worst error // the error whose exit status counts
	wrote error // stdout could not be written

	warned map[string]bool
}

func newReporter(out, err *os.File) *reporter {
	return &reporter{out: out, err: err, warned: map[string]bool{}}
}

// errReported stands for errors that were printed file by file already.
var errReported = errors.New("reported")

// configure takes the flags that every verb has.
func (r *reporter) configure(c *cli.Context) { r.quiet, r.json = c.Bool("quiet"), c.Bool("json") }

// result is what a verb over many files ends with: nil, or errReported when one of them failed.
func (r *reporter) result(ctx context.Context) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	if r.worst != nil {
		return errReported
	}
	return nil
}

// info prints one line on stderr, unless -q.
func (r *reporter) info(format string, args ...any) {
	if !r.quiet {
		r.line(format, args...)
	}
}

// warn prints a warning on stderr, also with -q.
func (r *reporter) warn(format string, args ...any) { r.line("sigtool: warning: "+format, args...) }

// warnOnce prints a warning the first time it comes up: a thousand modules need it once.
func (r *reporter) warnOnce(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !r.warned[text] {
		r.warned[text] = true
		r.warn("%s", text)
	}
}

func (r *reporter) line(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprintln(r.err, clean(fmt.Sprintf(format, args...)))
}

// data writes what was asked for to stdout.
func (r *reporter) data(data []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, err := r.out.Write(data); err != nil {
		r.wrote = err
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// binary writes to stdout what no terminal can show.
func (r *reporter) binary(write func(io.Writer) error) error {
	if term.IsTerminal(r.out.Fd()) {
		return usageHint("name a file with -o, or pipe the output on", "standard output is a terminal: no binary there")
	}
	return write(r.out)
}

// object prints one JSON object on a line of its own.
func (r *reporter) object(v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	return r.data(escaped(buf.String()))
}

// escaped writes as \uXXXX what could drive a terminal: such characters stand in JSON's strings alone.
func escaped(text string) []byte {
	var b []byte
	for _, c := range text {
		if c != '\n' && hostile(c) && c <= 0xffff {
			b = fmt.Appendf(b, "\\u%04x", c)
		} else {
			b = utf8.AppendRune(b, c)
		}
	}
	return b
}

// jsonError is the "error" of a JSON object.
type jsonError struct {
	Code    int    `json:"code"`
	ID      string `json:"id"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func asJSON(err error) *jsonError {
	if err == nil {
		return nil
	}
	o := judge(err)
	return &jsonError{o.code, o.id, oneLine(err), o.hint}
}

// oneLine is an error as a line: errors.Join puts each of several on one of its own.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// failed notes an error of one file, and prints it unless JSON carries it.
func (r *reporter) failed(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	if r.worst == nil || judge(err).code > judge(r.worst).code {
		r.worst = err
	}
	r.mu.Unlock()
	if !r.json && judge(err).code != exitInterrupted {
		r.explain(err)
	}
}

// failedFile notes an error of one file, and prints it as text or as the file's JSON object.
func (r *reporter) failedFile(file string, err error) {
	r.failed(err)
	if r.json {
		_ = r.object(fileObject(file, "", nil, "", err))
	}
}

// explain prints an error and its hint as people read it.
func (r *reporter) explain(err error) {
	r.line("sigtool: error: %s", oneLine(err))
	if hint := judge(err).hint; hint != "" {
		r.line("sigtool: hint: %s", hint)
	}
}

// finish says what is still to say of the error a verb ended with, and returns the exit status.
func (r *reporter) finish(err error) int {
	switch {
	case errors.Is(err, errReported):
		return judge(r.worst).code
	case err == nil && r.wrote != nil:
		return r.fail(r.wrote)
	case err == nil:
		return exitOK
	}
	return r.fail(err)
}

// fail reports an error that ended the verb.
func (r *reporter) fail(err error) int {
	o := judge(err)
	told := r.json && r.object(struct {
		OK    bool       `json:"ok"`
		Error *jsonError `json:"error"`
	}{false, asJSON(err)}) == nil
	if !told && o.code != exitInterrupted {
		r.explain(err)
	}
	return o.code
}

// clean keeps hostile file names and contents from driving the terminal, or from passing for lines of ours: control characters and
// line breaks are shown, not sent.
func clean(text string) string {
	return strings.Map(func(c rune) rune {
		if hostile(c) {
			return '\uFFFD'
		}
		return c
	}, text)
}

// hostile tells whether a character does something to a terminal instead of being seen: controls, line breaks, marks of direction.
func hostile(c rune) bool {
	return unicode.IsControl(c) || unicode.In(c, unicode.Cf, unicode.Zl, unicode.Zp)
}
