package transcript

import (
	"bytes"
	"crypto"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"sigtool/keygen"
)

// TestReport: whoever reads the report finds what the transcript says.
func TestReport(t *testing.T) {
	t.Parallel()
	got, err := Check(wholeCeremony(t, func(e []entry) []entry {
		return append(e, entry{"destroy", EventDestroyed, map[string]string{"what": "the notes", "by": "Ben"}},
			entry{"sign", EventSigned, map[string]string{"file": "a.tar", "sha256": "00", "key": "p256", "output": "a.tar.sig"}})
	}))
	if err != nil {
		t.Fatal(err)
	}
	text := string(got.Report().Markdown())
	for _, want := range []string{
		`# Key ceremony: A \<title\> \& more` + "\n", "| Outcome | done |", "| Kind | generate, production |", "| Begun | 2027-01-01 09:00:01 |",
		"; front end: answers |", "\nabab abab  rhythm Pegasus rhythm Pegasus\n", strings.Repeat("cd", 32) + "\n",
		"| Ada | operator | AE |  |", "| Ben | witness | BE |  |", "| swap | exception | /dev/sda2 |", "| swap | it is encrypted | Ben | BE |",
		"| Ada | 2027-01-01 09:00:00 | 2027-01-01 09:00:00 | 0 |", "| machine | 2027-01-01 09:00:10 | 4 s | BE |  |", "| drill | 2027-01-01 09:00:25 | 3 s | BE | 1 |",
		"| p256 | p256 | made here | SHA256:", "| BBBB-BBBB | p256 | shares | 2 of 2, any 2 restore | Cy | 2 | printed |",
		"| p256 | 1 2 | typed from the paper |", "| BBBB-BBBB | Cy | 3 |", "| plan.yaml | 4 | ", "| a.tar | p256 | 00 | a.tar.sig |", "| the notes | Ben |",
		"compared | words: 1 2 3 |", "| ceremony key | ed25519 | SHA256:", `| p256 | ecdsa-p256-sha256 | SHA256:`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(text, "REHEARSAL") || strings.Contains(text, "MISSING") || strings.Contains(text, "NOT ALL") || strings.Contains(text, "void") {
		t.Error("a ceremony in earnest, done and complete, is reported as another")
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestReportWarns(t *testing.T) {
	t.Parallel()
	report := func(raw []byte) string {
		got, err := Check(raw)
		if err != nil {
			t.Fatal(err)
		}
		return string(got.Report().Markdown())
	}
	if text := report(sealed(t, GivenUp, nil)); !strings.Contains(text, "void and must not be used") || !strings.Contains(text, "**REHEARSAL") {
		t.Error(text)
	}
	if text := report(wholeCeremony(t, without("bags", EventBag, 1))); !strings.Contains(text, "SOMETHING IS MISSING.") || !strings.Contains(text, `sheet AAAA-AAAA of "Ada" has no bag`) {
		t.Error(text)
	}
	if text := report(wholeCeremony(t, with("drill", EventProven, 1, "from", "Ada: the sheet's own file, not the paper"))); !strings.Contains(text, "NOT ALL WERE READ FROM PAPER") {
		t.Error(text)
	}
	w, people := peopled(t)
	raw, err := w.Seal(Done, "", nil, map[string]crypto.Signer{"Ada": people["Ada"]})
	if err != nil {
		t.Fatal(err)
	}
	if text := report(raw); !strings.Contains(text, "<br>signed |") || !strings.Contains(text, "<br>did not sign |") || !strings.Contains(text, "| person: Ada | ed25519 |") {
		t.Error(text)
	}
	again, err := Check(wholeCeremony(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	again.Lines[6].Time = "2027-01-01T08:00:00Z"
	if text := string(again.Report().Markdown()); !strings.Contains(text, "the clock went back by ") {
		t.Error("a clock that went back does not show")
	}
	resumed := goOn(t, raw[:bytes.IndexByte(raw, '\n')+1])
	if text := string(resumed.Report().Markdown()); !strings.Contains(text, "went on from its journal") {
		t.Error(text)
	}
}

// hostileText tries to be markup, a line of its own, a command to a terminal, and text that runs backwards.
const hostileText = "x | y |\n# Heading\n\n| a |\n<script>`**[l](http://e)\x1b[2J\u202eb\r\u2028c"

// TestHostileText: whatever stands in a transcript becomes no markup, no line and no command in its report.
func TestHostileText(t *testing.T) {
	t.Parallel()
	h := header()
	h.Program, h.Title, h.Kind, h.Front, h.Steps = hostileText, hostileText, hostileText, hostileText, []string{"#x|<b>"}
	key := keys(t, keygen.P256)["p256"]
	w, err := NewWriter(h, ownKey(), clock(), nil)
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	try(err)
	try(w.Person(hostileText, hostileText, hostileText))
	try(w.Key(hostileText, hostileText, hostileText, hostileText, key.Public()))
	for _, event := range append([]string{hostileText, EventPresent, EventRefused}, told...) {
		switch event {
		case EventBegin, EventResume, EventPerson, EventKey, EventRestored, EventOutput, EventSigner, EventEnd, EventSeal:
			continue
		}
		data := map[string]string{hostileText: hostileText}
		for _, name := range []string{"name", "initials", "check", "severity", "verdict", "detail", "reason", "by", "sha256", "source", "label", "code", "document", "share",
			"holder", "how", "copies", "quorum", "from", "bag", "file", "key", "output", "what", "try", "why", "machine", "watch", "offset"} {
			data[name] = hostileText
		}
		try(w.Append(hostileText, event, data))
	}
	raw, err := w.Seal(Done, hostileText, map[string]crypto.Signer{hostileText: key}, nil)
	try(err)
	got, err := Check(raw)
	try(err)
	text := string(got.Report().Markdown())
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
			t.Fatalf("%U reaches the reader", r)
		}
	}
	own := regexp.MustCompile("^(|# Key ceremony: .*|## [A-Z][A-Za-z0-9 ,-]*|\\*\\*REHEARSAL.*\\*\\*|```|[0-9a-f]{64}|[0-9a-f]{4} [0-9a-f]{4}  [A-Za-z ]+|\\| .* \\||(\\|---)+\\||[A-Z].*)$")
	cells := 0
	for line := range strings.SplitSeq(text, "\n") {
		if !own.MatchString(line) {
			t.Errorf("a line that is not the report's: %q", line)
		}
		bars := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1))
		switch {
		case !strings.HasPrefix(line, "|"):
			cells = 0
		case cells == 0:
			cells = bars
		case bars != cells:
			t.Errorf("a row of %d bars in a table of %d: %q", bars, cells, line)
		}
		if strings.Contains(line, "# Heading") && !strings.Contains(line, "x ") {
			t.Errorf("a heading of somebody else: %q", line)
		}
	}
	if bad := regexp.MustCompile(`[^\\](<script|\]\(|\*\*\[)`).FindString(text); bad != "" {
		t.Errorf("%q reaches the reader", bad)
	}
}
