package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"strconv"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/cst"
	"sigtool/formats/imx/srk"
	"sigtool/internal/patch"
)

// signAHAB signs the container that the text names, as the format does, and writes the file.
func (r *csfRun) signAHAB(ctx context.Context) error {
	order := r.script.Container
	path, err := r.files.signedFile(order.File)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	request, err := r.container(order)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, r.keys.asked.explain(err))
	}
	if err := notInput(r.output, append(r.files.read, r.name, path)...); err != nil {
		return err
	}
	in := input{name: path, base: filepath.Base(path)}
	file, err := in.open()
	if err != nil {
		return err
	}
	if err := order.Check(file); err != nil {
		file.Close()
		return errorIn(in, err)
	}
	s := &signer{out: r.out, named: r.format(), key: request.Key, chain: request.Chain, now: r.now, output: r.output, force: r.force, elsewhere: r.keys.away}
	done := signed{format: r.format().Name(), source: file, output: r.output}
	view, result, _ := s.signAndProve(ctx, in, file, r.format(), request, &done)
	if done.err == nil {
		done.err = s.write(in, &done, view, result, false)
	}
	if done.staged == nil {
		file.Close()
	}
	results := []signed{done}
	place(results)
	s.report(in, results[0])
	return r.out.result(ctx)
}

// container is what the text asks of the format.
func (r *csfRun) container(order cst.Container) (request formats.Request, err error) {
	table, err := r.files.table(order.Table)
	if err != nil {
		return request, err
	}
	top, err := r.files.certificate(order.SRK)
	if err != nil {
		return request, err
	}
	by := top
	if order.Certificate != "" {
		if by, err = r.files.certificate(order.Certificate); err != nil {
			return request, err
		}
	}
	if err := r.keys.allUsed(); err != nil {
		return request, err
	}
	var options formats.Values
	options.SetBytes("srk-table", table)
	options.Set("srk-index", strconv.Itoa(order.Index))
	options.Set("revoke", fmt.Sprintf("0x%x", order.Revocations))
	options.Set("container", fmt.Sprintf("0x%x", order.Header))
	if by != top {
		grant, err := r.subordinate(table, top, by, order.Permissions)
		if err != nil {
			return request, err
		}
		options.SetBytes("sgk-cert", grant)
		options.AddChain("srk-cert", []*x509.Certificate{top})
	}
	key, err := r.keys.of(by)
	return formats.Request{Key: key, Chain: []*x509.Certificate{by}, Time: r.now, Rand: rand.Reader, Force: r.force, Options: options, Memo: new(patch.Memo)}, err
}

// subordinate has the SRK certify the key that signs in its place, as CST does each time that it signs.
func (r *csfRun) subordinate(table []byte, top, by *x509.Certificate, permissions byte) ([]byte, error) {
	key, err := r.keys.of(top)
	if err != nil {
		return nil, err
	}
	return subordinate(table, key, by, permissions)
}

// subordinate makes the certificate by which an SRK lets a subordinate key (SGK) sign for it.
func subordinate(table []byte, root crypto.Signer, by *x509.Certificate, permissions byte) ([]byte, error) {
	tables, err := srk.ParseFile(table)
	if err != nil {
		return nil, fmt.Errorf("the SRK table: %w: %w", formats.ErrFormat, err)
	}
	parsed := tables[0]
	n := parsed.Index(root.Public())
	switch {
	case n < 0:
		return nil, fmt.Errorf("%w: the SRK is none of the SRK table's keys", formats.ErrKey)
	case parsed.Kind != srk.AHAB:
		return nil, withHint(fmt.Errorf("%w: the SRK table is for %s", formats.ErrFormat, parsed.Kind), "sigtool cert imx-key --role sgk makes the certificate, and --sgk-cert takes it")
	}
	entry, err := srk.EntryOf(by, parsed.Records[n].Hash)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", formats.ErrKey, err)
	}
	return sigblk.Certify(rand.Reader, sigblk.Grant{Permissions: permissions,
		Subjects: []sigblk.Subject{{Key: entry.Key, CA: entry.CA, SRK: root, As: parsed.Records[n]}}})
}
