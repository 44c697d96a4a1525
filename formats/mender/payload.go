package mender

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
	"sigtool/internal/issue"
	"sigtool/internal/patch"
)

func sum(data []byte) digest { return sha256.Sum256(data) }

// file is a file of a payload.
type file struct {
	Name string // in the payload's archive
	Size int64
	Sum  digest
}

// prefix is what the manifest has before the names of a payload's files.
func prefix(payload int) string { return fmt.Sprintf("data/%04d/", payload) }

// checkPayload reads a payload and compares its files with the manifest: all that are listed, each once, and no others. memo saves reading twice what
// Sign has read.
func (a *artifact) checkPayload(ctx context.Context, number int, memo *patch.Memo) ([]file, error) {
	p := a.payloads[number]
	remembered := "mender payload" + p.packed.ending
	var files []file
	if known := memo.Get(remembered, a.src, p.offset, p.size); known == nil || json.Unmarshal(known, &files) != nil {
		var err error
		if files, err = a.readPayload(ctx, number); err != nil {
			return nil, err
		}
		if value, err := json.Marshal(files); err == nil {
			memo.Put(remembered, a.src, p.offset, p.size, value)
		}
	}
	there := map[string]digest{}
	for _, f := range files {
		there[f.Name] = f.Sum
	}
	for _, name := range slices.Sorted(maps.Keys(a.listed[number])) {
		switch found, ok := there[name]; {
		case !ok:
			return nil, &damage{"missing-file", fmt.Sprintf("%s%s is in the manifest and not in %s", prefix(number), name, p.name)}
		case found != a.listed[number][name]:
			return nil, &damage{"payload-damaged", fmt.Sprintf("%s%s does not have the SHA-256 that the manifest says", prefix(number), name)}
		}
	}
	return files, nil
}

// readPayload hashes the files of a payload, as they come out of its archive.
func (a *artifact) readPayload(ctx context.Context, number int) ([]file, error) {
	p := a.payloads[number]
	in, err := a.unpack(ctx, p)
	if err != nil {
		return nil, err
	}
	archive, hashing := untar.NewReader(in), hasher{}
	var files []file
	seen := map[string]bool{}
	for {
		m, err := archive.Next()
		if err == io.EOF {
			return files, nil
		}
		if err == nil {
			err = mayHold(a.listed[number], m.Name, seen)
		}
		f := file{Name: m.Name, Size: m.Size}
		if err == nil {
			f.Sum, err = hashing.file(archive, m.Size)
		}
		if err != nil {
			return nil, in.explain(p, err)
		}
		files = append(files, f)
	}
}

// mayHold refuses a file that the manifest does not list, or that is there already.
func mayHold(listed map[string]digest, name string, seen map[string]bool) error {
	if err := plainName(name); err != nil {
		return err
	}
	if _, ok := listed[name]; !ok {
		return &damage{"unlisted-file", fmt.Sprintf("%q is not in the manifest", short(name))}
	}
	if seen[name] {
		return issue.New("duplicate-member", formats.ErrFormat, "%s is there twice", name)
	}
	seen[name] = true
	return nil
}

// plainName refuses what mender-artifact refuses in names of payload files.
func plainName(name string) error {
	other := func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("_-.,", c))
	}
	if strings.ContainsFunc(name, other) || name == "" || name == "." || name == ".." {
		return issue.New("forbidden-name", formats.ErrFormat, "a payload file is named %q; letters, digits and any of _-., are allowed", short(name))
	}
	return nil
}
