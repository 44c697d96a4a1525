package fdroid

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"sigtool/formats"
	"sigtool/internal/zipdir"
)

// What is read to know an index; together less than 64 KiB.
const (
	sniffHead = 32 << 10
	sniffZIP  = 8 << 10
	maxNames  = 16 // entries of a JAR file; whole ones have four
)

// Sniff knows the two indexes by what stands at the head of their JSON, and a JAR file by having one index and nothing but its signature beside it.
func (Format) Sniff(src formats.Source) bool {
	return sniffIndex(src) != "" || sniffJAR(src)
}

// sniffIndex returns the name of the index that src is: "" for none.
func sniffIndex(src formats.Source) string {
	seen := outline(io.NewSectionReader(src, 0, min(src.Size(), sniffHead)))
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(seen, name) })
	}
	switch {
	case has("timestamp", "version", "index", "index.name", "index.sha256"):
		return entryName
	case has("repo", "repo.timestamp", "repo.version") && !has("index"): // index-v2.json has no version there
		return indexV1Name
	}
	return ""
}

// outline lists the names in a JSON object, and those in objects that it has as "name.name", as far as it can be read.
func outline(in io.Reader) (names []string) {
	tokens := json.NewDecoder(in)
	depth, key, parent := 0, true, ""
	for {
		token, err := tokens.Token()
		if err != nil || depth == 0 && token != json.Delim('{') {
			return names
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
			if token == json.Delim('[') || depth > 2 {
				if skip(tokens) != nil {
					return names
				}
				depth--
			}
			key = true
			continue
		case json.Delim('}'):
			if depth--; depth == 0 {
				return names
			}
			key = true
			continue
		}
		if name, is := token.(string); is && key {
			if depth == 1 {
				parent = name
			} else {
				name = parent + "." + name
			}
			names = append(names, name)
		}
		key = !key
	}
}

// skip reads to the end of the object or list that has just begun.
func skip(tokens *json.Decoder) error {
	for depth := 1; depth > 0; {
		token, err := tokens.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// sniffJAR looks at the end of the file only: such a JAR file has no comment and a small directory there.
func sniffJAR(src formats.Source) bool {
	const endSize = 22
	size := src.Size()
	from := max(0, size-sniffZIP)
	tail := make([]byte, size-from)
	if size < endSize {
		return false
	}
	if n, _ := src.ReadAt(tail, from); n < len(tail) || string(tail[len(tail)-endSize:][:4]) != "PK\x05\x06" {
		return false
	}
	a, err := zipdir.Read(window{tail, from})
	return err == nil && indexOf(a) != nil
}

// window is the end of a source, as it stands there; before it there is nothing.
type window struct {
	tail []byte
	from int64
}

func (w window) Size() int64 { return w.from + int64(len(w.tail)) }

func (w window) ReadAt(p []byte, at int64) (int, error) {
	if at < w.from || at > w.Size() {
		return 0, io.ErrUnexpectedEOF
	}
	n := copy(p, w.tail[at-w.from:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// indexOf finds the index in a JAR file: its only entry beside those in META-INF. Nil: there is none, or there is more.
func indexOf(a *zipdir.Archive) (index *zipdir.Entry) {
	if len(a.Entries) > maxNames {
		return nil
	}
	for i := range a.Entries {
		e := &a.Entries[i]
		switch {
		case strings.HasPrefix(e.Name, "META-INF/"):
		case index == nil && slices.Contains([]string{entryName, indexV1Name, indexName}, e.Name):
			index = e
		default:
			return nil
		}
	}
	return index
}
