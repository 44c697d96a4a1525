// Command sbom writes the bill of materials of a Go binary, as SPDX 2.3 in JSON: what the linker recorded in the binary, and nothing
// that would differ from one build to the next.
//
//	sbom BINARY OUT
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []pkg          `json:"packages"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type pkg struct {
	ID        string     `json:"SPDXID"`
	Name      string     `json:"name"`
	Version   string     `json:"versionInfo,omitempty"`
	Location  string     `json:"downloadLocation"`
	Analyzed  bool       `json:"filesAnalyzed"`
	Concluded string     `json:"licenseConcluded"`
	Declared  string     `json:"licenseDeclared"`
	Copyright string     `json:"copyrightText"`
	Checksums []checksum `json:"checksums,omitempty"`
	Refs      []ref      `json:"externalRefs,omitempty"`
	Comment   string     `json:"comment,omitempty"`
}

type checksum struct {
	Algorithm string `json:"algorithm"`
	Value     string `json:"checksumValue"`
}

type ref struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	From string `json:"spdxElementId"`
	Type string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom BINARY OUT")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(binary, out string) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(describe(filepath.Base(binary), sha256.Sum256(data), info), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644)
}

// describe names the binary, Go itself, and every module that is linked in. The namespace is made from the binary's digest, and the
// time is the commit's, so that the same binary has the same bill.
func describe(name string, digest [sha256.Size]byte, info *debug.BuildInfo) document {
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	created := settings["vcs.time"]
	if created == "" {
		created = "1970-01-01T00:00:00Z"
	}
	sum := hex.EncodeToString(digest[:])
	root := module("SPDXRef-binary", name, info.Main.Version)
	root.Declared = "Apache-2.0"
	root.Checksums = []checksum{{"SHA256", sum}}
	root.Comment = strings.TrimSpace(fmt.Sprintf("%s/%s %s", settings["GOOS"], settings["GOARCH"], settings["vcs.revision"]))
	goVersion := strings.TrimPrefix(info.GoVersion, "go")
	std := module("SPDXRef-go", "std", goVersion)
	std.Refs = []ref{{"PACKAGE-MANAGER", "purl", "pkg:golang/std@" + goVersion}}

	doc := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT", Name: name,
		Namespace: "urn:sha256:" + sum,
		Creation:  creation{created, []string{"Tool: sigtool-hack-sbom"}},
		Packages:  []pkg{root, std},
		Relationships: []relationship{
			{"SPDXRef-DOCUMENT", "DESCRIBES", root.ID},
			{root.ID, "STATIC_LINK", std.ID},
		},
	}
	for i, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p := module(fmt.Sprintf("SPDXRef-module-%d", i+1), m.Path, m.Version)
		p.Refs = []ref{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + m.Path + "@" + m.Version}}
		if m.Sum != "" {
			p.Comment = "go.sum " + m.Sum
		}
		doc.Packages = append(doc.Packages, p)
		doc.Relationships = append(doc.Relationships, relationship{root.ID, "STATIC_LINK", p.ID})
	}
	return doc
}

func module(id, name, version string) pkg {
	const unknown = "NOASSERTION"
	return pkg{ID: id, Name: name, Version: version, Location: unknown, Concluded: unknown, Declared: unknown, Copyright: unknown}
}
