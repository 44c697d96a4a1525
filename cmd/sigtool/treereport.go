package main

import (
	"errors"
	"fmt"

	"sigtool/keygen"
)

// treeResult is what became of the files of a tree, in their order.
type treeResult struct {
	json     bool // keep what JSON says of the files that did not fail
	objects  []fileJSON
	files    int
	changed  int // files that did not stay as they were
	failures []failure
	failed   int             // of which so many are kept
	waiting  []wanted        // digests that wait to be signed elsewhere
	asked    map[wanted]bool // those among them
	notes    said
	warnings said
}

// maxFailures is how many files that failed are told of by name: a hostile tree has a million.
const maxFailures = 10000

type failure struct {
	in  input
	err error
}

// said is what is said of several files, in the order of the first of each.
type said struct {
	texts []string
	about map[string]*mention
}

type mention struct {
	first input
	more  int
}

func (s *said) add(in input, texts []string) {
	for _, text := range texts {
		if m, again := s.about[text]; again {
			m.more++
			continue
		}
		if s.about == nil {
			s.about = map[string]*mention{}
		}
		s.texts, s.about[text] = append(s.texts, text), &mention{first: in}
	}
}

// add notes what became of the next file.
func (t *treeResult) add(in input, m made) {
	t.files++
	t.notes.add(in, m.notes)
	t.warnings.add(in, m.warnings)
	switch {
	case m.err != nil && m.asked != nil && errors.Is(m.err, errWanted):
		for _, w := range m.asked.wanted {
			if t.asked == nil {
				t.asked = map[wanted]bool{}
			}
			if !t.asked[w] { // files of one content want one signature
				t.asked[w], t.waiting = true, append(t.waiting, w)
			}
		}
	case m.err != nil:
		if t.failed++; t.failed <= maxFailures {
			t.failures = append(t.failures, failure{in, m.err})
		}
	case m.view != nil:
		t.changed++
		if t.json {
			object := fileObject(in.name, m.format, m.signatures, "", nil)
			object.Notes = append(m.warnings, m.notes...)
			t.objects = append(t.objects, object)
		}
	}
}

// verdict is why the tree is not written, if it is not.
func (t *treeResult) verdict(in input, elsewhere *elsewhere) error {
	switch {
	case t.failed > 0:
		return fmt.Errorf("%s: nothing was written, because of %d of the %d files in it", in.name, t.failed, t.files)
	case len(t.waiting) > 0:
		w := t.waiting[0]
		all := shellWord(elsewhere.folder) + "/*.digest"
		return withHint(fmt.Errorf("%s: %w of each of the %d digests in %s, such as %s (%s by %s)", in.name, errWanted, len(t.waiting), elsewhere.folder, w.name, w.alg, w.by),
			fmt.Sprintf("where the key is: for d in %s; do openssl pkeyutl -sign -inkey KEY %s-in \"$d\" -out \"${d%%.digest}.sig\"; done; then the same command again", all, w.pkeyopts()))
	case t.changed == 0:
		return withHint(fmt.Errorf("%s: there is no signed file in it", in.name), "sigtool inspect says what signs a file")
	}
	return nil
}

// treeJSON is the JSON object of a tree, after those of the files in it.
type treeJSON struct {
	fileJSON
	Files int `json:"files"` // how many files in it were made anew
}

// reportTree says what became of a tree: a line for people, unless files failed, and an object for each file besides.
func (s *signer) reportTree(in input, r signed) {
	s.taken++
	t := r.tree
	for _, note := range t.notes.texts {
		s.out.warnOnce("%s: %s", r.format, note)
	}
	for _, text := range t.warnings.texts {
		m := t.warnings.about[text]
		if m.more > 0 {
			text = fmt.Sprintf("%s (and of %d more files)", text, m.more)
		}
		s.out.warn("%s: %s", m.first.name, text)
	}
	for _, warning := range r.warnings {
		s.out.warn("%s: %s", in.name, warning)
	}
	for _, f := range t.failures {
		s.out.failedFile(f.in.name, f.err)
	}
	s.out.failed(r.err)
	if r.err != nil {
		r.output, t.objects, t.changed = "", nil, 0
	}
	if s.out.json {
		for _, object := range t.objects {
			_ = s.out.object(object)
		}
		object := fileObject(in.name, r.format, nil, r.output, r.err)
		object.Notes = r.warnings
		_ = s.out.object(treeJSON{object, t.changed})
		return
	}
	switch {
	case r.err != nil:
	case s.key == nil:
		s.out.info("%s: %d %s files without signatures -> %s", in.name, t.changed, r.format, r.output)
	default:
		s.out.info("%s: %d files signed as %s with %s -> %s", in.name, t.changed, r.format, keygen.Fingerprint(s.key.Public()), r.output)
	}
}
