package tui

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/lines"
	"sigtool/backup/words"
	"sigtool/ceremony"
	"sigtool/internal/term"
)

// The test binary runs itself as a ceremony that is a list of prompts.
func TestMain(m *testing.M) {
	if os.Getenv("TUI_TEST_PROGRAM") != "" {
		os.Exit(program())
	}
	os.Exit(m.Run())
}

func program() int {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	terminal, err := term.Open()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	front := New(Terminal{
		Input: tty, Output: tty, Environ: os.Environ(), ReadFile: os.ReadFile,
		Raw: terminal.Raw,
		Entry: func(code string) (backup.Entry, bool) {
			if code == "words" {
				return words.Codec{}.Entry(), true
			}
			return lines.Codec{}.Entry(), code == "lines"
		},
	})
	defer front.Close()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		front.Close()
	}()
	only := os.Getenv("TUI_TEST_PROGRAM")
	fmt.Print("before\r\n")
	for _, p := range script() {
		if only != "all" && !strings.Contains(p.Ask+p.Title, only) {
			continue
		}
		if os.Getenv("TUI_TEST_PANIC") == "page" {
			p.Look = func() string { panic("on the page") }
		}
		answer, err := front.Ask(p)
		if errors.Is(err, ceremony.ErrGivenUp) {
			front.Close()
			fmt.Printf("given up: %v\r\n", err)
			return 3
		}
		if err != nil {
			front.Close()
			fmt.Printf("error: %v\r\n", err)
			return 1
		}
		if p.Kind == ceremony.Work {
			work()
		}
		if os.Getenv("TUI_TEST_PANIC") == "ceremony" {
			panic("in the middle of a ceremony")
		}
		answer.Secret.Destroy()
	}
	front.Close()
	fmt.Print("done\r\n")
	return 0
}

// work lasts until the test says so.
func work() {
	done := make(chan os.Signal, 1)
	signal.Notify(done, syscall.SIGUSR1)
	<-done
}

// sheetRows are the rows of a sheet, as they stand on the paper.
func sheetRows() []string {
	sheets, err := lines.Codec{}.Encode(backuptest.Payload(backup.KindSeed, backup.SeedSize, "typed"), backuptest.Meta(), backup.Split{})
	if err != nil {
		panic(err)
	}
	var rows []string
	for _, row := range sheets[0].Rows {
		rows = append(rows, string(bytes.TrimSpace(row)))
	}
	return rows
}

var stages = []string{"Who you are", "Roll call", "The machine", "The clock", "Randomness", "The keys are made", "The passphrase", "The paper",
	"The paper is read back", "The bags", "The files", "First signatures", "The transcript"}

const ben, carol = "Ben Example, witness", "Carol Example, holder"

var passphrase = strings.TrimSpace(`
   1 upstate      2 grudge      3 canteen
   4 trio         5 oblivion    6 reshape
   7 stoneware    8 agenda      9 mulberry`)

// script is a ceremony with every kind of prompt.
func script() []ceremony.Prompt {
	show := func() string { return passphrase }
	all := []ceremony.Prompt{
		{Number: 1, Kind: ceremony.TypeBack, Who: ben, Ask: "Type words 3, 17 and 30 of the program's digest",
			Text: []string{"Compare the digests of the program and of the plan, in figures or in words, with those on your own paper. Read them aloud."},
			Table: [][2]string{{"program", "4be1 07c2 9d55 6c1f 2a0b 77de 1f90 c3a8\n81f2 0e6d 55b1 a7c9 3d42 98e0 6b17 f2d4"},
				{"in words", "crackdown filament berserk Pegasus\nAthens stagehand yesteryear blackjack\nclassroom paragraph reform inventive\nsnapshot holiness village vocalist"}}},
		{Number: 2, Kind: ceremony.Initials, Who: ben, Ask: "Your initials", Text: []string{"Say your name aloud and type the initials that you will use from now on."}},
		{Number: 3, Kind: ceremony.Work, Text: []string{"The machine is measured: radios, routes, swap, what is plugged in, and whether anything looks on."}},
		{Number: 3, Kind: ceremony.Line, Who: ben, Ask: "Reason for swap", Warning: "The plan does not allow a ceremony on this machine without a reason.",
			Text: []string{"This was measured on the machine:"}, Table: findings()},
		{Number: 5, Kind: ceremony.Secret, Hidden: true, Who: ben, Ask: "Rolls, 40 of 100 so far", Refused: "character 6 is not a roll; the line was not taken",
			Text: []string{"Throw a six-sided die and type what it shows, 1 to 6. As many a line as you like; spaces don't count. Nothing is shown while you type, and nobody should see what you throw.",
				"What you throw is mixed with the kernel's generator: either alone is enough to keep the keys secret."}},
		{Number: 6, Kind: ceremony.Notice, Who: "Ada Example, operator", Text: []string{"Key code-signing is made. Read its fingerprint aloud …"},
			Table: [][2]string{{"SHA-256", "4be1 07c2 9d55 6c1f 2a0b 77de 1f90 c3a8\n81f2 0e6d 55b1 a7c9 3d42 98e0 6b17 f2d4"}}},
		{Number: 7, Kind: ceremony.TypeBack, Hidden: true, Who: carol, Only: "Carol Example", Look: show, Ask: "Type the passphrase",
			Text: []string{"The passphrase of nine words is shown next. Write it down, then type it from your paper."}},
		{Number: 8, Kind: ceremony.Copy, Who: carol, Only: "Carol Example", Look: show, Ask: "Copy the sheet",
			Text: []string{"Carol Example writes down share 2 of 5 by hand."}},
		{Number: 9, Kind: ceremony.Paper, Who: carol, Only: "Carol Example", Sheet: "sheet.txt", Code: "lines", Ask: "The lines of sheet.txt",
			Text: []string{"The sheet is read back from the paper, and not from the file."}},
		{Number: 9, Kind: ceremony.Paper, Who: carol, Hidden: true, Sheet: "words.txt", Code: "words", Ask: "The words of words.txt",
			Text: []string{"These words are a key in the clear: nothing is shown while you type."}},
		{Number: 11, Kind: ceremony.Confirm, Who: ben, Ask: "Type yes when the stick is plugged in", Text: []string{"key.pem can't be written: no space left on device."}},
	}
	for i := range all {
		p := &all[i]
		p.Of, p.Stages, p.Title, p.Step, p.Rehearsal = len(stages), stages, stages[p.Number-1], stages[p.Number-1], i%2 == 0 || p.Only != ""
	}
	return all
}

func findings() [][2]string {
	var table [][2]string
	for i, check := range []string{"links", "routes", "radios", "bluetooth", "swap", "hibernation", "generator", "session", "work folder", "medium",
		"secure boot", "lockdown", "clock", "usb", "core dumps", "debugger", "hypervisor", "video"} {
		verdict := "ok: nothing of the kind was found"
		if i == 4 {
			verdict = "exception: 1 area of swap, /dev/sda3, 8 GiB, which is not encrypted as far as the kernel tells"
		}
		table = append(table, [2]string{check, verdict})
	}
	return table
}
