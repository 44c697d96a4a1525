package ceremony

// Severity says how bad a finding about the machine is, and in a plan, how strict the plan is about a check.
type Severity string

// The severities. A blocking finding ends the ceremony, unless the plan says Warn of its check: then it goes on with an exception. A
// warning is shown and logged, unless the plan says Strict of its check: then it is as bad as a blocking finding.
const (
	OK     Severity = "ok"
	Warn   Severity = "warn"
	Block  Severity = "block"
	Strict Severity = "strict" // in plans alone
)

// The checks that a machine is put to.
const (
	CheckLinks      = "links"       // network links
	CheckRoutes     = "routes"      // ways for packets to leave
	CheckRadios     = "radios"      // wireless hardware that is not switched off
	CheckBluetooth  = "bluetooth"   // Bluetooth adapters
	CheckSwap       = "swap"        // memory that may be written to a disk
	CheckHibernate  = "hibernation" // memory that may be written to a disk when the lid is shut
	CheckCore       = "core"        // a crash that may write memory to a disk
	CheckMemory     = "memory"      // whether secrets, or all of the program, are locked into memory
	CheckGenerator  = "generator"   // the kernel's random generator, seeded or not
	CheckSession    = "session"     // something around the terminal that sees or records it
	CheckWorkFolder = "work-folder" // where sheets in the clear would be put for a printer: memory, or a disk
	CheckMedium     = "medium"      // a system that runs from a live medium, or one that was installed
	CheckSecureBoot = "secure-boot" // whether the firmware checked what it started
	CheckDevices    = "devices"     // cameras, microphones, a hypervisor below
	CheckUSB        = "usb"         // what is plugged in; a change in mid-ceremony is a finding
	CheckClock      = "clock"       // the clock against the build date and the watches
)

// Checks lists the checks, in the order in which they are shown. The clock is checked in its own step.
func Checks() []string {
	return []string{CheckLinks, CheckRoutes, CheckRadios, CheckBluetooth, CheckSwap, CheckHibernate, CheckCore, CheckMemory, CheckGenerator, CheckSession,
		CheckWorkFolder, CheckMedium, CheckSecureBoot, CheckDevices, CheckUSB, CheckClock}
}

// Watched are the checks that are made again whenever an answer was taken, so that what changes in mid-ceremony is seen.
func Watched() []string {
	return []string{CheckLinks, CheckRoutes, CheckBluetooth, CheckSwap, CheckSession, CheckUSB}
}

// Finding is one thing that was measured on the machine.
type Finding struct {
	Check    string // one of Checks
	Severity Severity
	Detail   string // what was seen, one line, no secret
}
