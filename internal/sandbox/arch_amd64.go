package sandbox

import "golang.org/x/sys/unix"

// Numbers from firstForeign on are those of x32, which has the same audit architecture.
const (
	auditArch    = unix.AUDIT_ARCH_X86_64
	firstForeign = 0x40000000
)
