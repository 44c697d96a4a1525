package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"sigtool/formats"
	"sigtool/internal/fileio"
)

// writeSidecars writes what stands beside a signed file that is in its place. The file comes first: whoever kills the program in between is left
// with a file that is good by itself, and at worst with a sidecar of the old file, which fits nothing and which no reader takes. The other way
// round, the old file would have lost its own.
func writeSidecars(output string, sidecars []formats.Sidecar, over bool) error {
	for _, sidecar := range sidecars {
		name := sidecar.Name(output)
		err := fileio.WriteNew(name, sidecar.Data, 0o644, over)
		if err == nil {
			continue
		}
		if over && !errors.Is(err, fileio.ErrSecret) && !errors.Is(err, fileio.ErrNotRegular) {
			_ = os.Remove(name) // that of the file before is worth nothing now, and would pass for this one's
		}
		return fmt.Errorf("%s is signed and in its place, but not what belongs beside it: %w", output, err)
	}
	return nil
}

// free refuses names of sidecars that are taken, or can't be, before the file is put in its place.
func free(output string, sidecars []formats.Sidecar, over bool) error {
	for _, sidecar := range sidecars {
		name := sidecar.Name(output)
		if err := noLink(name); err != nil {
			return err
		}
		switch info, err := os.Stat(name); {
		case err == nil && !info.Mode().IsRegular():
			return fmt.Errorf("%s: %w", name, fileio.ErrNotRegular)
		case !over && exists(name):
			return fmt.Errorf("%s: %w", name, fileio.ErrExists)
		}
	}
	return nil
}

// staleSuffixes are of sidecars that belong to one state of a file, byte for byte.
var staleSuffixes = []string{".idsig"}

// stale tells of sidecars of the file before that stay where they are.
func stale(output string, sidecars []formats.Sidecar) (warnings []string) {
	for _, suffix := range staleSuffixes {
		made := slices.ContainsFunc(sidecars, func(s formats.Sidecar) bool { return s.Suffix == suffix })
		if !made && exists(output+suffix) {
			warnings = append(warnings, output+suffix+" is of the file before: it was not made anew, and should be removed")
		}
	}
	return warnings
}

// noLink refuses a symbolic link where a file is to go whose name nobody typed: it could lead anywhere.
func noLink(name string) error {
	if info, err := os.Lstat(name); err == nil && info.Mode()&os.ModeSymlink != 0 {
		return withHint(fmt.Errorf("%s: a symbolic link stands where this file belongs", name), "remove it: sigtool follows links of names that it was given, and this one it was not")
	}
	return nil
}
