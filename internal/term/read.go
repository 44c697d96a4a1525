package term

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"sigtool/internal/secret"
)

const maxLine = 4096 // bytes: what a terminal hands over as one line at most, and a page of locked memory

// ErrTooLong means that more was typed than a line can hold.
var ErrTooLong = errors.New("the line is longer than 4096 bytes")

const (
	ctrlA     = 0x01
	ctrlC     = 0x03
	ctrlD     = 0x04
	ctrlE     = 0x05
	backspace = 0x08
	ctrlK     = 0x0b
	ctrlL     = 0x0c
	ctrlP     = 0x10
	ctrlU     = 0x15
	ctrlW     = 0x17
	escape    = 0x1b
	del       = 0x7f
)

// What a terminal puts around pasted text, behind the Escape.
const (
	pasteBegins = "[200~"
	pasteEnds   = "[201~"
)

// raw switches off echo, line editing and the keys that send signals; output is left alone.
func raw(m *unix.Termios) {
	m.Iflag &^= unix.IXON | unix.ICRNL | unix.INLCR | unix.IGNCR | unix.ISTRIP
	m.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	m.Cc[unix.VMIN], m.Cc[unix.VTIME] = 1, 0
}

// ReadSecret asks for a secret that isn't echoed and is never a Go string, at most 4096 bytes, and erases the prompt afterwards. Enter
// ends it, Backspace takes back one UTF-8 character, Ctrl-U all of them; Ctrl-C is ErrInterrupted. Ctrl-D ends it too, and is io.EOF
// when nothing was typed. Function keys and the marks that a terminal puts around pasted text are left out. The secret may be empty.
func (t *Terminal) ReadSecret(prompt string) (*secret.Bytes, error) {
	return t.readSecret(prompt, t.erase(prompt))
}

// ReadHidden is ReadSecret, but the prompt stays: no cursor is moved, for a dialogue that goes on line by line.
func (t *Terminal) ReadHidden(prompt string) (*secret.Bytes, error) {
	return t.readSecret(prompt, "\n")
}

func (t *Terminal) readSecret(prompt, farewell string) (*secret.Bytes, error) {
	restore, err := t.set(raw, false, farewell)
	if err != nil {
		return nil, err
	}
	defer restore()
	if err := t.print(prompt); err != nil {
		return nil, err
	}
	line := secret.New(maxLine)
	defer line.Destroy()
	n, err := t.readKeys(line.Bytes())
	if err != nil {
		return nil, err
	}
	typed := secret.New(n)
	copy(typed.Bytes(), line.Bytes())
	return typed, nil
}

// readKeys fills line with what is typed up to Enter, and returns its length.
func (t *Terminal) readKeys(line []byte) (n int, err error) {
	pasting, tooLong := false, false
	for {
		c, err := t.readByte()
		if err != nil {
			return 0, err
		}
		switch {
		case c == escape:
			if pasting, err = t.skipSequence(pasting); err != nil {
				return 0, err
			}
		case c == ctrlC:
			return 0, ErrInterrupted
		case c == ctrlD && n == 0:
			return 0, io.EOF
		case (c == '\r' || c == '\n') && pasting: // a line end that came along with the copied text
		case c == '\r', c == '\n', c == ctrlD:
			if tooLong {
				return 0, ErrTooLong
			}
			return n, nil
		case c == ctrlU:
			n, tooLong = 0, false
		case c == backspace, c == del:
			n = eraseLast(line[:n])
		case c < ' ' && c != '\t':
		case n == len(line):
			tooLong = true
		default:
			line[n] = c
			n++
		}
	}
}

// skipSequence reads what follows an Escape, and returns whether pasted text is under way.
func (t *Terminal) skipSequence(pasting bool) (bool, error) {
	sequence, err := t.readSequence()
	switch sequence {
	case pasteBegins:
		return true, err
	case pasteEnds:
		return false, err
	}
	return pasting, err
}

// readSequence reads what follows an Escape: the rest of a control sequence (ECMA-48 section 5.4), the one character of an SS3 key, or
// of a function key of the Linux console. It returns all of it, or "" for what is no sequence.
func (t *Terminal) readSequence() (string, error) {
	c, err := t.readByte()
	if err != nil || (c != '[' && c != 'O') {
		return "", err
	}
	sequence := []byte{c}
	for len(sequence) < 32 {
		if c, err = t.readByte(); err != nil {
			return "", err
		}
		sequence = append(sequence, c)
		inner := len(sequence) == 2 && c == '['
		if sequence[0] == 'O' || c >= 0x40 && c <= 0x7e && !inner {
			break
		}
	}
	return string(sequence), nil
}

// eraseLast returns the length of line without its last character, which may be several bytes.
func eraseLast(line []byte) int {
	if len(line) == 0 {
		return 0
	}
	_, size := utf8.DecodeLastRune(line)
	clear(line[len(line)-size:])
	return len(line) - size
}

// ReadLine asks for a line that may be seen: it is echoed and stays on the screen. The terminal's own keys edit it. The line comes without
// its end. Ctrl-C is ErrInterrupted, Ctrl-D on an empty line io.EOF.
func (t *Terminal) ReadLine(prompt string) (string, error) {
	restore, err := t.set(func(m *unix.Termios) {
		m.Iflag |= unix.ICRNL
		m.Lflag |= unix.ICANON | unix.ECHO | unix.ECHOE | unix.ECHOK
		// Ctrl-C comes as one more line end instead of a signal, so that it ends this question and not the whole process group.
		m.Lflag &^= unix.ISIG
		m.Cc[unix.VEOL] = ctrlC
	}, false, "")
	if err != nil {
		return "", err
	}
	defer restore()
	if err := t.print(prompt); err != nil {
		return "", err
	}
	var line strings.Builder
	for {
		c, err := t.readByte()
		switch {
		case err == io.EOF && line.Len() > 0, err == nil && c == '\n':
			return line.String(), nil
		case err != nil:
			return "", err
		case c == ctrlC:
			_ = t.print("\n")
			return "", ErrInterrupted
		case line.Len() == maxLine:
			return "", ErrTooLong
		}
		line.WriteByte(c)
	}
}
