// Package apk signs and verifies Android packages by APK Signature Schemes v1 to v4: what Android installs it accepts, and what Android refuses it refuses, under apksig's names.
//
// The work is done in the folders below, one for each thing that stands in the file; this package puts them together.
package apk

import (
	"context"
	"errors"
	"fmt"
	"math"

	"sigtool/formats"
	"sigtool/formats/apk/axml"
	"sigtool/formats/apk/idsig"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/zipdir"
)

// Format is Android packages (.apk).
type Format struct{}

// Name is "apk".
func (Format) Name() string { return "apk" }

// Summary is one line of help.
func (Format) Summary() string {
	return "Android packages (.apk), APK Signature Schemes v1, v2, v3, v3.1 and v4"
}

// Files are the names that packages have.
func (Format) Files() []string { return []string{"*.apk"} }

const (
	optionV1, optionV2, optionV3, optionV4 = "v1", "v2", "v3", "v4"

	optionMin      = "min-sdk"
	optionMax      = "max-sdk"
	optionRotation = "rotation-min-sdk"
	optionLineage  = "lineage"
	optionNextKey  = "next-key"
	optionNextCert = "next-cert"
	optionAlign    = "align"
	optionVerity   = "verity"
	optionIdsig    = "idsig"
	optionStamp    = "source-stamp"

	suffixIdsig = ".idsig"
)

// Options are the format's own flags.
func (Format) Options() []formats.Option {
	choice := []string{"auto", "true", "false"}
	return []formats.Option{
		{Name: optionV1, Kind: formats.String, Default: "auto", Enum: choice, Sign: true, Help: "sign by scheme v1 (JAR); auto: if Android before 7.0 (24) may install it"},
		{Name: optionV2, Kind: formats.String, Default: "auto", Enum: choice, Sign: true, Help: "sign by scheme v2; auto: if Android 7.0 (24) or later may install it"},
		{Name: optionV3, Kind: formats.String, Default: "auto", Enum: choice, Sign: true, Help: "sign by scheme v3, and v3.1 with a rotated key; auto: if Android 9 (28) or later may install it"},
		{Name: optionV4, Kind: formats.String, Default: "auto", Enum: choice, Sign: true, Help: "write FILE.idsig (scheme v4); auto: if Android 11 (30) or later may install it"},
		{Name: optionMin, Kind: formats.Int, Sign: true, Verify: true, Help: "oldest Android, by API level, that matters, instead of the manifest's"},
		{Name: optionMax, Kind: formats.Int, Sign: true, Verify: true, Help: "newest Android, by API level, that matters"},
		{Name: optionRotation, Kind: formats.Int, Default: fmt.Sprint(defaultRotation), Sign: true, Help: "API level from which the rotated key signs"},
		{Name: optionLineage, Kind: formats.File, Sign: true, Help: "record of the key's rotation"},
		{Name: optionNextKey, Kind: formats.Key, Sign: true, Help: "with --lineage the key it was rotated to, else a further signer"},
		{Name: optionNextCert, Kind: formats.Chain, Sign: true, Help: "certificate of --next-key"},
		{Name: optionAlign, Kind: formats.Int, Sign: true, Help: "align stored entries to 4 bytes, and native libraries to so many (4, 4096 or 16384)"},
		{Name: optionVerity, Kind: formats.Bool, Default: "false", Sign: true, Help: "sign the fs-verity digest too, which Android 9 (28) or later can check page by page"},
		{Name: optionIdsig, Kind: formats.File, Limit: idsig.MaxSize(math.MaxUint32), Verify: true, Help: "the v4 signature, when it is not beside the file"},
		{Name: optionStamp, Kind: formats.Bool, Default: "false", Verify: true, Help: "demand a good source stamp as well"},
	}
}

// manifestName and stampName are entries that signing knows.
const (
	manifestName = "AndroidManifest.xml"
	stampName    = "stamp-cert-sha256"
)

// parts is a package taken apart.
type parts struct {
	src      formats.Source
	zip      *zipdir.Archive
	block    *sigblock.Block // nil: there is none
	blockErr error           // what is wrong with it
}

// open takes a package apart. Errors: formats.ErrFormat.
func open(ctx context.Context, src formats.Source) (*parts, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	zip, err := zipdir.Read(src)
	if err != nil {
		return nil, damaged(err)
	}
	p := &parts{src: src, zip: zip}
	p.block, p.blockErr = sigblock.Find(src, zip)
	return p, nil
}

// manifest reads the package's AndroidManifest.xml. Errors: formats.ErrFormat.
func (p *parts) manifest() (*axml.Manifest, error) {
	entry := p.zip.Find(manifestName)
	if entry == nil {
		return nil, fmt.Errorf("%w: there is no %s in it, so it is no package (app bundles, .aab, are signed by jarsigner)", formats.ErrFormat, manifestName)
	}
	data, err := p.zip.ReadAll(p.src, entry, axml.MaxSize)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, damaged(err))
	}
	m, err := axml.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", formats.ErrFormat, err)
	}
	return m, nil
}

// damaged tells apart what is wrong with the file from what went wrong in reading it.
func damaged(err error) error {
	if errors.Is(err, zipdir.ErrFormat) {
		return fmt.Errorf("%w: %v", formats.ErrFormat, err)
	}
	return err
}
