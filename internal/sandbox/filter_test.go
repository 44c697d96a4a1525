package sandbox

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"sigtool/internal/term/termtest"
)

// judge runs the filter as the kernel would: the five instructions it is made of.
func judge(t *testing.T, program []unix.SockFilter, arch, nr, request uint32) uint32 {
	t.Helper()
	acc := uint32(0)
	for at := 0; at < len(program); at++ {
		in := program[at]
		is := false
		switch in.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			acc = map[uint32]uint32{0: nr, 4: arch, 24: request}[in.K]
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
		if got := judge(t, program, auditArch, nr, 0); got != want {
			t.Errorf("system call %d: %#x, want %#x", nr, got, want)
		}
		for _, arch := range []uint32{0, unix.AUDIT_ARCH_I386, unix.AUDIT_ARCH_ARM, unix.AUDIT_ARCH_X86_64 ^ unix.AUDIT_ARCH_AARCH64 ^ auditArch} {
			if got := judge(t, program, arch, nr, 0); got != unix.SECCOMP_RET_KILL_PROCESS {
				t.Errorf("system call %d of architecture %#x: %#x, want death", nr, arch, got)
			}
		}
		for _, bit := range []uint32{0x40000000, 0x80000000, 0xc0000000} {
			if got := judge(t, program, auditArch, nr|bit, 0); got != unix.SECCOMP_RET_KILL_PROCESS {
				t.Errorf("system call %#x: %#x, want death", nr|bit, got)
			}
		}
	}
}

// Of ioctl two requests are refused, and neither number means anything to another call.
func TestFilterIoctl(t *testing.T) {
	program := filter(denied)
	for request, want := range map[uint32]uint32{
		0x5412: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES), 0x541c: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES),
		unix.TCGETS: unix.SECCOMP_RET_ALLOW, unix.TCSETS: unix.SECCOMP_RET_ALLOW, unix.TIOCGWINSZ: unix.SECCOMP_RET_ALLOW, 0: unix.SECCOMP_RET_ALLOW,
	} {
		if got := judge(t, program, auditArch, unix.SYS_IOCTL, request); got != want {
			t.Errorf("request %#x: %#x, want %#x", request, got, want)
		}
		if got := judge(t, program, auditArch, unix.SYS_WRITE, request); got != unix.SECCOMP_RET_ALLOW {
			t.Errorf("write with %#x: %#x", request, got)
		}
	}
}

// On a real terminal nothing can be typed into it, also with rubbish above the 32 bits that the kernel looks at, and all else still works.
func TestNothingTypedIntoTheTerminal(t *testing.T) {
	cmd := start("type", false)
	session := termtest.Start(t, cmd)
	if status := session.Wait(); status != 0 {
		t.Fatalf("exit status %d\n%s", status, session.Shown())
	}
}

// roleType tries to type into the terminal that is its standard input.
func roleType() error {
	if err := DenyNetwork(); err != nil {
		return err
	}
	c := byte('x')
	for _, request := range []uintptr{unix.TIOCSTI, tiocLinux, unix.TIOCSTI | 1<<32} {
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, 0, request, uintptr(unsafe.Pointer(&c))); errno != unix.EACCES {
			return fmt.Errorf("ioctl %#x: %v", request, errno)
		}
	}
	modes, err := unix.IoctlGetTermios(0, unix.TCGETS)
	if err != nil {
		return err
	}
	return unix.IoctlSetTermios(0, unix.TCSETS, modes)
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
