package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"sigtool/formats"
	"sigtool/keygen"
)

func inspectCommand(out *reporter) *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "say what a file is and what signs it; never needs a key",
		UsageText: "sigtool inspect [FORMAT] FILE...",
		Description: examples(
			"sigtool inspect driver.ko",
			"sigtool inspect sheet.txt key.crt"),
		Flags:  verbFlags(),
		Action: func(c *cli.Context) error { return inspectAll(c, out) },
	}
}

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
		if err := inspectOne(c.Context, out, in, named); err != nil && !errors.Is(err, errSkip) {
			out.failedFile(in.name, err)
		}
	}
	return out.result(c.Context)
}

func inspectOne(ctx context.Context, out *reporter, in input, format formats.Format) error {
	file, err := in.open()
	if err != nil {
		return err
	}
	defer file.Close()
	if format == nil {
		if found, err := inspectKey(out, in, file); found || err != nil {
			return err
		}
		if kind := sniffText(file); kind != "" {
			return inspectText(out, in, file, kind)
		}
	}
	if format, err = choose(in, file, format); err != nil {
		return err
	}
	signatures, err := format.Verify(ctx, file, formats.Keys{Sidecar: sidecarsOf(in)})
	if err != nil && !errors.Is(err, formats.ErrUnsigned) {
		return errorIn(in, err)
	}
	if out.json {
		return out.object(fileObject(in.name, format.Name(), signatures, "", nil))
	}
	return out.data(describeSignatures(in, format, signatures))
}

// describeSignatures is what inspect prints of a file: every signature, with what can be said of it without a key.
func describeSignatures(in input, format formats.Format, signatures []formats.Signature) []byte {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s: %s\n", clean(in.name), format.Name())
	if len(signatures) == 0 {
		fmt.Fprintln(&text, "  no signature")
	}
	for _, signature := range signatures {
		fmt.Fprintf(&text, "  signature: %s %s\n", signature.Scheme, signature.Alg)
		if signature.Signer != "" {
			fmt.Fprintf(&text, "    signer:  %s\n", clean(signature.Signer))
		}
		if signature.Key != nil {
			fmt.Fprintf(&text, "    key:     %s\n", keygen.Fingerprint(signature.Key))
		}
		if signature.Covers != "" {
			fmt.Fprintf(&text, "    covers:  %s\n", signature.Covers)
		}
		switch {
		case signature.Err == nil:
			fmt.Fprintln(&text, "    matches: yes")
		case errors.Is(signature.Err, formats.ErrNoKey):
			fmt.Fprintln(&text, "    matches: not known without the signer's key")
		default:
			fmt.Fprintf(&text, "    matches: no: %s\n", clean(signature.Err.Error()))
		}
	}
	return text.Bytes()
}
