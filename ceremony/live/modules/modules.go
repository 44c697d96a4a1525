// Package modules chooses the kernel modules of a live system: a keyboard, a stick and a printer need them, and none reaches a network, a
// radio, a camera or a microphone.
package modules

import (
	"errors"
	"io/fs"
)

// Module is a kernel module.
type Module struct {
	Name string // "usb_storage", as the kernel says it
	Path string // below the folder of modules: "kernel/drivers/usb/storage/usb-storage.ko"
	Data []byte // unpacked
}

// Select reads from a folder of modules (lib/modules/RELEASE) what a ceremony needs, and the extra ones that somebody wants, in an order in
// which the kernel takes them: none before those that it depends on.
func Select(tree fs.FS, release string, extra []string) ([]Module, error) {
	return nil, errors.New("not built yet")
}

// Refuse says why a module has no place in a live system, nil if it may be there.
func Refuse(m Module) error { return nil }
