package main

import (
	"fmt"
	"time"

	"sigtool/ceremony/live"
	"sigtool/internal/pid1"
)

// hold offers the terminals, has the table run on the one where somebody is, and returns when the table says that all is done.
func (l *liveSystem) hold() {
	pid1.Reap()
	for {
		status, err := l.holdOnce()
		pid1.EndAll() // what the table left behind
		l.openScreens()
		if err == nil && status.OK() {
			return
		}
		l.note(pid1.Settle()...)
		l.sayf(tidyScreen+"%s", afterTable(status, err))
		l.sayNotes()
	}
}

// holdOnce is one run of the table.
func (l *liveSystem) holdOnce() (pid1.Status, error) {
	if len(l.screens) == 0 {
		l.refuse("No terminal can be opened, so nobody can work here.")
	}
	here := l.screens.Claim("\nPress Enter to work here.\n")
	var others pid1.Screens
	for _, t := range l.screens {
		if t != here {
			others = append(others, t)
		}
	}
	done := others.Busy(fmt.Sprintf(busyElsewhere, here))
	defer done()
	tty, err := here.TTY()
	if err != nil {
		return pid1.Status{}, err
	}
	defer tty.Close()
	return pid1.Run(pid1.Command{Path: "/" + live.InitPath, Args: []string{tableName}, Env: tableEnv(here), TTY: tty})
}

// busyElsewhere is for the terminals that were not taken.
const busyElsewhere = `
Work goes on at %s.
If nobody can work there any more, switch the machine off and start it again:
the menu has a line to go on with a ceremony that was stopped.
`

// tableEnv is the environment of the table and of all that it starts. A fault of theirs prints its reason, not the state of their memory.
func tableEnv(t *pid1.Terminal) []string {
	kind := "linux"
	if t.Serial() {
		kind = "vt102"
	}
	return []string{"TERM=" + kind, "HOME=/tmp", "TMPDIR=/tmp", "GOTRACEBACK=none"}
}

// afterTable says what happened to the table, and what that means.
func afterTable(status pid1.Status, err error) string {
	how := "The program that shows the menu stopped: it " + status.String() + "."
	if err != nil {
		how = "The program that shows the menu: " + err.Error() + "."
	}
	return "\n" + narrowed(how) + `What it wrote to sticks stays as it is, and no stick is in use any more.
A ceremony that was stopped is gone on with from the menu.
`
}

// switchOff says goodbye. It returns when the kernel refuses to switch the machine off; one that can't be switched off stands still, so what to do
// then is said before.
func (l *liveSystem) switchOff() {
	l.sayf("\n\nWhat the sticks are still to hold is written out ...\n")
	for _, err := range pid1.Settle() {
		l.sayf("%s", narrowed("WARNING: "+err.Error()))
	}
	l.sayf("%s", liveGoodbye)
	time.Sleep(2 * time.Second) // for those who read
	err := pid1.PowerOff()
	l.sayf("\n%s", narrowed(fmt.Sprintf("The kernel refuses to: %v.", err)))
}

const liveGoodbye = `
The machine switches itself off now. If it still runs in half a minute, hold
its power button down. When the screen is dark, take out every stick. One that
held secrets is destroyed as the plan says, and never used for anything else.
`

// refuse ends everything with a reason, before there was anything to lose.
func (l *liveSystem) refuse(format string, args ...any) {
	l.sayf("\nThis system is not fit for a ceremony.\n%s", narrowed(fmt.Sprintf(format, args...)))
	l.sayNotes()
	if len(l.screens) > 0 {
		l.screens.Claim("\nPress Enter to switch the machine off.\n")
		l.switchOff()
	}
	for {
		l.giveUp()
		time.Sleep(time.Hour)
	}
}

// giveUp is the last message of all.
func (l *liveSystem) giveUp() {
	l.sayf("\nSwitch the machine off now, by its power button or its plug.\n")
}
