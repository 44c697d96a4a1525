package ceremony

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"sigtool/ceremony/transcript"
	"sigtool/internal/secret"
	"sigtool/keygen"
	"sigtool/keygen/export"
)

// exportOthers makes the files of the targets that the ceremony does not serve itself, and a text that says how they are imported. so far
// are the files that there are already, the certificate among them.
func (r *Run) exportOthers(m *made, soFar []file) (files []file, err error) {
	var text strings.Builder
	for _, w := range r.ways {
		if w.key.Label != m.plan.Label {
			continue
		}
		made, result, err := r.exportTo(m, w, soFar)
		if err != nil {
			return nil, fmt.Errorf("its export as %s: %v", w.target.Name, err)
		}
		files = append(files, made...)
		w.describe(&text, result)
	}
	if files == nil {
		return nil, nil
	}
	head := r.importHead(m)
	return append(files, file{name: r.plan.FileName(m.plan.Label, importText), data: []byte(head + text.String())}), nil
}

// exportTo has a target make its files, which opens them again, and puts the mark of a rehearsal where there is a place for it.
func (r *Run) exportTo(m *made, w *way, soFar []file) (files []file, result *export.Result, err error) {
	c, err := certificateIn(soFar)
	if err != nil {
		return nil, nil, err
	}
	random := r.pool.Reader("export " + w.target.Name + " of " + m.plan.Label)
	result, err = w.make(m.signer, c, r.passphrase, random)
	for err == nil && r.halfPut(w.settings.Output, result) {
		result.Destroy()
		w.settings.Output = strings.TrimSuffix(w.settings.Output, w.export.ending()) + "again." + w.export.ending()
		result, err = w.make(m.signer, c, r.passphrase, random)
	}
	if err != nil {
		return nil, nil, err
	}
	for i, made := range result.Files {
		f := file{name: w.settings.Output + made.Suffix, data: r.keep(secret.From(made.Data)).Bytes(), secret: true}
		if bytes.HasPrefix(f.data, []byte("-----BEGIN ")) {
			f.data = r.marked(f.data)
		}
		if i == 0 && w.export.seals() {
			f.check = func(data []byte) error { return r.opened(m, data) }
		}
		files = append(files, f)
	}
	return files, result, nil
}

// halfPut tells whether a run that was stopped put some of these files and not the others, which open with one another alone: all are put again then,
// under other names.
func (r *Run) halfPut(output string, result *export.Result) bool {
	put := 0
	for _, f := range result.Files {
		if slices.Contains(names(r.outputs), output+f.Suffix) {
			put++
		}
	}
	return put > 0 && put < len(result.Files)
}

// certificateIn is the certificate among files, or nil.
func certificateIn(files []file) (*x509.Certificate, error) {
	for _, f := range files {
		if block, _ := pem.Decode(f.data); block != nil && block.Type == "CERTIFICATE" {
			return x509.ParseCertificate(block.Bytes)
		}
	}
	return nil, nil
}

// importHead says of which key the files are.
func (r *Run) importHead(m *made) string {
	var b strings.Builder
	if r.mode == Rehearsal {
		b.WriteString(keygen.RehearsalMark)
	}
	fmt.Fprintf(&b, "How the key %s (%s) is imported, and how to tell that it arrived.\n\nfingerprint: %s\n", m.plan.Label, m.plan.Algorithm, m.fingerprint)
	for _, n := range keygen.Names(m.signer.Public()) {
		fmt.Fprintf(&b, "%s: %s\n", n.Label, n.Value)
	}
	return b.String()
}

// describe writes what a target says of its files.
func (w *way) describe(b *strings.Builder, result *export.Result) {
	fmt.Fprintf(b, "\n%s: %s\n", w.target.Name, w.settings.Output)
	if w.found.Wrapping != "" {
		fmt.Fprintf(b, "wrapped to the %s key %s (%s)\n", w.found.WrappingAlg, w.found.Wrapping, w.export.Wrap)
	}
	for _, note := range result.Notes {
		fmt.Fprintf(b, "%s\n", note)
	}
	for _, warning := range result.Warnings {
		fmt.Fprintf(b, "warning: %s\n", warning)
	}
	for _, c := range result.Commands {
		where := map[bool]string{true: " (online)"}[c.Online]
		fmt.Fprintf(b, "%s%s:\n  %s\n", c.What, where, strings.ReplaceAll(strings.TrimSpace(c.Line), "\n", "\n  "))
	}
}

// logExports records what left, and to which wrapping key.
func (r *Run) logExports(m *made) error {
	for _, w := range r.ways {
		if w.key.Label != m.plan.Label {
			continue
		}
		err := r.log.Append(StepExports, transcript.EventExported, map[string]string{
			"label": m.plan.Label, "target": w.target.Name, "output": w.settings.Output, "wrapping": w.export.Pinned})
		if err != nil {
			return err
		}
	}
	return nil
}
