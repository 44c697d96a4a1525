package export

import (
	"os/exec"
	"testing"
)

// The shell itself gives back each word as it was.
func TestShellQuote(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"key.pem", "", "a b", "it's", `$(id) "x" \`, "~/k", "*", "two\nlines", "ключ", "#1", "a;b", "'", "&", "-n"} {
		out, err := exec.Command(sh, "-c", "printf %s/ "+shellQuote(word)+" end").Output()
		if want := word + "/end/"; err != nil || string(out) != want {
			t.Errorf("%q: %q, %v", word, out, err)
		}
	}
	for name, want := range map[string]string{"-rf": "./-rf", "@key": "./@key"} {
		if got := shellFile(name); got != want {
			t.Error(got)
		}
	}
	if got := shellFile("a b"); got != "'a b'" {
		t.Error(got)
	}
}
