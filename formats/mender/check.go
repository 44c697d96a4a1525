package mender

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

// whole compares the artifact with its manifest: version, header, and, unless they are to be skipped, its payloads.
// Errors: *damage, formats.ErrFormat, and what reading gives.
func (a *artifact) whole(ctx context.Context, memo *patch.Memo, skip bool) error {
	if a.sums["version"] != a.versionSum {
		return &damage{"version-damaged", "version does not have the SHA-256 that the manifest says"}
	}
	if err := a.checkHeader(ctx, a.header); err != nil {
		return err
	}
	says, err := a.readHeader(ctx, a.header, false)
	if err != nil {
		return err
	}
	if len(says.payloads) != len(a.payloads) {
		return issue.New("wrong-order", formats.ErrFormat, "the header tells of %d payloads, and %d are there", len(says.payloads), len(a.payloads))
	}
	augmented, err := a.checkAugment(ctx)
	if err == nil {
		err = a.list(augmented)
	}
	if err == nil && a.version == 2 {
		err = a.sameFiles(says)
	}
	for i := 0; i < len(a.payloads) && err == nil && !skip; i++ {
		_, err = a.checkPayload(ctx, i, memo)
	}
	return err
}

// checkAugment checks the header that the signature does not cover, and returns which payloads it changes.
func (a *artifact) checkAugment(ctx context.Context) (changed []bool, err error) {
	changed = make([]bool, len(a.payloads))
	if a.unsigned == nil {
		return changed, nil
	}
	if err := a.checkHeader(ctx, a.augment); err != nil {
		return nil, err
	}
	says, err := a.readHeader(ctx, a.augment, true)
	if err != nil {
		return nil, err
	}
	if len(says.payloads) > len(changed) {
		return nil, issue.New("wrong-order", formats.ErrFormat, "%s tells of %d payloads, and %d are there", a.augment.name, len(says.payloads), len(changed))
	}
	for i, p := range says.payloads {
		changed[i] = p.kind != ""
	}
	return changed, nil
}

// list makes sure that the manifests name what is there and nothing else: version and header.tar.gz (signed), header-augment.tar.gz (not signed), and files of
// payloads; those that are not signed belong to payloads that are augmented.
func (a *artifact) list(augmented []bool) error {
	a.listed = make([]map[string]digest, len(a.payloads))
	for _, name := range slices.Sorted(maps.Keys(a.sums)) {
		unsigned := a.unsigned[name]
		if name == "version" || name == a.header.name || name == a.augment.name {
			if unsigned != (name == a.augment.name) {
				return issue.New("bad-manifest", formats.ErrFormat, "%s stands in the wrong manifest", name)
			}
			continue
		}
		number, own, ok := numbered(strings.TrimPrefix(name, "data/"))
		if !ok || !strings.HasPrefix(name, "data/") || number >= len(a.payloads) {
			return &damage{"missing-file", fmt.Sprintf("%q is in the manifest, and is no part of the artifact", short(name))}
		}
		if err := plainName(own); err != nil {
			return within("manifest", err)
		}
		if unsigned && !augmented[number] {
			return issue.New("bad-manifest", formats.ErrFormat, "manifest-augment adds %s to a payload that is not augmented", name)
		}
		if a.listed[number] == nil {
			a.listed[number] = map[string]digest{}
		}
		a.listed[number][own] = a.sums[name]
	}
	return nil
}

// sameFiles: in version 2 the header names the files too.
func (a *artifact) sameFiles(says *metadata) error {
	for i, p := range says.payloads {
		named, listed := slices.Sorted(slices.Values(p.files)), slices.Sorted(maps.Keys(a.listed[i]))
		if !slices.Equal(named, listed) {
			return &damage{"unlisted-file", fmt.Sprintf("headers/%04d/files and the manifest name other files", i)}
		}
	}
	return nil
}

// asFormat is what is wrong with an artifact as an error of signing it, or describing it.
func asFormat(err error) error {
	if d := (*damage)(nil); errors.As(err, &d) {
		return d.as(formats.ErrFormat)
	}
	return err
}
