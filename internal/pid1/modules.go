package pid1

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// LoadModules gives the kernel every module of a folder, in the order of their names ("00-usb-common.ko", "01-…"), and returns how many it
// took and why it refused others. One that is refused leaves the rest as useful as it was, but for those that need it; one that finds
// nothing in this machine that it could drive is no loss.
func LoadModules(folder string) (loaded int, refused []error) {
	names, err := moduleNames(folder)
	if err != nil {
		return 0, []error{err}
	}
	for _, name := range names {
		switch err := loadModule(filepath.Join(folder, name)); err {
		case nil, unix.EEXIST: // there already, or built in
			loaded++
		case unix.ENODEV:
		default:
			refused = append(refused, fmt.Errorf("module %s: %w", bare(name), err))
		}
	}
	return loaded, refused
}

func loadModule(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), "", 0)
}

// moduleNames lists a folder's modules, in order. A folder that is not there has none.
func moduleNames(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".ko") {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b)) })
	return names, err
}

// place is the number that a module's name begins with: 100 comes behind 99.
func place(name string) int {
	digits, _, _ := strings.Cut(name, "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return math.MaxInt
	}
	return n
}

// bare is what people call a module: "usbhid" of "07-usbhid.ko".
func bare(name string) string {
	name = strings.TrimSuffix(name, ".ko")
	if _, rest, ok := strings.Cut(name, "-"); ok {
		return rest
	}
	return name
}
