package fileio

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"sigtool/internal/patch"
)

// What needs another user, another view of the disk or a violent end is done in children: this test binary, started
// again with a role and the arguments of that role.
const roleName = "FILEIO_TEST_ROLE"

var roles map[string]func(args []string) error

func TestMain(m *testing.M) {
	roles = map[string]func([]string) error{
		"versions": roleVersions, "secrets": roleSecrets, "disk": roleDisk, "clone": roleClone, "limit": roleLimit, "replace": roleReplace, "hardened": roleHardened,
	}
	role := os.Getenv(roleName)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := roles[role](os.Args[1:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	os.Exit(0)
}

func child(role string, args ...string) *exec.Cmd {
	return &exec.Cmd{Path: "/proc/self/exe", Args: append([]string{"child"}, args...), Env: append(os.Environ(), roleName+"="+role)}
}

// nobody makes a child run as nobody, and ends the test where this user is not root.
func nobody(t *testing.T, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can become nobody")
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	return cmd
}

// openFolderFor makes a folder that nobody can work in.
func openFolderFor(t *testing.T, perm os.FileMode) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "fileio-*") // t.TempDir lies in a folder that is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, perm); err != nil {
		t.Fatal(err)
	}
	return dir
}

// put writes a file with exactly that mode.
func put(t testing.TB, path, data string, mode uint32) {
	t.Helper()
	if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// want checks what a file holds.
func want(t testing.TB, path, data string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != data {
		t.Fatalf("%s holds %.60q (%v), want %.60q", path, got, err, data)
	}
}

// wantNames checks what is in a folder.
func wantNames(t testing.TB, dir string, names ...string) {
	t.Helper()
	if got := list(t, dir); !slices.Equal(got, names) {
		t.Fatalf("%s holds %q, want %q", dir, got, names)
	}
}

func list(t testing.TB, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// replace puts data behind what a file holds, as signing does.
func replace(path, data string) error {
	f, err := Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	v, err := patch.NewView(f, []patch.Edit{{Offset: f.Size(), Insert: []byte(data)}})
	if err != nil {
		return err
	}
	return Replace(f, v)
}

func roleReplace(args []string) error { return replace(args[0], args[1]) }

// bothWays runs a test with files without a name and with temporary names.
func bothWays(t *testing.T, test func(t *testing.T)) {
	defer func() { unnamedFirst = true }()
	for _, unnamedFirst = range []bool{true, false} {
		t.Run("unnamed="+strconv.FormatBool(unnamedFirst), test)
	}
}

// version is the content of a file that is replaced over and over: it tells its number, and whether it is whole.
func version(n int) []byte {
	return bytes.Repeat(fmt.Appendf(nil, "%09d\n", n), 3000+n%7*500)
}

// versionOf returns the number of a content, or -1 if it is not one whole version.
func versionOf(data []byte) int {
	n, err := strconv.Atoi(string(data[:min(9, len(data))]))
	if err != nil || !bytes.Equal(data, version(n)) {
		return -1
	}
	return n
}

// roleVersions replaces a file by its next version for ever, and writes a byte for each. With "named" it uses names.
func roleVersions(args []string) error {
	unnamedFirst = args[1] != "named"
	for {
		f, err := Open(args[0])
		if err != nil {
			return err
		}
		data := make([]byte, f.Size())
		if _, err := f.ReadAt(data, 0); err != nil {
			return err
		}
		// Every byte changes but one, so that old bytes are copied too.
		next := version(versionOf(data) + 1)
		v, err := patch.NewView(f, []patch.Edit{{Offset: 1, Remove: f.Size() - 1, Insert: next[1:]}})
		if err != nil {
			return err
		}
		if err := Replace(f, v); err != nil {
			return err
		}
		f.Close()
		os.Stdout.Write([]byte{'.'})
	}
}

// roleSecrets makes secret files 0, 1, 2 … and writes a byte for each.
func roleSecrets(args []string) error {
	unnamedFirst = args[1] != "named"
	for i := 0; ; i++ {
		if err := WriteSecret(filepath.Join(args[0], strconv.Itoa(i)), version(i)); err != nil {
			return err
		}
		os.Stdout.Write([]byte{'.'})
	}
}
