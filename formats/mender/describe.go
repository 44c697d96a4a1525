package mender

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
)

// maxDescribed is how many files of a payload are described.
const maxDescribed = 100

// Describe returns what the header says, and the files of the payloads. It hashes no payload; of one that is compressed it unpacks no more than the beginning,
// so that only the first file's size is known.
func (Format) Describe(ctx context.Context, src formats.Source) ([]formats.Property, error) {
	a, err := open(src)
	if err != nil {
		return nil, err
	}
	says, err := a.readHeader(ctx, a.header, false)
	if err != nil {
		return nil, asFormat(err)
	}
	var list properties
	list.add("format version", strconv.Itoa(a.version))
	list.add("artifact", says.name)
	list.add("group", says.group)
	list.add("devices", strings.Join(says.devices, ", "))
	list.add("after artifact", strings.Join(says.afterNames, ", "))
	list.add("after group", strings.Join(says.afterGroups, ", "))
	list.add("header", a.header.packed.name)
	list.add("scripts", strings.Join(says.scripts, ", "))
	for i, p := range a.payloads {
		name := fmt.Sprintf("payload %d", i)
		if i >= len(says.payloads) {
			return nil, asFormat(&damage{"damaged", "there are more payloads than the header tells of"})
		}
		list.payload(name, says.payloads[i], p)
		sizes, err := a.sizes(ctx, p)
		if err != nil {
			return nil, asFormat(err)
		}
		for n, file := range a.named(i) {
			if n == maxDescribed {
				list.add(name+" file", "and more")
				break
			}
			if size, known := sizes[file]; known {
				file = fmt.Sprintf("%s, %d bytes", file, size)
			}
			list.add(name+" file", file)
		}
	}
	if a.unsigned != nil {
		list.add("augmented", strings.Join(slices.Sorted(maps.Keys(a.unsigned)), ", ")+" (no signature covers these)")
	}
	return list, nil
}

type properties []formats.Property

// add adds what is there to say.
func (l *properties) add(name, value string) {
	if value != "" {
		*l = append(*l, formats.Property{Name: name, Value: value})
	}
}

// payload adds what the header says of a payload.
func (l *properties) payload(name string, says payload, p part) {
	kind := says.kind
	if kind == "" {
		kind = "none"
	}
	l.add(name, fmt.Sprintf("%s, %s: %d bytes, compression %s", kind, p.name, p.size, p.packed.name))
	for _, key := range slices.Sorted(maps.Keys(says.provides)) {
		l.add(name+" provides", key+": "+value(says.provides[key]))
	}
	for _, key := range slices.Sorted(maps.Keys(says.depends)) {
		l.add(name+" depends", key+": "+value(says.depends[key]))
	}
	l.add(name+" clears", strings.Join(says.clears, ", "))
}

// value is a JSON value for people.
func value(of json.RawMessage) string {
	var text string
	if of[0] == '"' && json.Unmarshal(of, &text) == nil {
		return text
	}
	var line bytes.Buffer
	if json.Compact(&line, of) != nil {
		return "?"
	}
	return line.String()
}

// named lists the files that the manifests name of a payload.
func (a *artifact) named(number int) (files []string) {
	for name := range a.sums {
		if own, ok := strings.CutPrefix(name, prefix(number)); ok {
			files = append(files, own)
		}
	}
	slices.Sort(files)
	return files
}

// sizes reads the sizes of a payload's files from their headers: those that come first, and of a compressed payload only the very first.
func (a *artifact) sizes(ctx context.Context, p part) (map[string]int64, error) {
	in, err := a.unpack(ctx, p)
	if err != nil {
		return nil, err
	}
	archive := untar.NewReader(in)
	if in.packed == nil {
		archive = untar.NewReader(io.NewSectionReader(a.src, p.offset, p.size)) // which can be passed over
	}
	sizes := map[string]int64{}
	for {
		m, err := archive.Next()
		if err == io.EOF {
			return sizes, nil
		}
		if err != nil {
			return nil, in.explain(p, err)
		}
		if sizes[m.Name] = m.Size; in.packed != nil || len(sizes) == maxDescribed {
			return sizes, nil
		}
	}
}
