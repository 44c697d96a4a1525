// Package tezos signs and verifies the bytes of Tezos operations, and of whatever else begins with one of Tezos's watermarks, as octez does.
package tezos

import (
	"sigtool/formats"
)

// Format is a file whose bytes Tezos signs behind a watermark, with the signature's text in a file beside it.
type Format struct{}

// Name is "tezos".
func (Format) Name() string { return "tezos" }

// Summary is one line of help.
func (Format) Summary() string {
	return "an operation's bytes, or others with a watermark, signed beside them: FILE.sig as octez writes it"
}

// Files is nil: no name says that a file is to be signed so.
func (Format) Files() []string { return nil }

// Sniff is always false: this format must be asked for by name.
func (Format) Sniff(formats.Source) bool { return false }

// Apart says that a file that is signed stays as it is.
func (Format) Apart(formats.Source, formats.Values) bool { return true }

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	return []formats.Option{
		{Name: optionWatermark, Kind: formats.String, Sign: true, Verify: true,
			Help: "what the file is: " + watermarkNames() + ", or another byte as 0xNN; it is signed before the file's bytes"},
		{Name: optionHex, Kind: formats.Bool, Default: "false", Sign: true, Verify: true,
			Help: "the file is hexadecimal text, with or without 0x, of the bytes that are signed"},
		{Name: optionGeneric, Kind: formats.Bool, Default: "false", Sign: true,
			Help: "write the signature as sig…, which does not tell the kind of key, for tools that want it so"},
		{Name: optionNoHigh, Kind: formats.Bool, Default: "false", Sign: true,
			Help: "sign a block or attestation though nothing here keeps a record of the levels signed: two at one level cost the baker's stake"},
		{Name: optionSignature, Kind: formats.File, Verify: true,
			Help: "the signature when it is not beside the file"},
	}
}

const (
	optionWatermark = "watermark"
	optionHex       = "hex"
	optionGeneric   = "generic"
	optionNoHigh    = "no-high-watermark"
	optionSignature = "signature"

	suffix = ".sig"
)
