package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"sigtool/internal/oracle"
)

// TestMain makes this test's binary stand for sigtool in the stories, and for a sigtool that tries to reach the network.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"sigtool":      sigtoolOnMachine,
		"sigtool-dial": dialFromInside,
	})
}

// TestStories runs testdata/script/*.txtar. They are the living documentation: one story a file.
func TestStories(t *testing.T) {
	root, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("KEYS", filepath.Join(root, "keys"))
			env.Setenv("MODULE", filepath.Join(root, "kmod", "sample.ko"))
			env.Setenv("TESTDATA", root)
			signFile, _ := oracle.Find("sign-file")
			env.Setenv("SIGN_FILE", signFile)
			openssl35, _ := oracle.Find("openssl-3.5")
			env.Setenv("OPENSSL35", openssl35)
			cst, _ := oracle.Find("cst")
			env.Setenv("CST", cst)
			env.Values[sheetsInSafe{}] = map[string][]string{}
			return nil
		},
		Condition: hasOracle,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"flip":     flip,
			"mode":     mode,
			"edit":     edit,
			"exitcode": exitCode,
			"jsonok":   jsonLines,
			"people":   people,
			"machine":  machine,
			"stick":    smallStick,
			"livekit":  livekit,
			"tamper":   tamper,
		},
	})
}

// hasOracle is the condition [oracle:NAME]: a tool to compare with is here. Where it is not, stories skip, and CI fails.
func hasOracle(condition string) (bool, error) {
	tool, ok := strings.CutPrefix(condition, "oracle:")
	if !ok {
		return false, fmt.Errorf("unknown condition %q", condition)
	}
	_, found := oracle.Find(tool)
	if !found && os.Getenv("CI") == "true" {
		return false, fmt.Errorf("%s is missing, and CI must have it", tool)
	}
	return found, nil
}

// flip FILE OFFSET changes one bit of a byte; a negative offset counts from the end.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	offset, err := strconv.Atoi(args[1])
	ts.Check(err)
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	if offset < 0 {
		offset += len(data)
	}
	data[offset] ^= 1
	ts.Check(os.WriteFile(name, data, 0o644))
}

// mode FILE 0600 compares a file's permissions.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	want, err := strconv.ParseUint(args[1], 8, 32)
	ts.Check(err)
	if (uint64(info.Mode().Perm()) == want) == neg {
		ts.Fatalf("%s has mode %o", args[0], info.Mode().Perm())
	}
}

// edit FILE s/OLD/NEW/ … : a line-based change: "drop N", "swap N M", "subst N OLD NEW"; lines count from 1 over those that match
// no comment, as they stand in the file.
func edit(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	rows := strings.SplitAfter(string(data), "\n")
	at := func(text string) int {
		n, err := strconv.Atoi(text)
		ts.Check(err)
		if n < 0 {
			n += len(rows)
		}
		return n - 1
	}
	switch args[1] {
	case "drop":
		rows = slices.Delete(rows, at(args[2]), at(args[2])+1)
	case "swap":
		rows[at(args[2])], rows[at(args[3])] = rows[at(args[3])], rows[at(args[2])]
	case "dropmatch":
		rows = slices.DeleteFunc(rows, func(row string) bool { return strings.HasPrefix(strings.TrimSpace(row), args[2]) })
	default:
		ts.Fatalf("edit: %q", args[1])
	}
	ts.Check(os.WriteFile(name, []byte(strings.Join(rows, "")), 0o600))
}

// exitcode N COMMAND... runs a command and compares its exit status; stdout and stderr can be looked at afterwards.
func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, not %s", got, args[0])
	}
}

// jsonok checks that every line of stdout is one JSON object.
func jsonLines(ts *testscript.TestScript, _ bool, _ []string) {
	for _, line := range strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n") {
		var object map[string]any
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			ts.Fatalf("%q: %v", line, err)
		}
	}
}
