package apk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/formats/apk/axml"
	"sigtool/formats/apk/content"
	"sigtool/formats/apk/layout"
	"sigtool/formats/apk/lineage"
	"sigtool/formats/apk/sigblock"
	"sigtool/internal/jarsig"
)

// signing is one package on its way to being signed.
type signing struct {
	*parts
	req      formats.Request
	sdk      sdkRange
	schemes  schemes
	by       *signers
	warnings []string

	layout  *layout.Layout
	digests map[content.Algorithm][]byte
}

// Sign replaces whatever signatures the package has. v1 changes the ZIP's entries, v2 and v3 cover all but their own block, and v4 covers that
// too: so they are made in this order.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	s, err := prepare(ctx, src, req)
	if err != nil {
		return nil, err
	}
	added, err := s.jar(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.lay(added); err != nil {
		return nil, err
	}
	result := &formats.Result{Edits: s.layout.Edits}
	if s.schemes.v2 || s.schemes.v3 {
		block, err := s.makeBlock(ctx)
		if err != nil {
			return nil, err
		}
		result.Edits = s.layout.WithBlock(block)
	}
	if s.schemes.v4 {
		data, err := s.idsig(ctx, result.Edits)
		if err != nil {
			return nil, err
		}
		result.Sidecars = []formats.Sidecar{{Suffix: suffixIdsig, Data: data}}
	}
	result.Warnings = s.warnings
	return result, nil
}

// prepare reads the package, and decides who signs by which schemes.
func prepare(ctx context.Context, src formats.Source, req formats.Request) (*signing, error) {
	parts, err := open(ctx, src)
	if err != nil {
		return nil, err
	}
	if parts.blockErr != nil && parts.block == nil {
		return nil, fmt.Errorf("%w: the signing block there is damaged, and nobody can say where it begins: %v", formats.ErrFormat, parts.blockErr)
	}
	s := &signing{parts: parts, req: req}
	m, err := parts.manifest()
	if err != nil {
		return nil, err
	}
	if s.sdk, err = rangeOf(req.Options, func() (*axml.Manifest, error) { return m, nil }); err != nil {
		return nil, err
	}
	if s.schemes, err = schemesFor(req.Options, s.sdk); err != nil {
		return nil, err
	}
	if s.by, err = signersOf(req); err != nil {
		return nil, err
	}
	if err := s.by.fit(req.Options, s.sdk, &s.schemes); err != nil {
		return nil, err
	}
	if err := s.installs(m); err != nil {
		return nil, err
	}
	switch req.Options.Int(optionAlign, 0) {
	case 0, 4, 4096, 16384:
	default:
		return nil, fmt.Errorf("%w: --align takes 4, 4096 or 16384", formats.ErrOption)
	}
	s.note(m)
	return s, nil
}

// installs refuses what no Android of the range would install. Errors: formats.ErrOption.
func (s *signing) installs(m *axml.Manifest) error {
	if m.TargetSDK >= sdkR && s.sdk.max >= m.TargetSDK && !s.schemes.v2 && !s.schemes.v3 {
		return fmt.Errorf("%w: Android refuses apps for API level %d and later that have v1 alone; --max-sdk %d says that such Androids don't matter", formats.ErrOption, sdkR, m.TargetSDK-1)
	}
	return nil
}

// note says what a person should know of what is signed.
func (s *signing) note(m *axml.Manifest) {
	add := func(format string, args ...any) { s.warnings = append(s.warnings, fmt.Sprintf(format, args...)) }
	if m.DebuggableErr != nil {
		add("%v", m.DebuggableErr)
	}
	if m.Debuggable {
		add("%.300s is debuggable: whoever can start a debugger on the device can read and change it", cmp.Or(m.Package, "the app"))
	}
	if why := s.schemes.missing(s.sdk); why != "" {
		add("%s", why)
	}
	if n := len(s.by.old); n > 1 {
		add("%d signers sign side by side, and each update needs them all; a key that was replaced by another needs --lineage", n)
	}
	if s.by.rotated == nil && s.req.Options.Bytes(optionLineage) != nil {
		add("the newest key of the lineage has no part in it: it signs from API level %d on, and --max-sdk is %d", s.by.from, s.sdk.max)
	}
	if l := s.by.lineage; l != nil {
		for _, node := range l.Nodes[:len(l.Nodes)-1] {
			if node.Flags&lineage.Rollback != 0 {
				add("the lineage lets %s take the app back (rollback), and nothing in a lineage file vouches for that", node.Cert.Subject)
			}
		}
	}
	if s.parts.block == nil {
		return
	}
	if _, there := s.parts.block.Value(sigblock.V31); there && s.by.rotated == nil {
		add("its key was rotated, and the rotated key doesn't sign it any more: --lineage and --next-key have both sign")
	}
	for id, what := range map[uint32]string{sigblock.StampV2: "source stamp", sigblock.Frosting: "Google Play's metadata", sigblock.DependencyInfo: "list of dependencies"} {
		if _, there := s.parts.block.Value(id); there {
			add("the %s in the old signing block went with it", what)
		}
	}
	slices.Sort(s.warnings)
}

// dropped tells whether an entry is left out: old signatures, with the old stamp's entry, and, as in apksigner, folders, which no signature by v1
// could list and Android has no use for.
func dropped(name string) bool {
	return jarsig.IsSignatureFile(name) || name == stampName || strings.HasSuffix(name, "/")
}

// lay works out the package without its signing block.
func (s *signing) lay(added []layout.File) (err error) {
	change := layout.Change{
		Drop:       dropped,
		Add:        added,
		Align:      s.req.Options.Int(optionAlign, 0),
		PadEntries: s.schemes.v2 || s.schemes.v3,
	}
	if s.parts.block != nil {
		change.Block = layout.Range{Offset: s.parts.block.Offset, Size: s.parts.block.Size}
	}
	if s.layout, err = layout.Plan(s.src, s.zip, change); err != nil {
		return damaged(err)
	}
	return nil
}
