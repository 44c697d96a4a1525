package fdroid

import (
	"bytes"
	"context"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// file is a file of the repository that an entry.json names: {"name": "/index-v2.json", "sha256": "…", "size": 123, …}.
type file struct {
	name   string // without the leading slash
	sha256 []byte
	size   int64
}

// entry is what an entry.json says: {"timestamp": …, "version": …, "index": file, "diffs": {"…": file, …}}.
type entry struct {
	index file
	diffs []file // in the folder diff, by name
}

// parseEntry reads an entry.json. Clients read it with other libraries than Go's, so a name that is there twice, or in other letters, is not what
// it seems: names are taken as they stand, and once. Errors: formats.ErrFormat.
func parseEntry(data []byte) (*entry, error) {
	all, err := object(data)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"timestamp", "version"} {
		if _, err := number(all[name]); err != nil {
			return nil, badEntry("its %s is no number", name)
		}
	}
	e := &entry{}
	if e.index, err = parseFile(all["index"]); err != nil {
		return nil, err
	}
	if !plain(e.index.name) {
		return nil, badEntry("%q is no name of a file beside it", e.index.name)
	}
	if all["diffs"] == nil {
		return e, nil
	}
	diffs, err := object(all["diffs"])
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(diffs)) {
		diff, err := parseFile(diffs[name])
		if err != nil {
			return nil, err
		}
		if name, below := strings.CutPrefix(diff.name, "diff/"); !below || !plain(name) {
			return nil, badEntry("%q is no name of a file in its folder diff", diff.name)
		}
		if slices.ContainsFunc(e.diffs, func(f file) bool { return f.name == diff.name }) {
			return nil, badEntry("%q is named twice", diff.name)
		}
		e.diffs = append(e.diffs, diff)
	}
	return e, nil
}

// plain tells whether a name is one of a file, without a way to it.
func plain(name string) bool {
	return name != "" && name != "." && name != ".." && len(name) <= 255 && utf8.ValidString(name) &&
		!strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '/' || r == '\\' || r == ':' })
}

func parseFile(raw []byte) (f file, err error) {
	all, err := object(raw)
	if err != nil {
		return f, err
	}
	var name, sum string
	if json.Unmarshal(all["name"], &name) != nil || json.Unmarshal(all["sha256"], &sum) != nil {
		return f, badEntry("a file without name or sha256")
	}
	f.name = strings.TrimPrefix(name, "/")
	if f.sha256, err = hex.DecodeString(sum); err != nil || len(f.sha256) != crypto.SHA256.Size() {
		return f, badEntry("the sha256 of %.100q is none", name)
	}
	if f.size, err = number(all["size"]); err != nil || f.size < 0 {
		return f, badEntry("the size of %.100q is none", name)
	}
	return f, nil
}

func number(raw []byte) (n int64, err error) {
	if len(raw) == 0 || raw[0] == 'n' {
		return 0, badEntry("a number is missing")
	}
	if err := json.Unmarshal(raw, &n); err != nil {
		return 0, badEntry("a number is none")
	}
	return n, nil
}

// object reads a JSON object to its end, with each name once.
func object(data []byte) (map[string]json.RawMessage, error) {
	in := json.NewDecoder(bytes.NewReader(data))
	if start, err := in.Token(); err != nil || start != json.Delim('{') || !utf8.Valid(data) {
		return nil, badEntry("no JSON object")
	}
	all := map[string]json.RawMessage{}
	for in.More() {
		token, err := in.Token()
		name, isName := token.(string)
		var value json.RawMessage
		if err != nil || !isName || in.Decode(&value) != nil {
			return nil, badEntry("damaged JSON")
		}
		if all[name] != nil {
			return nil, badEntry("%.100q is there twice", name)
		}
		all[name] = value
	}
	if _, err := in.Token(); err != nil {
		return nil, badEntry("damaged JSON")
	}
	if _, err := in.Token(); err != io.EOF {
		return nil, badEntry("more behind the JSON object")
	}
	return all, nil
}

func badEntry(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", formats.ErrFormat, entryName, fmt.Sprintf(format, args...))
}

// beside opens another file of the folder; nil where there is none.
type beside func(name string) (formats.BesideFile, error)

// compare says what is wrong with the file of that name beside the index; found is false when it is not there.
func (f file) compare(ctx context.Context, open beside) (found bool, wrong, err error) {
	if open == nil {
		return false, nil, nil
	}
	src, err := open(f.name)
	if err != nil || src == nil {
		return false, nil, err
	}
	defer src.Close()
	if src.Size() != f.size {
		return true, fmt.Errorf("%s has %d bytes, and %s says %d", f.name, src.Size(), entryName, f.size), nil
	}
	sums, err := sigalg.Digest(ctx, src, src.Size(), crypto.SHA256)
	if err != nil {
		return true, nil, fmt.Errorf("%s: %w", f.name, err)
	}
	if sum := sums[crypto.SHA256]; !bytes.Equal(sum, f.sha256) {
		return true, fmt.Errorf("%s has the SHA-256 %x, and %s says %x", f.name, sum, entryName, f.sha256), nil
	}
	return true, nil, nil
}
