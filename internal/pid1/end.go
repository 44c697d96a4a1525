package pid1

import (
	"errors"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"sigtool/internal/mountinfo"
)

// Deaf makes this process heed no signal that can be left alone, and Ctrl-Alt-Del neither: nothing but the table's end ends a live system. The
// signals are taken and dropped, not ignored, for what is ignored stays so in every program that is started.
func Deaf() error {
	signal.Notify(make(chan os.Signal, 1), unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2, unix.SIGPWR, unix.SIGPIPE,
		unix.SIGALRM, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU)
	return unix.Reboot(unix.LINUX_REBOOT_CMD_CAD_OFF)
}

// vtLockSwitch is VT_LOCKSWITCH (linux/vt.h): the keys lead to no other console.
const vtLockSwitch = 0x560b

// StayHere keeps the console on the terminal: on the others nobody would answer.
func (t *Terminal) StayHere() error { return unix.IoctlSetInt(t.fd, vtLockSwitch, 0) }

// EndAll ends every other process of the machine: those that heed a signal have a moment to put things right. For process 1 alone.
func EndAll() {
	if os.Getpid() != 1 {
		return // the signals would go to everybody
	}
	for _, step := range []struct {
		sig  unix.Signal
		wait time.Duration
	}{{unix.SIGHUP, time.Second}, {unix.SIGTERM, 3 * time.Second}, {unix.SIGKILL, 5 * time.Second}} {
		unix.Kill(-1, step.sig) // all but this one
		for range step.wait / (50 * time.Millisecond) {
			if alone() {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
}

// alone tells whether this process has no child. Whoever lost its parent is a child of process 1.
func alone() bool {
	return unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil) == unix.ECHILD
}

var errSlow = errors.New("a stick is still being written to")

// maxSync bounds how long a stick may take to write out what it was given.
const maxSync = 2 * time.Minute

// Settle writes out everything and unmounts all sticks. It returns what could not be done.
func Settle() (left []error) {
	done := make(chan []error, 1)
	go func() {
		unix.Sync()
		table, err := os.Open("/" + mountinfo.Path)
		if err != nil {
			done <- []error{err}
			return
		}
		defer table.Close()
		failed := unmountAll(table)
		unix.Sync()
		done <- failed
	}()
	select {
	case left = <-done:
		return left
	case <-time.After(maxSync):
		return []error{errSlow}
	}
}

// PowerOff switches the machine off. It returns when the machine can't be switched off by a program.
func PowerOff() error { return unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF) }
