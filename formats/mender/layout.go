package mender

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
	"sigtool/internal/issue"
)

// How large members may be that are read into memory, in bytes.
const (
	maxVersion   = 4 << 10
	maxManifest  = 4 << 20
	maxSignature = 16 << 10
)

// maxPayloads is what four digits number.
const maxPayloads = 10000

// artifact is where the parts of a file stand:
//
//	version             {"format":"mender","version":3}
//	manifest            sums of version, header.tar and each file of the payloads
//	manifest.sig        base64 of the signature over manifest; may be missing
//	manifest-augment    sums that the signature does not cover; version 3 only, with header-augment.tar
//	header.tar.gz       for whom it is, and what is in it; or .tar, .tar.xz, .tar.zst
//	header-augment.tar.gz
//	data/0000.tar.gz    the payloads, each in an archive; what it is compressed by is not covered
//
// in a tar archive, in this order (artifact-format-v3.md, "Ordering"; mender-artifact's areader/reader.go).
type artifact struct {
	src     formats.Source
	version int

	manifest  []byte            // what is signed
	sums      map[string]digest // in it, and in manifest-augment
	unsigned  map[string]bool   // names in manifest-augment
	signature []byte            // what manifest.sig holds; nil when there is none
	behind    int64             // where the manifest ends: there belongs the signature
	remove    int64             // bytes of the signature that is there, with its header

	header, augment part // augment has no name when there is none
	payloads        []part
	versionSum      digest
	listed          []map[string]digest // for each payload its files, without the folder

	decoder decoder // of the part that is read, or was
	decodes *codec
}

// part is a member that is an archive itself.
type part struct {
	name   string
	packed *codec
	offset int64
	size   int64
}

// open reads the outer archive, and of its members the small ones. Payloads are passed over.
func open(src formats.Source) (*artifact, error) {
	w := &walk{artifact: artifact{src: src}, seen: map[string]bool{}}
	w.in = untar.NewReader(io.NewSectionReader(src, 0, src.Size()))
	if err := w.all(); err != nil {
		if errors.Is(err, untar.ErrDamaged) {
			err = issue.New("damaged", formats.ErrFormat, "%v", err)
		}
		return nil, err
	}
	return &w.artifact, nil
}

// walk goes over the outer archive.
type walk struct {
	artifact
	in   *untar.Reader
	now  untar.Member // no name: the end
	seen map[string]bool
}

// next goes to the next member.
func (w *walk) next() (err error) {
	w.now, err = w.in.Next()
	if err == io.EOF {
		w.now = untar.Member{}
		return nil
	}
	if err == nil && w.seen[w.now.Name] {
		return issue.New("duplicate-member", formats.ErrFormat, "%s is there twice", w.now.Name)
	}
	w.seen[w.now.Name] = true
	return err
}

// take returns what is in a member, which must be this one, and goes to the next.
func (w *walk) take(name string, limit int64) ([]byte, error) {
	if w.now.Name != name {
		return nil, w.misplaced(name)
	}
	data, err := w.in.Content(limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, w.next()
}

func (w *walk) misplaced(wanted string) error {
	found := w.now.Name
	if found == "" {
		found = "the end"
	}
	return issue.New("wrong-order", formats.ErrFormat, "%s stands where %s belongs", short(found), wanted)
}

func (w *walk) all() error {
	if err := w.next(); err != nil {
		return err
	}
	if err := w.takeVersion(); err != nil {
		return err
	}
	if err := w.takeManifests(); err != nil {
		return err
	}
	var err error
	if w.header, err = w.takePart("header.tar"); err != nil {
		return err
	}
	if w.unsigned != nil {
		if w.augment, err = w.takePart("header-augment.tar"); err != nil {
			return err
		}
		if w.augment.packed != w.header.packed {
			return issue.New("wrong-order", formats.ErrFormat, "%s beside %s: they have to be compressed alike", w.augment.name, w.header.name)
		}
	}
	for w.now.Name != "" {
		if len(w.payloads) == maxPayloads {
			return issue.New("wrong-order", formats.ErrFormat, "more than %d payloads", maxPayloads)
		}
		payload, err := w.takePart(fmt.Sprintf("data/%04d.tar", len(w.payloads)))
		if err != nil {
			return err
		}
		w.payloads = append(w.payloads, payload)
	}
	return nil
}

// takeVersion reads the member that says which artifact this is. Version 1 can't be signed; nobody makes it any more.
func (w *walk) takeVersion() error {
	data, err := w.take("version", maxVersion)
	if err != nil {
		return err
	}
	var says struct {
		Format  string
		Version int
	}
	if json.Unmarshal(data, &says) != nil || says.Format != "mender" {
		return issue.New("no-artifact", formats.ErrFormat, "its version is not a Mender artifact's")
	}
	if w.version = says.Version; w.version != 2 && w.version != 3 {
		return issue.New("unknown-version", formats.ErrFormat, "an artifact of version %d; 2 and 3 are known, and 1 can't be signed", w.version)
	}
	w.versionSum = sum(data)
	return nil
}

func (w *walk) takeManifests() (err error) {
	w.behind = w.now.End
	if w.manifest, err = w.take("manifest", maxManifest); err != nil {
		return err
	}
	if w.sums, err = parseManifest("manifest", w.manifest); err != nil {
		return err
	}
	if w.now.Name == "manifest.sig" {
		w.remove = w.now.End - w.behind
		if w.signature, err = w.take("manifest.sig", maxSignature); err != nil {
			return err
		}
	}
	if w.now.Name != "manifest-augment" || w.version < 3 {
		return nil
	}
	data, err := w.take("manifest-augment", maxManifest)
	if err != nil {
		return err
	}
	more, err := parseManifest("manifest-augment", data)
	if err != nil {
		return err
	}
	w.unsigned = map[string]bool{}
	for name, sum := range more {
		if _, double := w.sums[name]; double {
			return issue.New("bad-manifest", formats.ErrFormat, "manifest-augment names %q, which is signed", short(name))
		}
		w.sums[name], w.unsigned[name] = sum, true
	}
	return nil
}

// takePart passes over the member that is this archive, however it is compressed.
func (w *walk) takePart(name string) (p part, err error) {
	ending, ok := strings.CutPrefix(w.now.Name, name)
	i := slices.IndexFunc(codecs, func(c codec) bool { return c.ending == ending })
	if !ok || i < 0 {
		return p, w.misplaced(name)
	}
	size := (w.now.Size + 511) / 512 * 512
	p = part{name: w.now.Name, packed: &codecs[i], offset: w.now.End - size, size: w.now.Size}
	return p, w.next()
}
