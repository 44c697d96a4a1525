package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
	"sigtool/keygen"
)

func inspectCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "say what a file is and what signs it; never needs a key",
		UsageText: "sigtool inspect [FORMAT] FILE...",
		Description: examples(
			"sigtool inspect driver.ko app.apk",
			"sigtool inspect --list lib/modules/6.1",
			"sigtool inspect sheet.txt key.crt"),
		Flags:  verbFlags(listFlag),
		Action: func(c *cli.Context) error { return inspectAll(c, out) },
	}
}

var listFlag = &cli.BoolFlag{Name: "list", Usage: "print one line for each signed format's file: its name, its format, its signers"}

func inspectAll(c *cli.Context, out *reporter) error {
	out.configure(c)
	named, args := splitFormat(c)
	inputs, folder, err := gather(args)
	if err != nil {
		return err
	}
	if len(inputs) == 0 && !folder {
		return usageHint("sigtool inspect FILE", "no file to look at")
	}
	for _, in := range inputs {
		if err := inspectOne(c.Context, out, in, named, c.Bool(listFlag.Name)); err != nil && !errors.Is(err, errSkip) {
			out.failedFile(in.name, err)
		}
	}
	return out.result(c.Context)
}

func inspectOne(ctx context.Context, out *reporter, in input, format formats.Format, list bool) error {
	file, err := in.open()
	if err != nil {
		return err
	}
	defer file.Close()
	if format == nil && !list {
		if found, err := inspectKey(out, in, file); found || err != nil {
			return err
		}
		if found, err := inspectLineage(out, in, file); found || err != nil {
			return err
		}
		if kind := sniffText(file); kind != "" {
			return inspectText(out, in, file, kind)
		}
	}
	if t, err := treeOf(in, file, format); t != nil || err != nil {
		if err != nil {
			return err
		}
		return inspectTree(ctx, out, t, list)
	}
	if format, err = choose(in, file, format); err != nil {
		return err
	}
	return inspectSigned(ctx, out, in, file, format, list)
}

// inspectSigned says what a file of a signing format is.
func inspectSigned(ctx context.Context, out *reporter, in input, src formats.Source, format formats.Format, list bool) error {
	signatures, err := format.Verify(ctx, src, formats.Keys{Sidecar: sidecarsOf(in), Beside: in.beside(), Memo: new(patch.Memo)})
	if errors.Is(err, formats.ErrUnsigned) {
		err = nil
	}
	told := errors.Is(err, formats.ErrMismatch) || len(signatures) > 0 // what is wrong is part of what is said
	properties, undescribed := aboutFile(ctx, format, src)
	if err == nil {
		err = undescribed
	}
	switch {
	case err != nil && !told:
		return errorIn(in, err)
	case list:
		return out.data(listed(in, format, signatures))
	case out.json:
		object := fileObject(in.name, format.Name(), signatures, "", nil)
		object.Properties = propertiesObject(properties)
		if object.Notes = signatureNotes(signatures); err != nil {
			object.Notes = append(object.Notes, oneLine(err))
		}
		return out.object(object)
	}
	text := describeSignatures(in, format, properties, signatures)
	if err != nil {
		text = fmt.Appendf(text, "  as a whole: no: %s\n", clean(oneLine(err)))
	}
	return out.data(text)
}

// describeSignatures is what inspect prints of a file: what it says of itself, and every signature, with what can be said of it without a key.
func describeSignatures(in input, format formats.Format, properties []formats.Property, signatures []formats.Signature) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s\n", clean(in.name), format.Name())
	for _, p := range properties {
		fmt.Fprintf(&text, "  %-10s %s\n", clean(p.Name)+":", clean(p.Value))
	}
	if len(signatures) == 0 {
		fmt.Fprintln(&text, "  no signature")
	}
	for _, signature := range signatures {
		fmt.Fprintln(&text, strings.TrimRight("  signature: "+signature.Scheme+" "+signature.Alg, " "))
		line := func(name, format string, args ...any) {
			fmt.Fprintf(&text, "    %-8s %s\n", name+":", clean(fmt.Sprintf(format, args...)))
		}
		if signature.Signer != "" {
			line("signer", "%s", signature.Signer)
		}
		if signature.Key != nil {
			line("key", "%s", keygen.Fingerprint(signature.Key))
		}
		if c := signature.Cert; c != nil {
			line("cert", "%s", c.Subject)
			line("sha256", "%x", sha256.Sum256(c.Raw))
			line("valid", "%s to %s", c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
		}
		if signature.Covers != "" {
			line("covers", "%s", signature.Covers)
		}
		for _, p := range signature.Properties {
			line(p.Name, "%s", p.Value)
		}
		for _, note := range signature.Notes {
			line("note", "%s", note)
		}
		line("matches", "%s", matching(signature))
	}
	return text.Bytes()
}

// matching is what inspect says of whether a signature matches.
func matching(signature formats.Signature) string {
	switch {
	case signature.Err == nil:
		return "yes"
	case errors.Is(signature.Err, formats.ErrNoKey) && issue.ID(signature.Err) != "":
		return "not known: " + oneLine(signature.Err)
	case errors.Is(signature.Err, formats.ErrNoKey):
		return "not known without the signer's key"
	}
	return "no: " + oneLine(signature.Err)
}
