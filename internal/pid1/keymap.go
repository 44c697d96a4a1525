package pid1

import (
	"errors"
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// What the console's keyboard takes (uapi/linux/kd.h).
const (
	ioctlSetMode  = 0x4b45 // KDSKBMODE
	ioctlSetEntry = 0x4b47 // KDSKBENT
	modeUnicode   = 3      // K_UNICODE: what is typed arrives as UTF-8
	noSuchMap     = 0x027f // K_NOSUCHMAP, for key 0: the table goes away
	hole          = 0x0200 // K_HOLE: the key does nothing
)

// tamed is a symbol that does no harm: keys that the kernel itself heeds do nothing. A map that loadkeys printed has them: Scroll Lock stops the
// screen (K_HOLD), others kill all that runs at the terminal (K_SAK), restart the machine, show the kernel's memory or lead to another console.
func tamed(symbol uint16) uint16 {
	const (
		enter, caps, num, capsOn, compose, bareNum = 0x0201, 0x0207, 0x0208, 0x020d, 0x020e, 0x0213

		special, console = 0x02, 0x05 // KT_SPEC, KT_CONS: the upper byte
	)
	switch symbol >> 8 {
	case special:
		switch symbol {
		case enter, caps, num, capsOn, compose, bareNum:
			return symbol
		}
		return hole
	case console:
		return hole
	}
	return symbol
}

// keyEntry is struct kbentry: what one key means in one table.
type keyEntry struct {
	table, key uint8
	symbol     uint16
}

// SetKeymap has the keys of the consoles mean what tables say, and nothing else. What is typed arrives as UTF-8 from then on. tty is any of
// the consoles ("tty1"): there is one keymap for all.
func SetKeymap(tty *os.File, tables [256][]uint16) error {
	if tables[0] == nil {
		return errors.New("the keymap says nothing of keys without modifiers")
	}
	fd := int(tty.Fd())
	if err := unix.IoctlSetInt(fd, ioctlSetMode, modeUnicode); err != nil { // first: symbols beyond Latin-1 are refused otherwise
		return fmt.Errorf("%s is no console with a keyboard: %w", tty.Name(), err)
	}
	for held, table := range tables {
		if err := setTable(fd, uint8(held), table); err != nil {
			return fmt.Errorf("%s: the keymap: %w", tty.Name(), err)
		}
	}
	return nil
}

// setTable sets the keys of a table, or takes it away.
func setTable(fd int, held uint8, table []uint16) error {
	if table == nil {
		return setKey(fd, keyEntry{held, 0, noSuchMap})
	}
	for key, symbol := range table {
		if key == 0 {
			continue // no key has this code
		}
		if err := setKey(fd, keyEntry{held, uint8(key), tamed(symbol)}); err != nil {
			return fmt.Errorf("key %d of table %d, symbol 0x%04x: %w", key, held, symbol, err)
		}
	}
	return nil
}

func setKey(fd int, entry keyEntry) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), ioctlSetEntry, uintptr(unsafe.Pointer(&entry))); errno != 0 {
		return errno
	}
	return nil
}
