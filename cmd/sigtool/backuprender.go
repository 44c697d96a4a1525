package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"sigtool/backup"
	"sigtool/backup/print"
	"sigtool/backup/scan"
	"sigtool/internal/fileio"
	"sigtool/internal/secret"
	"sigtool/internal/term"
)

// papersNamed are the papers that --paper takes.
var papersNamed = []struct {
	name  string
	paper print.Paper
}{{"a4", print.A4}, {"letter", print.Letter}, {"58mm", print.Roll58}, {"80mm", print.Roll80}}

func paperNamed(name string) (print.Paper, error) {
	for _, p := range papersNamed {
		if strings.EqualFold(p.name, name) {
			return p.paper, nil
		}
	}
	return "", usagef("--paper: %q is none of a4, letter, 58mm, 80mm", name)
}

func isRoll(paper print.Paper) bool { return paper == print.Roll58 || paper == print.Roll80 }

// rendered is a file that sheets were laid out in. The name - is standard output.
type rendered struct {
	name string
	data []byte
}

func wipeRendered(files []rendered) {
	for _, file := range files {
		secret.Wipe(file.data)
	}
}

// render lays sheets out as the target's name asks for: .pdf, .png (a page a file), else text. A target that is a folder gets a file
// for each sheet.
func render(target string, sheets []*backup.Sheet, paper print.Paper) ([]rendered, error) {
	if isFolder(target) {
		var files []rendered
		for i, sheet := range sheets {
			more, err := render(filepath.Join(target, fmt.Sprintf("sheet-%d.pdf", i+1)), []*backup.Sheet{sheet}, paper)
			if err != nil {
				return nil, err
			}
			files = append(files, more...)
		}
		return files, nil
	}
	switch strings.ToLower(filepath.Ext(target)) {
	case ".pdf":
		data, err := print.PDF(sheets, paper)
		return []rendered{{target, data}}, err
	case ".png":
		pages, err := print.PNG(sheets, paper)
		return numbered(target, pages), err
	}
	return []rendered{{target, print.Text(sheets)}}, nil
}

// numbered names pages sheet.png, or sheet-1.png and so on where there are several.
func numbered(target string, pages [][]byte) []rendered {
	if len(pages) == 1 {
		return []rendered{{target, pages[0]}}
	}
	ext := filepath.Ext(target)
	var files []rendered
	for i, page := range pages {
		files = append(files, rendered{fmt.Sprintf("%s-%d%s", strings.TrimSuffix(target, ext), i+1, ext), page})
	}
	return files
}

// readBackRendered reads what will be printed as if it had come from paper, and compares: what does not come back is not written.
func readBackRendered(files []rendered, payload backup.Payload) error {
	gathered := &papers{}
	defer gathered.destroy()
	for _, file := range files {
		if scan.Sniff(file.data) == "" {
			gathered.texts = append(gathered.texts, paperText{name: file.name, text: bytes.Clone(file.data)})
			continue
		}
		if err := gathered.addPicture(file.name, file.data); err != nil {
			return notReadBack(err)
		}
	}
	restored, err := gathered.decode("")
	if err != nil {
		return notReadBack(err)
	}
	defer restored.Destroy()
	return isPayload(restored, payload)
}

func notReadBack(err error) error {
	return fmt.Errorf("the sheet does not read back and was not written: %w", err)
}

// writeRendered writes the files, none of which may exist, and then what is for standard output. Where one can't be written, the others
// are taken back.
func writeRendered(out *reporter, files []rendered) error {
	for _, file := range files {
		if file.name != "-" && exists(file.name) {
			return withHint(fmt.Errorf("%s: %w", file.name, fileio.ErrExists), "a sheet is never overwritten: choose another name")
		}
	}
	var written []string
	for _, file := range files {
		if file.name == "-" {
			continue
		}
		if err := fileio.WriteSecret(file.name, file.data); err != nil {
			for _, name := range written {
				_ = os.Remove(name)
			}
			return err
		}
		written = append(written, file.name)
	}
	for _, file := range files {
		if file.name == "-" {
			return out.data(file.data)
		}
	}
	return nil
}

// forPrinter lays sheets out for a printer that takes raw bytes: ESC/POS for a roll, else plain text with form feeds.
func forPrinter(sheets []*backup.Sheet, paper print.Paper) ([]byte, error) {
	if isRoll(paper) {
		return print.ESCPOS(sheets, paper)
	}
	return print.Text(sheets), nil
}

// sendTo hands bytes to a printer: a character device, or a pipe that leads to one. A disk is a device too, and is not written to.
func sendTo(device string, data []byte) error {
	printer, err := os.OpenFile(device, os.O_WRONLY|unix.O_NONBLOCK, 0) // a pipe that nobody reads is an error, and no wait
	if err != nil {
		return fmt.Errorf("%s: %w", device, errors.Unwrap(err))
	}
	_ = unix.SetNonblock(int(printer.Fd()), false) // a printer takes its time
	info, err := printer.Stat()                    // of what was opened, whatever its name leads to by now
	switch {
	case err != nil:
	case info.Mode()&(os.ModeCharDevice|os.ModeNamedPipe) == 0:
		err = usageHint("-o writes a sheet to a file", "%s: --to is for a printer's device, and this is none", device)
	case term.IsTerminal(printer.Fd()):
		err = usageHint("-o - writes a sheet to standard output", "%s: a terminal is no printer", device)
	default:
		_, err = printer.Write(data)
	}
	return errors.Join(err, printer.Close())
}
