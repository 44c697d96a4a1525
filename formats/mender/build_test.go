package mender

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/sigalg"
)

// entry is a file of an archive that a test builds. change, where there is one, spoils its header.
type entry struct {
	name    string
	content []byte
	change  func(header []byte)
}

// tarball builds an archive, with a good sum in each header whatever was changed in it.
func tarball(entries ...entry) []byte {
	var out []byte
	for _, e := range entries {
		block := make([]byte, 512)
		header(block, e.name, len(e.content))
		if e.change != nil {
			clear(block[148:156])
			e.change(block)
			if bytes.Equal(block[148:156], make([]byte, 8)) {
				resum(block)
			}
		}
		out = append(append(out, block...), e.content...)
		out = append(out, make([]byte, -len(e.content)&511)...)
	}
	return append(out, make([]byte, 1024)...)
}

// resum makes a header's sum right.
func resum(block []byte) {
	copy(block[148:], "        ")
	sum := 0
	for _, c := range block {
		sum += int(c)
	}
	copy(block[148:], fmt.Sprintf("%06o\x00 ", sum))
}

// insert puts a member into an archive.
func insert(data []byte, at int64, name, content string) []byte {
	member := tarball(entry{name: name, content: []byte(content)})
	return slices.Concat(data[:at], member[:len(member)-1024], data[at:])
}

func spelled(t *testing.T, key crypto.Signer, manifest []byte, spell func([]byte) []byte) string {
	t.Helper()
	sum := sha256.Sum256(manifest)
	der, err := sigalg.Sign(key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(spell(der))
}

// parts are what an artifact is built of; what is not given is as it has to be.
type parts struct {
	version  string
	header   []entry
	payload  []entry
	manifest func(string) string   // changes what would be right
	outer    func([]entry) []entry // changes the members
	pack     func([]byte) []byte   // packs header and payload
	ending   string
}

var goodHeader = []entry{
	{name: "header-info", content: []byte(`{"payloads":[{"type":"ours"}],"artifact_provides":{"artifact_name":"release"},"artifact_depends":{"device_type":["board"]}}`)},
	{name: "headers/0000/type-info", content: []byte(`{"type":"ours"}`)},
}

// build builds an artifact.
func (p parts) build() []byte {
	if p.version == "" {
		p.version = `{"format":"mender","version":3}`
	}
	if p.header == nil {
		p.header = goodHeader
	}
	if p.payload == nil {
		p.payload = []entry{{name: "file.txt", content: []byte("content\n")}}
	}
	head, data := tarball(p.header...), tarball(p.payload...)
	if p.pack != nil {
		head, data = p.pack(head), p.pack(data)
	}
	lines := fmt.Sprintf("%x  version\n%x  header.tar%s\n", sum([]byte(p.version)), sum(head), p.ending)
	for _, e := range p.payload {
		if strings.HasPrefix(e.name, "PaxHeaders/") {
			continue // says more of the next
		}
		lines += fmt.Sprintf("%x  data/0000/%s\n", sum(e.content), e.name)
	}
	if p.manifest != nil {
		lines = p.manifest(lines)
	}
	members := []entry{{name: "version", content: []byte(p.version)}, {name: "manifest", content: []byte(lines)},
		{name: "header.tar" + p.ending, content: head}, {name: "data/0000.tar" + p.ending, content: data}}
	if p.outer != nil {
		members = p.outer(members)
	}
	return tarball(members...)
}
