package host

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"sigtool/ceremony"
)

const (
	maxFile   = 1 << 20 // of a file that is read whole
	maxDetail = 1000    // of a finding
)

var errTooLong = errors.New("too long")

// head reads the first bytes of a file.
func (m machine) head(name string, most int64) (string, error) {
	f, err := m.root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most))
	return string(data), err
}

// text reads a file and cuts the white space around it.
func (m machine) text(name string) (string, error) {
	text, err := m.head(name, maxFile+1)
	if err == nil && len(text) > maxFile {
		return "", fmt.Errorf("%s: %w", name, errTooLong)
	}
	return strings.TrimSpace(text), err
}

// rows reads a file as lines of fields; empty lines are left out.
func (m machine) rows(name string) ([][]string, error) {
	text, err := m.text(name)
	if err != nil {
		return nil, err
	}
	var out [][]string
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) > 0 {
			out = append(out, fields)
		}
	}
	return out, nil
}

// entries lists a folder of sysfs, in order. The kernel makes many of them with the first device of their kind, so one that is not
// there is empty, as long as there is a sysfs at all.
func (m machine) entries(folder string) ([]string, error) {
	list, err := fs.ReadDir(m.root, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, m.noSysfs()
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, entry := range list {
		names = append(names, entry.Name())
	}
	return names, nil
}

// noSysfs is nil where sysfs is mounted: /sys/class is never empty, for every kernel has some class of devices.
func (m machine) noSysfs() error {
	classes, err := fs.ReadDir(m.root, "sys/class")
	if err == nil && len(classes) == 0 {
		return errors.New("/sys/class is empty")
	}
	return err
}

// finding makes the detail one line of printable ASCII. One that is too long is cut, and told from others by a digest of the whole.
func finding(check string, severity ceremony.Severity, detail string) ceremony.Finding {
	if len(detail) > maxDetail {
		detail = fmt.Sprintf("%s ... (SHA-256 of all of it: %.8x)", detail[:maxDetail], sha256.Sum256([]byte(detail)))
	}
	return ceremony.Finding{Check: check, Severity: severity, Detail: printable(detail)}
}

// printable puts a question mark for each byte that could drive a terminal, look like another letter, or turn a line around.
func printable(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '?'
		}
	}
	return string(b)
}

// quoted makes a name that a device gave itself fit to be quoted among others.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		s = s[:most] + "..."
	}
	return `"` + strings.ReplaceAll(printable(s), `"`, "?") + `"`
}

func one(f ceremony.Finding) []ceremony.Finding { return []ceremony.Finding{f} }

// unreadable is the finding for what can't be measured, and has to be.
func unreadable(check, name string) ceremony.Finding {
	return finding(check, ceremony.Block, "/"+name+" can't be read, so this can't be measured")
}

// untold is the finding for what can't be measured where the worst that could be found is a warning.
func untold(check, name string) ceremony.Finding {
	return finding(check, ceremony.Warn, "/"+name+" can't be read, so this can't be measured")
}
