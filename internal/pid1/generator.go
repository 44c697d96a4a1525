package pid1

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// isSeeded tells whether the kernel's generator has what it needs.
func isSeeded() bool {
	_, err := unix.Getrandom(make([]byte, 1), unix.GRND_NONBLOCK)
	return err == nil
}

// AwaitSeed waits until it has, and says so on the screens when that takes a moment. Whatever people type meanwhile is mixed into it: the
// kernel credits the timing of their keys, and takes the text itself without counting it as anything.
func AwaitSeed(s Screens) error {
	if isSeeded() {
		return nil
	}
	seeded := make(chan error, 1)
	go func() { seeded <- waitForSeed() }()
	return awaitSeed(s, seeded, mixIn)
}

// waitForSeed returns when the generator is ready. That it is being waited for makes the kernel gather the jitter of its clocks besides,
// which does for most machines, in a second or two.
func waitForSeed() error {
	for {
		if _, err := unix.Getrandom(make([]byte, 1), 0); err != unix.EINTR {
			return err
		}
	}
}

func awaitSeed(s Screens, seeded <-chan error, mix func([]byte) error) error {
	typed, stop := s.Listen()
	defer stop()
	fmt.Fprint(s, waitingForSeed)
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for waited := 1; ; {
		select {
		case err := <-seeded:
			if err == nil {
				fmt.Fprint(s, "\rThe kernel's random generator is ready.            \n")
			}
			return err
		case line := <-typed:
			err := mix(line.Text)
			clear(line.Text)
			if err != nil {
				return err
			}
			fmt.Fprint(line.At, "Mixed in. More helps.\n")
		case <-second.C:
			fmt.Fprintf(s, "\rwaiting: %d s ", waited)
			waited++
		}
	}
}

const waitingForSeed = `
The kernel's random generator has not gathered enough yet. Waiting for it.
What helps: type anything on a keyboard, and press Enter now and then: the
time of each key counts. Dice do too: type what they show. (The ceremony asks
for dice of its own later; what is typed here is only a help.)

`

// mixIn gives bytes to the kernel's generator, which stirs them in and counts them for nothing (random(4)).
func mixIn(text []byte) error {
	f, err := os.OpenFile("/dev/urandom", os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(text)
	return err
}
