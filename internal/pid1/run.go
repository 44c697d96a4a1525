package pid1

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Command is a program to be run, in the folder /.
type Command struct {
	Path string
	Args []string // with the name that it sees itself by
	Env  []string // nothing else is inherited
	// TTY becomes its input and outputs, and the controlling terminal of a session of its own, even where another session had it. With nil it
	// shares what this process has.
	TTY *os.File
}

// Status is how a program ended.
type Status struct {
	Code   int            // 0 to 255
	Signal syscall.Signal // what killed it, 0 if nothing did
}

// OK tells whether it ended of itself, and well.
func (s Status) OK() bool { return s == Status{} }

// String says it in words that follow "the program".
func (s Status) String() string {
	switch {
	case s.Signal != 0:
		return fmt.Sprintf("was killed by signal %d (%s)", int(s.Signal), s.Signal)
	case s.Code != 0:
		return fmt.Sprintf("ended with status %d", s.Code)
	}
	return "ended well"
}

// Run starts a program and waits for its end. In a process that reaps (see Reap), as process 1 does, the reaper hears of the end and tells Run; in
// another Run waits itself.
func Run(cmd Command) (Status, error) {
	if cmd.Path == "" || len(cmd.Args) == 0 {
		return Status{}, errors.New("no program to run")
	}
	return reaper.run(cmd)
}

// attributes are what the program begins with.
func (cmd Command) attributes() *syscall.ProcAttr {
	attr := &syscall.ProcAttr{Dir: "/", Env: cmd.Env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{}}
	if cmd.TTY != nil {
		fd := cmd.TTY.Fd()
		attr.Files = []uintptr{fd, fd, fd}
		attr.Sys = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	}
	return attr
}

// reaper buries the children of this process, among them the orphans that fall to process 1, and tells Run of its own.
var reaper graves

type graves struct {
	mu      sync.Mutex // held from before a child is born until its name is in the book, so that none dies unknown
	reaping bool
	waiting map[int]chan<- syscall.WaitStatus
}

// Reap has every child buried as soon as it ends, whoever started it. Nothing in this process may wait for a child by other ways than Run.
func Reap() {
	reaper.mu.Lock()
	defer reaper.mu.Unlock()
	if reaper.reaping {
		return
	}
	reaper.reaping, reaper.waiting = true, map[int]chan<- syscall.WaitStatus{}
	ended := make(chan os.Signal, 1) // one is enough: after each, all that ended are buried
	signal.Notify(ended, unix.SIGCHLD)
	go func() {
		for range ended {
			reaper.bury()
		}
	}()
}

// bury takes all that have ended.
func (g *graves) bury() {
	for {
		var how syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &how, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
		g.mu.Lock()
		if told := g.waiting[pid]; told != nil {
			told <- how
			delete(g.waiting, pid)
		}
		g.mu.Unlock()
	}
}

func (g *graves) run(cmd Command) (Status, error) {
	told := make(chan syscall.WaitStatus, 1)
	pid, reaping, err := g.start(cmd, told)
	if err != nil {
		return Status{}, fmt.Errorf("%s can't be started: %w", cmd.Path, err)
	}
	if reaping {
		return statusOf(<-told), nil
	}
	var how syscall.WaitStatus
	for {
		if _, err := syscall.Wait4(pid, &how, 0, nil); err != syscall.EINTR {
			return statusOf(how), err
		}
	}
}

func (g *graves) start(cmd Command, told chan<- syscall.WaitStatus) (pid int, reaping bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	pid, err = syscall.ForkExec(cmd.Path, cmd.Args, cmd.attributes())
	if err == nil && g.reaping {
		g.waiting[pid] = told
	}
	return pid, g.reaping, err
}

func statusOf(how syscall.WaitStatus) Status {
	if how.Signaled() {
		return Status{Signal: how.Signal()}
	}
	return Status{Code: how.ExitStatus()}
}
