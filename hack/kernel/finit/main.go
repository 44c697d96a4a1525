// Command finit has the kernel load a packed module and unpack it itself, as kmod does from version 31 on: finit_module(2) with
// MODULE_INIT_COMPRESSED_FILE. It runs in the machine of hack/kernel.
package main

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err == nil {
		err = unix.FinitModule(int(file.Fd()), "", unix.MODULE_INIT_COMPRESSED_FILE)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "finit:", err)
		os.Exit(1)
	}
}
