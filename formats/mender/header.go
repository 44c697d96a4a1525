package mender

import (
	"context"
	"crypto"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
	"sigtool/internal/issue"
	"sigtool/internal/sigalg"
)

// Limits of a header: what it unpacks to, and what is kept of it, in bytes.
const (
	maxHeader   = 64 << 20
	maxMetadata = 4 << 20
)

// checkHeader compares a header, packed as it is, with the manifest, and only then unpacks it.
func (a *artifact) checkHeader(ctx context.Context, p part) error {
	sums, err := sigalg.Digest(ctx, io.NewSectionReader(a.src, p.offset, p.size), p.size, crypto.SHA256)
	if err != nil {
		return err
	}
	if a.sums[p.name] != digest(sums[crypto.SHA256]) {
		return &damage{"header-damaged", p.name + " does not have the SHA-256 that the manifest says"}
	}
	return nil
}

// A header is an archive, in this order:
//
//	header-info             JSON: for whom it is, and of which types its payloads are
//	scripts/NAME            what runs on the device before and after; any number
//	headers/0000/type-info  JSON: what the payload provides and depends on
//	headers/0000/meta-data  JSON, for the update module; may be empty or missing
//	headers/0000/files      JSON: names of its files, in version 2 only, which has signatures, checksums and scripts here too
type headerReader struct {
	*untar.Reader
	*metadata
	version   int
	augmented bool
	kept      int64
	seen      map[string]bool
	scripting bool // scripts may come
}

// readHeader reads what a header says, without looking at the manifest.
func (a *artifact) readHeader(ctx context.Context, p part, augmented bool) (*metadata, error) {
	in, err := a.unpack(ctx, p)
	if err != nil {
		return nil, err
	}
	bounded := &bounded{in, maxHeader}
	h := &headerReader{Reader: untar.NewReader(bounded), metadata: &metadata{headerMember: p.name}, version: a.version, augmented: augmented, seen: map[string]bool{}, scripting: true}
	for {
		m, err := h.Next()
		if err == io.EOF {
			err = h.whole()
			if err == nil {
				return h.metadata, nil
			}
		} else if err == nil {
			err = h.member(m)
		}
		if err != nil {
			return nil, in.explain(p, err)
		}
	}
}

// bounded is a reader of at most left bytes.
type bounded struct {
	in   io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, issue.New("header-too-large", formats.ErrFormat, "it unpacks to more than %d MiB", int64(maxHeader)>>20)
	}
	return n, err
}

// member reads one member of a header.
func (h *headerReader) member(m untar.Member) error {
	if h.seen[m.Name] {
		return issue.New("duplicate-member", formats.ErrFormat, "%s is there twice", m.Name)
	}
	first := len(h.seen) == 0
	if h.kept += int64(len(m.Name)) + 64; h.kept > maxMetadata {
		return issue.New("header-too-large", formats.ErrFormat, "it has too many members")
	}
	h.seen[m.Name] = true
	folder, name := path.Split(m.Name)
	switch {
	case first != (m.Name == "header-info"):
		return misplacedIn(m.Name)
	case first:
		data, err := h.keep()
		if err != nil {
			return err
		}
		return h.parseInfo(m.Name, data, h.version, h.augmented)
	case folder == "scripts/" && h.scripting && !h.augmented:
		h.scripts = append(h.scripts, name)
		return nil
	}
	h.scripting = false
	number, rest, ok := numbered(strings.TrimPrefix(m.Name, "headers/"))
	if !ok || !strings.HasPrefix(m.Name, "headers/") || number >= len(h.payloads) {
		return misplacedIn(m.Name)
	}
	return h.payloadMember(m.Name, &h.payloads[number], rest)
}

// payloadMember reads a member that is about one payload.
func (h *headerReader) payloadMember(name string, p *payload, rest string) error {
	kind, _, below := strings.Cut(rest, "/")
	switch {
	case h.version == 2 && below && (kind == "signatures" || kind == "checksums" || kind == "scripts"):
		return nil
	case rest != "type-info" && rest != "meta-data" && (rest != "files" || h.version > 2):
		return misplacedIn(name)
	}
	data, err := h.keep()
	if err != nil {
		return err
	}
	switch rest {
	case "type-info":
		return p.parseType(name, data)
	case "files":
		return p.parseFiles(name, data)
	}
	return parseMeta(name, data)
}

// keep reads a member whole. All that are kept are bounded together.
func (h *headerReader) keep() ([]byte, error) {
	data, err := h.Content(maxMetadata - h.kept)
	h.kept += int64(len(data))
	return data, err
}

// whole makes sure that each payload has its type-info; of an augmented header, those that are augmented.
func (h *headerReader) whole() error {
	if len(h.seen) == 0 {
		return badHeader("header-info", "it is missing")
	}
	for i, p := range h.payloads {
		name := fmt.Sprintf("headers/%04d/type-info", i)
		if !h.seen[name] && !(h.augmented && p.kind == "") {
			return badHeader(name, "it is missing")
		}
	}
	return nil
}

// numbered takes "0001/name" apart.
func numbered(name string) (number int, rest string, ok bool) {
	digits, rest, ok := strings.Cut(name, "/")
	number, err := strconv.Atoi(digits)
	return number, rest, ok && err == nil && fmt.Sprintf("%04d", number) == digits && rest != ""
}

func misplacedIn(name string) error {
	return issue.New("wrong-order", formats.ErrFormat, "%q does not belong there", short(name))
}
