//go:build live

package main

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// Where Secure Boot is on, a stick that nobody signed is refused by the firmware. Signed with a key that the firmware knows it starts, says that
// Secure Boot is on, and is the same image to those who verify it.
func TestLaptopSecure(t *testing.T) {
	t.Parallel()
	l := newLaptop(t)
	l.secure = true
	r := l.on(false)
	r.sees("Access Denied")
	l.cut(r)

	l.sign()
	l.imageIsSound("signed")
	r = l.on(false)
	l.comesUp(r)
	r.sees("Secure Boot is on; kernel lockdown: confidentiality.")
	r.press("Enter")
	r.powersOff()
}

// sign signs what the firmware starts, as people do for a laptop of their own: with Debian's test key, whose passphrase is no secret.
func (l *laptop) sign() {
	l.t.Helper()
	const key, partition, starts = "/usr/share/ovmf/PkKek-1-snakeoil", "@@32768", "::/EFI/BOOT/BOOTX64.EFI"
	at := func(name string) string { return filepath.Join(l.folder, name) }
	mtools(l.t, "mcopy", "-i", l.stick+partition, starts, at("boot.efi"))
	for _, args := range [][]string{
		{"openssl", "rsa", "-in", key + ".key", "-passin", "pass:snakeoil", "-out", at("db.key")},
		{"sbsign", "--key", at("db.key"), "--cert", key + ".pem", "--output", at("signed.efi"), at("boot.efi")},
	} {
		if said, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			l.t.Fatalf("%s: %v: %s", args[0], err, said)
		}
	}
	mtools(l.t, "mcopy", "-o", "-i", l.stick+partition, at("signed.efi"), starts)
}
