// Package qmp speaks with a running QEMU in its own protocol, for tests: a command, its answer or an event is a line of JSON each.
package qmp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// patience is how long QEMU may take for an answer. It answers at once, but on a machine that is very busy.
const patience = 30 * time.Second

// Monitor is the connection to one QEMU. Several goroutines may use it.
type Monitor struct {
	mu     sync.Mutex // one command at a time
	conn   net.Conn
	lines  *bufio.Reader
	events []message // that nobody has waited for yet
}

// message is all that a line can be. https://www.qemu.org/docs/master/interop/qmp-spec.html
type message struct {
	Return json.RawMessage `json:"return"`
	Error  *struct {
		Class string `json:"class"`
		Desc  string `json:"desc"`
	} `json:"error"`
	Event string `json:"event"`
	Data  struct {
		Device string `json:"device"`
	} `json:"data"`
}

// Listen waits where QEMU is to call: -chardev socket,id=ID,path=PATH -mon chardev=ID,mode=control. A path has 107 bytes at most.
func Listen(path string) (*net.UnixListener, error) {
	return net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
}

// Accept takes QEMU's call, and leaves the state of greetings.
func Accept(l *net.UnixListener) (*Monitor, error) {
	defer l.Close()
	if err := l.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	conn, err := l.Accept()
	if err != nil {
		return nil, err
	}
	m := &Monitor{conn: conn, lines: bufio.NewReader(conn)}
	if _, err := m.Do("qmp_capabilities", nil); err != nil {
		conn.Close()
		return nil, err
	}
	return m, nil
}

// Close hangs up; QEMU goes on.
func (m *Monitor) Close() error { return m.conn.Close() }

// Do gives a command and returns what QEMU answers.
func (m *Monitor) Do(command string, arguments any) (json.RawMessage, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	line, err := json.Marshal(struct {
		Execute   string `json:"execute"`
		Arguments any    `json:"arguments,omitempty"`
	}{command, arguments})
	if err != nil {
		return nil, err
	}
	if err := m.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if _, err := m.conn.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	for {
		answer, err := m.read()
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", command, err)
		case answer.Error != nil:
			return nil, fmt.Errorf("%s: %s: %s", command, answer.Error.Class, answer.Error.Desc)
		case answer.Return != nil:
			return answer.Return, nil
		case answer.Event != "":
			m.events = append(m.events, answer)
		}
	}
}

// Gone waits until QEMU says that a device is no more.
func (m *Monitor) Gone(device string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	is := func(event message) bool { return event.Event == "DEVICE_DELETED" && event.Data.Device == device }
	for i, event := range m.events {
		if is(event) {
			m.events = append(m.events[:i], m.events[i+1:]...)
			return nil
		}
	}
	if err := m.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for {
		switch event, err := m.read(); {
		case err != nil:
			return fmt.Errorf("%s does not go: %w", device, err)
		case is(event):
			return nil
		case event.Event != "":
			m.events = append(m.events, event)
		}
	}
}

// Ended waits until QEMU is no more.
func (m *Monitor) Ended() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	for {
		if _, err := m.read(); errors.Is(err, os.ErrDeadlineExceeded) {
			return errors.New("QEMU does not end")
		} else if err != nil {
			return m.conn.Close()
		}
	}
}

func (m *Monitor) read() (message, error) {
	line, err := m.lines.ReadBytes('\n')
	if err != nil {
		return message{}, err
	}
	var got message
	if err := json.Unmarshal(line, &got); err != nil {
		return message{}, errors.New("QEMU says what is no JSON")
	}
	return got, nil
}
