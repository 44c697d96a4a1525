package sandbox

import (
	"runtime"
	"slices"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// judge runs the filter as the kernel would: the five instructions it is made of.
func judge(t *testing.T, program []unix.SockFilter, arch, nr uint32) uint32 {
	t.Helper()
	acc := uint32(0)
	for at := 0; at < len(program); at++ {
		in := program[at]
		is := false
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			acc = map[uint32]uint32{0: nr, 4: arch}[in.K]
			continue
		case unix.BPF_RET | unix.BPF_K:
			return in.K
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			is = acc == in.K
		case unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K:
			is = acc >= in.K
		default:
			t.Fatalf("instruction %d has the code %#x", at, in.Code)
		}
		if is {
			at += int(in.Jt)
		} else {
			at += int(in.Jf)
		}
	}
	t.Fatal("the program runs past its end")
	return 0
}

func TestFilter(t *testing.T) {
	program := filter(denied)
	refuse := uint32(unix.SECCOMP_RET_ERRNO | int(unix.EACCES))
	for nr := range uint32(1000) {
		want := uint32(unix.SECCOMP_RET_ALLOW)
		if slices.Contains(denied, uintptr(nr)) {
			want = refuse
		}
		if got := judge(t, program, auditArch, nr); got != want {
			t.Errorf("system call %d: %#x, want %#x", nr, got, want)
		}
		for _, arch := range []uint32{0, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, unix.AUDIT_ARCH_X86_64 ^ unix.AUDIT_ARCH_AARCH64 ^ auditArch} {
			if got := judge(t, program, arch, nr); got != unix.SECCOMP_RET_KILL_PROCESS {
				t.Errorf("system call %d of architecture %#x: %#x, want death", nr, arch, got)
			}
		}
		for _, bit := range []uint32{0x40000000, 0x80000000, 0xc0000000} {
			if got := judge(t, program, auditArch, nr|bit); got != unix.SECCOMP_RET_KILL_PROCESS {
				t.Errorf("system call %#x: %#x, want death", nr|bit, got)
			}
		}
	}
}

func TestForeignCallsKill(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("x32 is a matter of amd64")
	}
	cmd := start("x32", false)
	out, _ := cmd.CombinedOutput()
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != unix.SIGSYS {
		t.Fatalf("%v, want death by SIGSYS\n%s", cmd.ProcessState, out)
	}
}

// roleX32 asks for its process number by the x32 number of that call.
func roleX32() error {
	if err := DenyNetwork(); err != nil {
		return err
	}
	_, _, errno := unix.Syscall(0x40000000+unix.SYS_GETPID, 0, 0, 0)
	return errno
}
