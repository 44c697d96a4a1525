package mender

import (
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"sigtool/formats"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// allocated is how many bytes a call allocates in all.
func allocated(call func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// Payloads that each ask for 64 MiB to unpack get them once together.
func TestManyDictionaries(t *testing.T) {
	cmd := exec.Command(oracle.Need(t, "xz"), "-9", "-c")
	cmd.Stdin = strings.NewReader(string(tarball(entry{name: "f", content: []byte("content\n")})))
	packed, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	const payloads = 20
	head := []entry{{name: "header-info"}}
	types, lines := `{"type":"ours"}`, fmt.Sprintf("%x  data/0000/f\n", sum([]byte("content\n")))
	all, sums := types, lines
	for i := range payloads {
		head = append(head, entry{name: fmt.Sprintf("headers/%04d/type-info", i), content: []byte(types)})
		if i > 0 {
			all, sums = all+","+types, sums+strings.Replace(lines, "0000", fmt.Sprintf("%04d", i), 1)
		}
	}
	head[0].content = []byte(strings.Replace(string(goodHeader[0].content), types, all, 1))
	made := parts{header: head,
		manifest: func(s string) string { return s[:strings.LastIndex(s[:len(s)-1], "\n")+1] + sums },
		outer: func(e []entry) []entry {
			e = e[:3]
			for i := range payloads {
				e = append(e, entry{name: fmt.Sprintf("data/%04d.tar.xz", i), content: packed})
			}
			return e
		}}.build()
	signed := sign(t, made, "p256")
	if used := allocated(func() { err = verify(t, signed, "p256") }); err != nil || used > 2*maxDictionary {
		t.Errorf("%d MiB: %v", used>>20, err)
	}
}

// What a header says takes little more memory than its bytes, whatever it is made of.
func TestHostileHeader(t *testing.T) {
	repeated := func(before, again, after string) []byte {
		return []byte(before + strings.Repeat(again, (maxMetadata-1000)/len(again)) + after)
	}
	for what, head := range map[string][]entry{
		"payloads": {{name: "header-info", content: repeated(`{"payloads":[`, `{},`, `{}]}`)}},
		"provides": {goodHeader[0], {name: "headers/0000/type-info", content: repeated(`{"artifact_provides":{"x":[`, `{"":0},`, `{}]}}`)}},
		"meta":     {goodHeader[0], goodHeader[1], {name: "headers/0000/meta-data", content: repeated(`{"x":[`, `{"":0},`, `{}]}`)}},
	} {
		src := patch.Bytes(parts{header: head}.build())
		if used := allocated(func() { Format{}.Verify(t.Context(), src, formats.Keys{}) }); used > 24*maxMetadata {
			t.Errorf("%s: %d MiB", what, used>>20)
		}
	}
}
