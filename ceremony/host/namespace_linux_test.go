package host

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"syscall"
	"testing"

	"sigtool/ceremony"
)

// TestInsideEmptyNetwork inspects this machine from inside and outside an empty network namespace: both must see the same links and
// routes, or a ceremony that shuts itself in would call any machine air-gapped.
func TestInsideEmptyNetwork(t *testing.T) {
	const marker = "SIGTOOL_TEST_INSPECT"
	if os.Getenv(marker) != "" {
		if err := json.NewEncoder(os.Stdout).Encode(network()); err != nil {
			t.Fatal(err)
		}
		os.Exit(0)
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestInsideEmptyNetwork$")
	cmd.Env = append(os.Environ(), marker+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if id := os.Getuid(); id != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
	}
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("skipped: no network namespace to be had here: %v", err)
	}
	var inside []ceremony.Finding
	if err := json.Unmarshal(out, &inside); err != nil {
		t.Fatal(err)
	}
	if outside := network(); !reflect.DeepEqual(inside, outside) {
		t.Errorf("inside an empty namespace: %v\noutside: %v", inside, outside)
	}
}

func network() []ceremony.Finding {
	m := machine{root: os.DirFS("/")}
	return append(m.links(), m.routes()...)
}
