package jarsig_test

import (
	"crypto"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"sigtool/internal/jarsig"
	"sigtool/internal/sigalg"
)

// damage is a change to a JAR, and the issue that it is to be refused with; "" where it verifies.
type damage struct {
	name     string
	min, max int
	change   func(*jar)
	want     string
	warnings string
	hash     crypto.Hash // 0: SHA-256
}

// jar makes the damaged JAR.
func (d damage) jar(t *testing.T, key jarsig.Signer) *jar {
	t.Helper()
	if d.hash == 0 {
		d.hash = crypto.SHA256
	}
	j := newJar(t, d.hash, key)
	d.change(j)
	return j
}

// ancient makes all digests MD5, which the oldest platforms take when they are told to.
func ancient(j *jar) {
	digest := func(what string, data []byte) string {
		w := crypto.MD5.New()
		w.Write(data)
		return "Digest-Algorithms: MD5\r\n" + what + ": " + base64.StdEncoding.EncodeToString(w.Sum(nil)) + "\r\n\r\n"
	}
	j.mf = "Manifest-Version: 1.0\r\n\r\n"
	sections := ""
	for _, f := range j.content {
		section := "Name: " + f.Name + "\r\n" + digest("MD5-Digest", f.Data)
		j.mf += section
		sections += "Name: " + f.Name + "\r\n" + digest("MD5-Digest", []byte(section))
	}
	j.signers[0].sf = "Signature-Version: 1.0\r\n" + digest("MD5-Digest-Manifest", []byte(j.mf)) + sections
}

// ancientSections is ancient by the sections' digests.
func ancientSections(j *jar) { ancient(j); sections(j) }

// drop takes the lines out that hold a text.
func drop(text, what string) string {
	lines := slices.DeleteFunc(strings.SplitAfter(text, "\r\n"), func(line string) bool { return strings.Contains(line, what) })
	return strings.Join(lines, "")
}

// without takes out the section of an entry.
func without(text, name string) string {
	parts := slices.DeleteFunc(strings.SplitAfter(text, "\r\n\r\n"), func(part string) bool { return strings.HasPrefix(part, "Name: "+name+"\r\n") })
	return strings.Join(parts, "")
}

// insert puts a line into the main section of an .SF file.
func insert(sf, line string) string {
	return strings.Replace(sf, "Signature-Version: 1.0\r\n", "Signature-Version: 1.0\r\n"+line+"\r\n", 1)
}

// sections leaves the whole manifest's digest out, so that its sections' digests are looked at.
func sections(j *jar) {
	for _, s := range j.signers {
		s.sf = drop(s.sf, "-Digest-Manifest")
	}
}

// damages are what a signed JAR of one signer by SHA-256 can suffer, each for SDK 18 and later where nothing else is said.
var damages = []damage{
	{name: "nothing", change: func(*jar) {}},
	{name: "no manifest", change: func(j *jar) { j.mf = "" }, want: "JAR_SIG_NO_MANIFEST"},
	{name: "no signers", change: func(j *jar) { j.signers = nil }, want: "JAR_SIG_NO_SIGNATURES"},
	{name: "content", change: func(j *jar) { j.content[1].Data = []byte("tEXT") }, want: "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY"},
	{name: "unlisted entry", change: func(j *jar) { j.more = []jarsig.File{{Name: "new.txt"}} }, want: "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST"},
	{name: "entry missing", change: func(j *jar) { j.content = j.content[:2] }, want: "JAR_SIG_MISSING_ZIP_ENTRY_REFERENCED_IN_MANIFEST"},
	{name: "folder", change: func(j *jar) { j.more = []jarsig.File{{Name: "folder/"}} }},
	{name: "unprotected", change: func(j *jar) { j.more = []jarsig.File{{Name: "META-INF/x/y"}} }, warnings: "JAR_SIG_UNPROTECTED_ZIP_ENTRY"},
	{name: "block alone", change: func(j *jar) { j.more = []jarsig.File{{Name: "META-INF/X.EC"}} }, warnings: "JAR_SIG_MISSING_FILE JAR_SIG_UNPROTECTED_ZIP_ENTRY"},
	{name: "file alone", change: func(j *jar) { j.more = []jarsig.File{{Name: "META-INF/X.SF"}} }, warnings: "JAR_SIG_UNPROTECTED_ZIP_ENTRY"},
	{name: "two entries", change: func(j *jar) { j.more = j.content[1:2] }, want: "JAR_SIG_DUPLICATE_ZIP_ENTRY"},
	{name: "two sections", change: func(j *jar) { j.mf += j.mf[strings.Index(j.mf, "Name: cl"):] }, want: "JAR_SIG_DUPLICATE_MANIFEST_SECTION"},
	{name: "unnamed section", change: func(j *jar) { j.mf += "SHA-256-Digest: x\r\n\r\n" }, want: "JAR_SIG_UNNNAMED_MANIFEST_SECTION"},
	{name: "manifest changed", change: func(j *jar) { j.mf += "\r\n" }, warnings: "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY"},
	{name: "section changed", change: func(j *jar) { j.mf = strings.Replace(j.mf, "Name: cl", "name: cl", 1) },
		want: "JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY", warnings: "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY"},
	{name: "sections", change: sections, warnings: "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE"},
	{name: "no digest in the manifest", change: func(j *jar) { j.mf = strings.ReplaceAll(j.mf, "SHA-256-", "SHA-3-"); resign(j) },
		want: "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_MANIFEST"},
	{name: "no digest in the file", change: func(j *jar) { sections(j); j.signers[0].sf = drop(j.signers[0].sf, "-Digest: ") },
		want: "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE", warnings: "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE"},
	{name: "entry not signed", change: func(j *jar) { j.signers[0].sf = without(j.signers[0].sf, "a/b.txt") }, want: "JAR_SIG_ZIP_ENTRY_NOT_SIGNED"},
	{name: "no version", change: func(j *jar) { j.signers[0].sf = drop(j.signers[0].sf, "Signature-Version") }, want: "JAR_SIG_NO_SIGNATURES",
		warnings: "JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE"},
	{name: "empty file", change: func(j *jar) { j.signers[0].sf = "\r\n" }, want: "JAR_SIG_PARSE_EXCEPTION"},
	{name: "unnamed file section", change: func(j *jar) { j.signers[0].sf += "a: b\r\n\r\n" }, want: "JAR_SIG_NO_SIGNATURES", warnings: "JAR_SIG_UNNNAMED_SIG_FILE_SECTION"},
	{name: "two file sections", change: func(j *jar) { j.signers[0].sf += "Name: a\r\n\r\nName: a\r\n\r\n" }, want: "JAR_SIG_NO_SIGNATURES",
		warnings: "JAR_SIG_DUPLICATE_SIG_FILE_SECTION"},
	{name: "stripped", change: func(j *jar) { j.signers[0].sf = insert(j.signers[0].sf, "X-Android-APK-Signed: 3, 2,x,") }, want: "JAR_SIG_MISSING_APK_SIG_REFERENCED"},
	{name: "stripped, but who knows", max: 23, change: func(j *jar) { j.signers[0].sf = insert(j.signers[0].sf, "X-Android-APK-Signed: 2") }},
	{name: "unknown scheme", change: func(j *jar) { j.signers[0].sf = insert(j.signers[0].sf, "X-Android-APK-Signed: 7") }, warnings: "JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID"},
	{name: "main section", change: func(j *jar) { j.signers[0].sf = insert(j.signers[0].sf, "SHA1-Digest-Manifest-Main-Attributes: MQ==") },
		want: "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY"},
	{name: "file changed", change: func(j *jar) { j.write(); j.signers[0].sf += "\r\n" }, want: "JAR_SIG_DID_NOT_VERIFY"},
	{name: "no block", change: func(j *jar) { j.signers[0].block = []byte("no block") }, want: "JAR_SIG_PARSE_EXCEPTION"},
	{name: "old platforms", min: 17, change: func(*jar) {}, want: "JAR_SIG_UNSUPPORTED_SIG_ALG"},
	{name: "MD5", min: 1, max: 17, hash: crypto.SHA1, change: ancient},
	{name: "MD5 and later", min: 1, max: 30, hash: crypto.SHA1, change: ancient},
	{name: "MD5, but later", min: 18, max: 30, hash: crypto.SHA1, change: ancient, want: "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE",
		warnings: "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE"},
	{name: "MD5 of sections", min: 1, max: 17, hash: crypto.SHA1, change: ancientSections, warnings: "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE"},
	{name: "signtool", change: func(j *jar) {
		j.signers[0].sf = strings.Replace(j.signers[0].sf, "1.0 (sigtool)", "signtool", 1)
		j.signers[0].sf = strings.Replace(j.signers[0].sf, "-Digest-Manifest", "-Digest", 1)
	}},
}

// resign makes .SF files over the manifest as it now is, by its sections' digests alone: none.
func resign(j *jar) {
	for _, s := range j.signers {
		s.sf = "Signature-Version: 1.0\r\n\r\n"
		for _, f := range j.content {
			s.sf += "Name: " + f.Name + "\r\nSHA-256-Digest: " + jarsig.SectionDigest(crypto.SHA256, j.mf, f.Name) + "\r\n\r\n"
		}
	}
}

// spans are the SDK versions that a damage is looked at by.
func (d damage) spans() (minSDK, maxSDK int) {
	if minSDK, maxSDK = d.min, d.max; minSDK == 0 {
		minSDK = 18
	}
	if maxSDK == 0 {
		maxSDK = 1<<31 - 1
	}
	return minSDK, maxSDK
}

// found are the names of all errors, or of all warnings, once each.
func found(r *jarsig.Result) (wrong, odd []string) {
	wrong, odd = names(r.Errors), names(r.Warnings)
	for _, s := range r.Signers {
		wrong, odd = append(wrong, names(s.Errors)...), append(odd, names(s.Warnings)...)
	}
	slices.Sort(wrong)
	slices.Sort(odd)
	return slices.Compact(wrong), slices.Compact(odd)
}

func TestDamages(t *testing.T) {
	key := ownKey(t, "rsa2048")
	for _, d := range damages {
		minSDK, maxSDK := d.spans()
		r := check(t, d.jar(t, key).write(), minSDK, maxSDK)
		wrong, odd := found(r)
		if !slices.Contains(wrong, d.want) && d.want != "" || len(wrong) > 0 && d.want == "" || r.Verified() != (d.want == "") {
			t.Errorf("%s: %v, want %s", d.name, wrong, d.want)
		}
		if strings.Join(odd, " ") != d.warnings {
			t.Errorf("%s: warnings %v, want %s", d.name, odd, d.warnings)
		}
		kind := sigalg.ErrMismatch
		if d.name == "no manifest" || d.name == "no signers" {
			kind = jarsig.ErrUnsigned
		}
		for _, err := range r.Errors {
			if !errors.Is(err, kind) {
				t.Errorf("%s: %v", d.name, err)
			}
		}
	}
}

// Two signers have to sign the same; one whose file can't be used is passed over; a wrong block is not.
func TestTwoSigners(t *testing.T) {
	one, two := ownKey(t, "rsa2048"), ownKey(t, "rsa3072")
	for _, row := range []struct {
		name    string
		change  func(*jar)
		want    string
		signers int
	}{
		{"nothing", func(*jar) {}, "", 2},
		{"one entry by one", func(j *jar) { j.signers[0].sf = without(j.signers[0].sf, "a/b.txt") }, "JAR_SIG_ZIP_ENTRY_SIGNERS_MISMATCH", 0},
		{"nothing by one", func(j *jar) { j.signers[0].sf = j.signers[0].sf[:strings.Index(j.signers[0].sf, "Name:")] }, "", 1},
		{"one ignored", func(j *jar) { j.signers[0].sf = drop(j.signers[0].sf, "Version") }, "", 1},
		{"one wrong", func(j *jar) { j.signers[1].block = []byte("no block") }, "JAR_SIG_PARSE_EXCEPTION", 1},
		{"both wrong, one worse", func(j *jar) {
			j.signers[0].sf = insert(j.signers[0].sf, "X-Android-APK-Signed: 2")
			j.signers[1].block = []byte("no block")
		}, "JAR_SIG_PARSE_EXCEPTION", 1},
	} {
		j := newJar(t, crypto.SHA256, one, two)
		row.change(j)
		r := check(t, j.write(), 18, 1<<31-1)
		wrong, _ := found(r)
		if strings.Join(wrong, " ") != row.want || len(r.Signers) != row.signers {
			t.Errorf("%s: %v and %d signers, want %s and %d", row.name, wrong, len(r.Signers), row.want, row.signers)
		}
	}
}
