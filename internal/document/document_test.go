package document

import (
	"strings"
	"testing"
)

func TestMarkdown(t *testing.T) {
	t.Parallel()
	d := &Document{Title: "Root of the Example CA", Mark: "REHEARSAL"}
	d.Add(
		Block{Heading: "Roll call", Text: "Who is there.\nEach writes initials.",
			Table: &Table{Head: []string{"name", "initials"}, Rows: [][]string{{"Ada"}, {"Ben", "BE"}}, Boxes: true}},
		Block{Table: &Table{Rows: [][]string{{"plan", "one\ntwo"}}}},
		Block{Heading: "Digest", Code: "00 11\n22 33\n"},
	)
	const want = "# Root of the Example CA\n\n**REHEARSAL**\n" +
		"\n## Roll call\n\nWho is there.\n\nEach writes initials.\n" +
		"\n| name | initials |\n|---|---|\n| Ada | \\_\\_\\_\\_\\_\\_\\_\\_ |\n| Ben | BE |\n" +
		"\n|  |  |\n|---|---|\n| plan | one<br>two |\n" +
		"\n## Digest\n\n```\n00 11\n22 33\n```\n"
	if got := string(d.Markdown()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestHostileText: text that is markup, or drives a terminal, stays text wherever it stands.
func TestHostileText(t *testing.T) {
	t.Parallel()
	for hostile, want := range map[string]string{
		"a*b*_c_":                 `a\*b\*\_c\_`,
		"<img src=x>":             `\<img src=x\>`,
		"&lt;":                    `\&lt;`,
		"a | b":                   `a \| b`,
		"[x](y)":                  `\[x\](y)`,
		"![x](y)":                 `!\[x\](y)`,
		"`code`":                  "\\`code\\`",
		`\*`:                      `\\\*`,
		"# x":                     `\# x`,
		"- x - y":                 `\- x - y`,
		"1. x":                    `1\. x`,
		"12) x":                   `12\) x`,
		"1.0":                     `1\.0`,
		"v1.0":                    `v1.0`,
		"===":                     `\===`,
		"see www.example.org":     `see www\.example.org`,
		"https://example.org":     `https\://example.org`,
		"ada@example.org":         `ada\@example.org`,
		"a\n\n# b":                `a # b`,
		"a\r\x1b[2J\u202eb\u2028": "a\uFFFD\uFFFD\\[2J\uFFFDb\uFFFD",
		"~~x~~":                   `\~\~x\~\~`,
	} {
		if got := inline(hostile); got != want {
			t.Errorf("%q: %q, want %q", hostile, got, want)
		}
	}
	d := &Document{Title: "x", Blocks: []Block{{Code: "```\n# out\n````"}}}
	if got := string(d.Markdown()); got != "# x\n\n`````\n```\n# out\n````\n`````\n" {
		t.Errorf("a fence in code: %q", got)
	}
}

func FuzzMarkdown(f *testing.F) {
	f.Add("a|b\n# c", "```")
	f.Add("<script>", "````\n\n")
	f.Fuzz(func(t *testing.T, text, code string) {
		d := &Document{Title: text, Blocks: []Block{{Heading: text, Table: &Table{Rows: [][]string{{text, code}}}}, {Code: code}}}
		lines := strings.Split(string(d.Markdown()), "\n")
		rows := 0
		for _, line := range lines {
			if strings.HasPrefix(line, "|") {
				rows++
			}
		}
		if strings.Contains(code, "|") || strings.HasPrefix(code, "|") {
			return // a code block may hold any line
		}
		if rows != 3 {
			t.Fatalf("%d rows of a table with 3: %q", rows, lines)
		}
	})
}
