package axml

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"sigtool/formats/apk/apktest"
	"sigtool/internal/oracle"
)

// manifest takes the manifest out of an APK; nil when there is none that can be read.
func manifest(name string) []byte {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return nil
	}
	defer archive.Close()
	file, err := archive.Open("AndroidManifest.xml")
	if err != nil {
		return nil
	}
	data, err := io.ReadAll(file)
	if err != nil {
		return nil
	}
	return data
}

var (
	aaptName   = regexp.MustCompile(`A: package="([^"]*)"`)
	aaptNumber = regexp.MustCompile(`\((0x[0-9a-f]{8})\)=\(type 0x1[0-2]\)(0x[0-9a-f]+)`)
)

// told is what aapt's listing of a manifest says. The corpus has one element of each kind per manifest, and numbers only.
func told(listing []byte) Manifest {
	m := Manifest{MinSDK: 1, TargetSandboxVersion: 1}
	for lines := bufio.NewScanner(bytes.NewReader(listing)); lines.Scan(); {
		if name := aaptName.FindStringSubmatch(lines.Text()); name != nil {
			m.Package = name[1]
		}
		if a := aaptNumber.FindStringSubmatch(lines.Text()); a != nil {
			v, _ := strconv.ParseInt(a[2], 0, 64)
			switch a[1] {
			case "0x0101020c":
				m.MinSDK = int(v)
			case "0x01010270":
				m.TargetSDK = int(v)
			case "0x0101054c":
				m.TargetSandboxVersion = int(v)
			case "0x0101000f":
				m.Debuggable = v != 0
			}
		}
	}
	if m.TargetSDK == 0 {
		m.TargetSDK = m.MinSDK
	}
	return m
}

// Of every manifest of the corpus aapt says the same.
func TestCorpus(t *testing.T) {
	aapt := oracle.Need(t, "aapt")
	files, _ := filepath.Glob(filepath.Join(apktest.Corpus(t), "apksig", "*.apk"))
	known := map[string]bool{}
	for _, file := range files {
		data := manifest(file)
		if data == nil || known[string(data)] {
			continue
		}
		known[string(data)] = true
		got, err := Parse(data)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(file), err)
			continue
		}
		want := told(oracle.Run(t, aapt, "dump", "xmltree", file, "AndroidManifest.xml"))
		if filepath.Base(file) == "debuggable-resource.apk" {
			if !errors.Is(got.DebuggableErr, errDamaged) {
				t.Errorf("debuggable as a resource: %v", got.DebuggableErr)
			}
			got.DebuggableErr = nil
		}
		if *got != want {
			t.Errorf("%s: %+v, aapt says %+v", filepath.Base(file), *got, want)
		}
	}
	if len(known) < 10 {
		t.Errorf("only %d manifests", len(known))
	}
}
