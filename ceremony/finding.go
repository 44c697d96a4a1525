package ceremony

// Severity says how bad a finding about the machine is.
type Severity string

// The severities. A blocking finding stops the ceremony unless the plan lowers its check to an exception; a warning is shown and
// logged.
const (
	OK    Severity = "ok"
	Warn  Severity = "warn"
	Block Severity = "block"
)

// The checks that a machine is put to. The plan may lower each.
const (
	CheckLinks     = "links"     // a network link that is up
	CheckRoutes    = "routes"    // a way for packets to leave
	CheckSwap      = "swap"      // memory that may be written to a disk
	CheckCore      = "core"      // a crash that may write memory to a disk
	CheckGenerator = "generator" // the kernel's random generator, seeded or not
	CheckSession   = "session"   // something around the terminal that sees or records it
)

// Checks lists the checks, in the order in which they are shown.
func Checks() []string {
	return []string{CheckLinks, CheckRoutes, CheckSwap, CheckCore, CheckGenerator, CheckSession}
}

// Finding is one thing that was measured on the machine.
type Finding struct {
	Check    string // one of Checks
	Severity Severity
	Detail   string // what was seen, one line, no secret
}
