package jarsig_test

import (
	"crypto"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigtool/internal/oracle"
)

// startsJava is for tests that wait for Java more than they work.
func startsJava(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: Java takes seconds to start")
	}
	t.Parallel()
}

// apksig runs a program of the folder testdata over Google's library.
func apksig(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	java := oracle.Need(t, "java")
	const library = "/usr/share/java/apksig.jar" // where Debian has it
	if _, err := os.Stat(library); err != nil {
		oracle.Missing(t, library)
	}
	return oracle.Run(t, java, append([]string{"-cp", library, filepath.Join("testdata", program)}, args...)...)
}

// judged are JARs that apksig is to judge too, and the issues that we found in each.
type judged struct {
	t      *testing.T
	folder string
	ours   map[string]string
}

func newJudged(t *testing.T) judged { return judged{t, t.TempDir(), map[string]string{}} }

// put adds a JAR, to be judged for a range of SDK versions.
func (j judged) put(name string, data []byte, minSDK, maxSDK int) {
	j.t.Helper()
	name = fmt.Sprintf("%d_%d_%s", minSDK, maxSDK, strings.ReplaceAll(name, " ", "-"))
	if err := os.WriteFile(filepath.Join(j.folder, name), data, 0o600); err != nil {
		j.t.Fatal(err)
	}
	wrong, _ := found(check(j.t, data, minSDK, maxSDK))
	j.ours[name] = strings.Join(wrong, " ")
}

// compare has apksig judge them all.
func (j judged) compare() {
	j.t.Helper()
	refused := 0
	for line := range strings.Lines(string(apksig(j.t, "Judge.java", j.folder))) {
		name, theirs, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if j.ours[name] != "" {
			refused++
		}
		if strings.Contains(name, "good") && j.ours[name] != "" {
			j.t.Errorf("%s: %s", name, j.ours[name])
		}
		if j.ours[name] != theirs && !(theirs == "exception" && j.ours[name] != "") {
			j.t.Errorf("%s: %q, and apksig says %q", name, j.ours[name], theirs)
		}
	}
	j.t.Logf("%d JARs, %d refused", len(j.ours), refused)
}

// apksig names the same issues for JARs that are damaged in a known way, and at random.
func TestIssuesOfApksig(t *testing.T) {
	startsJava(t)
	all := newJudged(t)
	one, two := ownKey(t, "rsa2048"), ownKey(t, "rsa3072")
	for _, d := range damages {
		minSDK, maxSDK := d.spans()
		all.put(d.name, d.jar(t, one).write(), minSDK, maxSDK)
	}
	for _, name := range []string{"rsa2048", "p256", "p521"} {
		all.put("good "+name, signOdd(t, name), 18, 23)
	}
	good := []*jar{newJar(t, crypto.SHA1, one, two), newJar(t, crypto.SHA256, one, two)}
	for _, j := range good {
		j.write()
	}
	r := rand.New(rand.NewSource(1))
	for i := range 100 {
		whole := good[r.Intn(2)]
		j := whole.clone()
		for range 1 + r.Intn(3) {
			hurt(r, j)
		}
		for n, s := range j.signers {
			if s.sf != whole.signers[n].sf {
				s.block = nil // to be signed anew
			}
		}
		all.put(fmt.Sprint("random", i), j.write(), 1+r.Intn(28), 28+r.Intn(8))
	}
	all.compare()
}

// hurt changes the lines of a manifest or of an .SF file.
func hurt(r *rand.Rand, j *jar) {
	text := &j.mf
	if r.Intn(3) > 0 {
		text = &j.signers[r.Intn(2)].sf
	}
	lines := strings.SplitAfter(*text, "\r\n")
	at, other := r.Intn(len(lines)), r.Intn(len(lines))
	switch r.Intn(12) {
	case 0:
		lines[at] = ""
	case 1:
		lines[at] += lines[other]
	case 2:
		lines[at], lines[other] = lines[other], lines[at]
	case 3:
		lines[at] = strings.TrimSuffix(lines[at], "\r\n") + []string{"\n", "\r", "\r\r", "\n\n", "", "\r\n "}[r.Intn(6)]
	case 4:
		*text = strings.ReplaceAll(*text, "\r\n", []string{"\n", "\r"}[r.Intn(2)])
		return
	case 5:
		lines[at] = "Digest-Algorithms: " + []string{"SHA-256", "MD5", "SHA1 SHA-256", "SHA-384", "sha"}[r.Intn(5)] + "\r\n" + lines[at]
	case 6:
		*text = drop(*text, "-Digest-Manifest")
		return
	case 7:
		lines[at] = strings.ToLower(lines[at])
	case 8:
		lines[at] = strings.Replace(lines[at], ": ", []string{":", " : ", ":  ", "; "}[r.Intn(4)], 1)
	case 9:
		*text = strings.ReplaceAll(*text, "SHA1-Digest", []string{"SHA-Digest", "SHA-1-Digest"}[r.Intn(2)])
		return
	case 10:
		*text = insert(*text, "X-Android-APK-Signed: "+[]string{"2", "3", "4", "2, 3", " ,"}[r.Intn(5)])
		return
	case 11:
		j.content[r.Intn(len(j.content))].Data = []byte("other")
	}
	*text = strings.Join(lines, "")
}
