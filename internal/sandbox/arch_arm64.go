package sandbox

import "golang.org/x/sys/unix"

// 32-bit programs have an audit architecture of their own; no number here is foreign.
const (
	auditArch    = unix.AUDIT_ARCH_AARCH64
	firstForeign = 0x40000000
)
