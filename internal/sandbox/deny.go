package sandbox

import (
	"fmt"
	"runtime"
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// denied are the system calls that fail with EACCES from DenyNetwork on, and why. Calls that only work on a socket that
// is there already (getsockopt, shutdown, …) are left alone: there is none but what was inherited.
var denied = []uintptr{
	// Sockets of every family: internet, Unix, netlink, packet, vsock.
	unix.SYS_SOCKET, unix.SYS_SOCKETPAIR,
	// An inherited socket can't be given an address, or a connection, or be aimed; read and write still work on it.
	unix.SYS_CONNECT, unix.SYS_BIND, unix.SYS_LISTEN, unix.SYS_ACCEPT, unix.SYS_ACCEPT4,
	unix.SYS_SENDTO, unix.SYS_SENDMSG, unix.SYS_SENDMMSG,
	// Another process could hand one over, or have one taken from it.
	unix.SYS_RECVMSG, unix.SYS_RECVMMSG, unix.SYS_PIDFD_GETFD,
	// io_uring makes and uses sockets past this filter.
	unix.SYS_IO_URING_SETUP, unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER,
	// The kernel itself goes to the network for a network file system.
	unix.SYS_MOUNT, unix.SYS_FSOPEN, unix.SYS_FSPICK, unix.SYS_OPEN_TREE, unix.SYS_MOVE_MOUNT,
	// Other processes have the network: not into them by these ways. /proc/PID/mem is a file, which this filter can't tell from others.
	unix.SYS_PTRACE, unix.SYS_PROCESS_VM_READV, unix.SYS_PROCESS_VM_WRITEV, unix.SYS_SETNS,
	// Code in the kernel, or another kernel.
	unix.SYS_BPF, unix.SYS_INIT_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_KEXEC_LOAD, unix.SYS_KEXEC_FILE_LOAD,
	// Never needed here, and often the start of an attack on the kernel.
	unix.SYS_PERF_EVENT_OPEN, unix.SYS_USERFAULTFD, unix.SYS_ADD_KEY, unix.SYS_REQUEST_KEY, unix.SYS_KEYCTL,
	// Opens files past the permissions of the folders they are in.
	unix.SYS_OPEN_BY_HANDLE_AT,
}

// deniedIoctls are the requests to a terminal that fail with EACCES: both can type into it, and the shell outside, which has
// the network, would run what was typed.
var deniedIoctls = []uint32{unix.TIOCSTI, tiocLinux}

// tiocLinux is TIOCLINUX (ioctl_console(2)), which pastes what is selected on a virtual console.
const tiocLinux = 0x541c

// DenyNetwork has the kernel refuse, with EACCES, every way to the network and the rest of the list above, on all
// threads of the process and for all it will ever start; nothing can take it back. The process is killed when it makes
// a system call of another architecture (32 bit, x32), which the filter would not know. On an error nothing is denied,
// and the caller must not go on.
func DenyNetwork() error { return deny(denied) }

// DenySockets is DenyNetwork for a process that mounts sticks: mount is left to it and to all that it starts, and nothing else. A kernel without
// a network file system gets nowhere by that.
func DenySockets() error {
	return deny(slices.DeleteFunc(slices.Clone(denied), func(nr uintptr) bool { return nr == unix.SYS_MOUNT }))
}

func deny(denied []uintptr) error {
	program := filter(denied)
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	// no_new_privs belongs to a thread, and the filter is taken from a thread that has it. TSYNC gives both to the others.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("can't give up privileges: %w", err)
	}
	other, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&prog)))
	runtime.KeepAlive(program)
	if errno != 0 {
		return fmt.Errorf("can't shut out the network (seccomp): %w", errno)
	}
	if other != 0 {
		return fmt.Errorf("can't shut out the network (seccomp): thread %d has a filter of its own", other)
	}
	return nil
}

// Where struct seccomp_data has its fields (seccomp(2)):
//
//	0      4      8                     16
//	| nr   | arch | instruction_pointer | args[6] …
const (
	dataNumber  = 0
	dataArch    = 4
	dataRequest = 24 // the low word of args[1]; the kernel looks at no more of an ioctl's request
)

// The instructions it takes.
const (
	load  = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	equal = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	least = unix.BPF_JMP | unix.BPF_JGE | unix.BPF_K
	ret   = unix.BPF_RET | unix.BPF_K
)

// filter assembles the BPF program:
//
//	arch is not ours        -> kill
//	nr has the x32 bit      -> kill (amd64)
//	nr is ioctl             -> EACCES for one of deniedIoctls, else allow
//	nr is one of denied     -> EACCES, found by halves
//	allow
func filter(denied []uintptr) []unix.SockFilter {
	p := []unix.SockFilter{
		{Code: load, K: dataArch},
		{Code: equal, K: auditArch, Jt: 1},
		{Code: ret, K: unix.SECCOMP_RET_KILL_PROCESS},
		{Code: load, K: dataNumber},
		{Code: least, K: firstForeign, Jf: 1},
		{Code: ret, K: unix.SECCOMP_RET_KILL_PROCESS},
	}
	requests := append([]unix.SockFilter{{Code: load, K: dataRequest}}, refuse(deniedIoctls)...)
	p = append(p, unix.SockFilter{Code: equal, K: unix.SYS_IOCTL, Jf: uint8(len(requests))})
	p = append(p, requests...)
	return append(p, search(slices.Sorted(slices.Values(denied)))...)
}

// search refuses the sorted numbers and allows all others. The kernel runs a new filter once for each system call it has, so a short
// way through it is a short start of the program.
func search(sorted []uintptr) []unix.SockFilter {
	const few = 4
	if half := len(sorted) / 2; len(sorted) > few {
		below, above := search(sorted[:half]), search(sorted[half:])
		return slices.Concat([]unix.SockFilter{{Code: least, K: uint32(sorted[half]), Jt: uint8(len(below))}}, below, above)
	}
	numbers := make([]uint32, len(sorted))
	for i, nr := range sorted {
		numbers[i] = uint32(nr)
	}
	return refuse(numbers)
}

// refuse answers EACCES where what was loaded is one of these, and allows all else.
func refuse(values []uint32) []unix.SockFilter {
	var p []unix.SockFilter
	for _, value := range values {
		p = append(p,
			unix.SockFilter{Code: equal, K: value, Jf: 1},
			unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES)})
	}
	return append(p, unix.SockFilter{Code: ret, K: unix.SECCOMP_RET_ALLOW})
}
