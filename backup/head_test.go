package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

// Words of a code that are names of statements too are no statements, however they stand there.
func TestWordsAreNoStatements(t *testing.T) {
	for _, row := range []string{
		"     label   22 mango   23 crumble   24 skate", "label 22 mango", "Label 22 mango 23 crumble", "label: 22 mango 23 crumble",
		"share   02 mango  03 crumble", "document    22 mango  23 crumble", "note  22 mango", "check  22 mango", "NOTE 22 MANGO 23 CRUMBLE",
		"document mango crumble skate", "document language", "document have seen", "label mango crumble skate", "Label mango crumble skate",
		"LABEL MANGO CRUMBLE SKATE", "label    mango    crumble   skate", "label   mengo   crumble   skate", "note mang crum skat", "share mango",
		"check   kite   river   verb   control", "check kyte rivr vrb cntrl", "check   kyte   rivr   vrb   cntrl", "Set -e", "share   mango   crumble",
	} {
		if h := ReadHead([]byte(row)); len(h.Fields) > 0 {
			t.Errorf("%q is read as %+v", row, h.Fields)
		}
	}
}

// Statements as people type them from a sheet or a page.
func TestTypedStatements(t *testing.T) {
	digest := FingerprintOf(make([]byte, 32))
	for row, want := range map[string]string{
		"Holder Ada Example":                            "Holder=Ada Example",
		"Label Acme root 2026":                          "Label=Acme root 2026",
		"Label         24 hours":                        "Label=24 hours",
		"Label         safe key":                        "Label=safe key",
		"label: safe key":                               "Label=safe key",
		"ALGORITHM RSA4096":                             "Algorithm=rsa4096",
		"Contents seed (32 bytes":                       "Contents=seed (32 bytes",
		"Derivation  c2sp-det-keygen/v1   Made  2026":   "Derivation=c2sp-det-keygen/v1|Made=",
		"derivation c2sp-det-keygen/v1 made 2026-01-02": "Derivation=c2sp-det-keygen/v1|Made=2026-01-02",
		"Algorithm: biology":                            "Algorithm=", "Derivation  seed 01 mango": "Derivation=", "Label: 07 mango 08 crumble": "Label=07 mango 08 crumble", "Label         1 of 2 keys": "Label=1 of 2 keys",
		"Holder   Ada Example     Note   bag 4711":                "Holder=Ada Example|Note=bag 4711",
		"Algorithm: p384 Made: 2026-01-02":                        "Algorithm=p384|Made=2026-01-02",
		"Document QPZR-Y9XO":                                      "Document=QPZR-Y9XO",
		"document qpzr y9x8":                                      "Document=qpzr y9x8",
		"Share 1 of 3 (any 2 restore)":                            "Share=1 of 3 (any 2 restore)",
		"Set 7RE4":                                                "Set=7RE4",
		"Check 4HSM-DWQ0 (proves":                                 "Check=4HSM-DWQ0 (proves",
		"fingerprint sha256: " + digest[7:20] + " " + digest[20:]: "Fingerprint=" + digest,
		"Fingerprint  SHA256:AbC+d=":                              "Fingerprint=", "Fingerprint: 01 mango": "Fingerprint=",
		"Note bag 4711 (blue)": "Note=bag 4711 (blue)",
	} {
		got := ""
		for _, f := range ReadHead([]byte(row)).Fields {
			got += "|" + f.Name + "=" + f.Value
		}
		if strings.TrimPrefix(got, "|") != want {
			t.Errorf("%q is read as %q, not %q", row, got, want)
		}
	}
}

// Numbers and digests are read, whatever they are.
func TestStatementsOfEveryDigest(t *testing.T) {
	for n := range uint64(20000) {
		digest := sha256.Sum256(binary.BigEndian.AppendUint64(nil, n))
		id := FormatID(binary.BigEndian.Uint64(digest[:]) >> 24)
		for name, value := range map[string]string{FieldFingerprint: FingerprintOf(digest[:]), FieldDocument: id, FieldCheck: id, FieldSet: id[:4]} {
			for _, gap := range []string{" ", "   ", ": "} {
				if h := ReadHead([]byte(name + gap + value)); h.Value(name) != value {
					t.Fatalf("%s%s%s is read as %+v", name, gap, value, h.Fields)
				}
			}
		}
	}
}

// What was read is quoted only where it can't be words of a secret.
func TestDiffersQuotesNoWords(t *testing.T) {
	proven := []Field{{Name: FieldLabel, Value: "Acme"}, {Name: FieldMade, Value: "2026-11-21"}, {Name: FieldDocument, Value: "QPZR-Y9X8"}}
	for _, name := range fieldNames {
		differs := Head{Fields: []Field{{Name: name, Value: "mango crumble"}}}.Differs(proven, false)
		if notInCode[name] {
			if len(differs) > 0 {
				t.Errorf("%s: %q", name, differs)
			}
			continue
		}
		if len(differs) != 1 || strings.Contains(differs[0], "mango") || !strings.Contains(strings.ToLower(differs[0]), strings.ToLower(name)) {
			t.Errorf("%s: %q", name, differs)
		}
	}
	for name, value := range map[string]string{FieldMade: "2026-11-22", FieldDocument: "QPZR-Y9X9", FieldAlgorithm: "rsa4096", FieldContents: "key"} {
		differs := Head{Fields: []Field{{Name: name, Value: value}}}.Differs(proven, false)
		if len(differs) != 1 || !strings.Contains(differs[0], fmt.Sprintf("%q", value)) {
			t.Errorf("%s: %q", name, differs)
		}
	}
	capitals := Head{Fields: []Field{{Name: FieldMade, Value: "2026-11-21"}, {Name: FieldDocument, Value: "qpzr y9x8"}, {Name: FieldContents, Value: "SEED (32 BYTES)"}}}
	if differs := capitals.Differs(append(proven, Field{Name: FieldContents, Value: "seed"}), false); len(differs) > 0 {
		t.Errorf("%q", differs)
	}
}
