package jarsig

import (
	"strconv"
	"strings"

	"sigtool/internal/zipdir"
)

// Android N, which checks more: stripped signatures, the type of content, and the signers of a block behind its first.
const nougatSDK = 24

// maxSections is how many sections an .SF file may have: a ZIP file has 65535 entries at most.
const maxSections = 1 << 17

// checkFile verifies an .SF file, whose own signature is good, against the manifest.
func (v *verifier) checkFile(s *signer, text []byte) {
	main, rest, found := cut(text)
	if !found {
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "%.300q is empty", s.file.Name)
		return
	}
	if len(main.raw) > maxSection {
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "the main section of %.300q has %d bytes, more than %d", s.file.Name, len(main.raw), maxSection)
		return
	}
	if _, found := main.attribute("Signature-Version"); !found {
		add(&s.Errors, "JAR_SIG_MISSING_VERSION_ATTR_IN_SIG_FILE", "%.300q has no Signature-Version", s.file.Name)
		s.ignored = true
		return
	}
	if v.MaxSDK >= nougatSDK {
		if v.checkStripped(s, main); len(s.Errors) > 0 {
			return
		}
	}
	by, _ := main.attribute("Created-By")
	signtool := strings.Contains(by, "signtool") // Netscape's, whose digests are of its own sort
	whole := v.checkWhole(s, main, signtool)
	if !signtool {
		v.checkMain(s, main)
	}
	if len(s.Errors) == 0 {
		v.checkSections(s, rest, whole, signtool)
	}
}

// checkSections notes which entries an .SF file names, and compares their digests where the manifest as a whole was not the same.
func (v *verifier) checkSections(s *signer, text []byte, whole, signtool bool) {
	seen := map[string]bool{}
	s.signed = map[*zipdir.Entry]bool{}
	for n := 1; ; n++ {
		part, rest, found := cut(text)
		if !found {
			return
		}
		text = rest
		switch {
		case len(part.raw) > maxSection, n > maxSections: // our own limits: they ignore nobody
			add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "section %d of %.300q: it has %d bytes, and %d are allowed, of at most %d sections", n, s.file.Name, len(part.raw), maxSection, maxSections)
			return
		case !part.named:
			add(&s.Errors, "JAR_SIG_UNNNAMED_SIG_FILE_SECTION", "section %d of %.300q has no name", n, s.file.Name)
		case seen[part.name]:
			add(&s.Errors, "JAR_SIG_DUPLICATE_SIG_FILE_SECTION", "%.300q has two sections of %.300q", s.file.Name, part.name)
		default:
			seen[part.name] = true
			if e := v.entries[part.name]; e != nil {
				s.signed[e] = true
			}
			if !whole {
				v.checkSection(s, part, signtool)
			}
			continue
		}
		s.ignored = true
		return
	}
}

// checkWhole tells whether the digest of the whole manifest matches. Where not, its sections still may.
func (v *verifier) checkWhole(s *signer, main section, signtool bool) bool {
	suffix := "-Digest-Manifest"
	if signtool {
		suffix = "-Digest"
	}
	digests, err := main.digests(suffix, v.MinSDK, v.MaxSDK)
	if err != nil {
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "%.300q: %v", s.file.Name, err)
		return false
	}
	if len(digests) == 0 {
		add(&s.Warnings, "JAR_SIG_NO_MANIFEST_DIGEST_IN_SIG_FILE", "%.300q has no digest of %s", s.file.Name, manifestName)
		return false
	}
	good, weakest := true, weaker(s.Weakest, digests)
	for _, d := range digests {
		if !d.is(sum(d.hash, v.manifest)) {
			add(&s.Warnings, "JAR_SIG_ZIP_ENTRY_DIGEST_DID_NOT_VERIFY", "%s is not what %.300q says (%v)", manifestName, s.file.Name, d.hash)
			good = false
		}
	}
	if good {
		s.Weakest = weakest
	}
	return good
}

// checkMain verifies the digest of the manifest's main section, where there is one.
func (v *verifier) checkMain(s *signer, main section) {
	digests, err := main.digests("-Digest-Manifest-Main-Attributes", v.MinSDK, v.MaxSDK)
	if err != nil {
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "%.300q: %v", s.file.Name, err)
	}
	for _, d := range digests {
		if !d.is(sum(d.hash, v.main.raw)) {
			add(&s.Errors, "JAR_SIG_MANIFEST_MAIN_SECTION_DIGEST_DID_NOT_VERIFY", "the main section of %s is not what %.300q says (%v)", manifestName, s.file.Name, d.hash)
		}
	}
}

// checkSection verifies the digest of one of the manifest's sections.
func (v *verifier) checkSection(s *signer, part section, signtool bool) {
	of, found := v.sections[part.name]
	if !found {
		add(&s.Errors, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE", "%.300q has a digest of %.300q, which %s does not list", s.file.Name, part.name, manifestName)
		s.ignored = true
		return
	}
	digests, err := part.digests("-Digest", v.MinSDK, v.MaxSDK)
	switch {
	case err != nil:
		add(&s.Errors, "JAR_SIG_PARSE_EXCEPTION", "%.300q: %.300q: %v", s.file.Name, part.name, err)
	case len(digests) == 0:
		add(&s.Errors, "JAR_SIG_NO_ZIP_ENTRY_DIGEST_IN_SIG_FILE", "%.300q has no digest of %.300q", s.file.Name, part.name)
	}
	s.Weakest = weaker(s.Weakest, digests)
	raw := of.raw
	if n := len(raw); signtool && n >= 2 && raw[n-1] == '\n' && raw[n-2] == '\n' {
		raw = raw[:n-1]
	}
	for _, d := range digests {
		if !d.is(sum(d.hash, raw)) {
			add(&s.Errors, "JAR_SIG_MANIFEST_SECTION_DIGEST_DID_NOT_VERIFY", "the section of %.300q in %s is not what %.300q says (%v)", part.name, manifestName, s.file.Name, d.hash)
		}
	}
}

// checkStripped compares what X-Android-APK-Signed names with what is there: a better signature may have been taken off.
func (v *verifier) checkStripped(s *signer, main section) {
	text, found := main.attribute("X-Android-APK-Signed")
	if !found {
		for _, there := range v.Found {
			if there {
				add(&s.Warnings, "JAR_SIG_NO_APK_SIG_STRIP_PROTECTION", "%.300q does not say that there are other signatures, which may be taken off unnoticed", s.file.Name)
				break
			}
		}
		return
	}
	if len(v.Supported) == 0 {
		return
	}
	told := map[int]bool{}
	for word := range strings.SplitSeq(text, ",") {
		scheme, err := strconv.ParseInt(trim(word), 10, 32)
		switch id := int(scheme); {
		case err != nil || told[id]:
		case !v.Supported[id]:
			add(&s.Warnings, "JAR_SIG_UNKNOWN_APK_SIG_SCHEME_ID", "%.300q names a signature scheme %d, which is not known", s.file.Name, id)
			told[id] = len(told) < maxIssues
		case !v.Found[id]:
			add(&s.Errors, "JAR_SIG_MISSING_APK_SIG_REFERENCED", "%.300q says that there is a signature of scheme v%d, and there is none: it was taken off", s.file.Name, id)
			told[id] = true
		}
	}
}
