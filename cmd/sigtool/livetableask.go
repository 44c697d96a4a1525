package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sigtool/internal/media"
	"sigtool/internal/term"
)

// pageLines is how many lines are shown at a time: a console keeps none that scrolled off.
const pageLines = 20

// option is one of several things to choose from.
type option struct{ word, text string }

// say shows lines, each wrapped at the width; what follows the indentation of the first stands under it.
func (t *table) say(lines ...string) {
	for _, line := range lines {
		for _, piece := range folded(line) {
			fmt.Fprintln(t.out, piece)
		}
	}
}

// question asks for one line. "back" and Ctrl-C lead back to the menu, from every question: nothing is lost by it.
func (t *table) question(prompt string) (string, error) {
	line, err := t.ask(prompt)
	switch {
	case errors.Is(err, term.ErrInterrupted):
		return "", errBack
	case errors.Is(err, term.ErrTooLong):
		return "?", nil // which no question takes for an answer
	case err != nil:
		return "", err
	}
	line = strings.TrimSpace(line)
	if word := strings.ToLower(line); word == "back" || word == "0" {
		return "", errBack
	}
	return line, nil
}

// choose asks for one of some options, by number or by word; Enter takes the default, if there is one (from 0; -1: none).
func (t *table) choose(question string, preset int, options ...option) (int, error) {
	t.sayOptions(question, options)
	prompt := "Number or word: "
	if preset >= 0 {
		prompt = fmt.Sprintf("Number or word [%d]: ", preset+1)
	}
	for {
		line, err := t.question(prompt)
		if err != nil {
			return 0, err
		}
		if line == "" && preset >= 0 {
			return preset, nil
		}
		at := chosen(line, options)
		if at >= 0 {
			return at, nil
		}
		if line == "" {
			t.sayOptions(question, options)
			continue
		}
		t.say(fmt.Sprintf("Type a number from 1 to %d, or the word behind it.", len(options)))
	}
}

func (t *table) sayOptions(question string, options []option) {
	t.say("", question)
	wide := 0
	for _, o := range options {
		if len(o.word) <= 24 {
			wide = max(wide, len(o.word))
		}
	}
	for i, o := range options {
		head := fmt.Sprintf("  %2d  %-*s  ", i+1, wide, o.word)
		for j, piece := range foldedTo(liveWidth-len(head), o.text) {
			if j > 0 {
				head = strings.Repeat(" ", len(head))
			}
			fmt.Fprintln(t.out, strings.TrimRight(ascii(head)+piece, " "))
		}
	}
}

// chosen is the option that was typed: its number, its word, or the beginning of one word alone. Words may be names that a stick gives itself, its
// files or another stick, too: what several are called, only their numbers tell apart.
func chosen(line string, options []option) int {
	if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(options) {
		return n - 1
	}
	word := strings.ToLower(strings.Join(strings.Fields(line), " "))
	if word == "" {
		return -1
	}
	whole := func(o option) bool { return strings.ToLower(o.word) == word }
	if slices.ContainsFunc(options, whole) {
		return onlyOne(options, whole)
	}
	return onlyOne(options, func(o option) bool { return strings.HasPrefix(strings.ToLower(o.word), word) })
}

// onlyOne is the one option that is meant; -1 if there are several, or none.
func onlyOne(options []option, meant func(option) bool) int {
	found := -1
	for i, o := range options {
		if !meant(o) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// yes asks for yes or no; Enter is preset.
func (t *table) yes(question string, preset bool) (bool, error) {
	standard := "no"
	if preset {
		standard = "yes"
	}
	for {
		line, err := t.question(question + " yes or no [" + standard + "]: ")
		if err != nil {
			return false, err
		}
		switch strings.ToLower(line) {
		case "":
			return preset, nil
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		t.say("Type yes or no.")
	}
}

// page shows a long text a screen at a time.
func (t *table) page(text string) error {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, folded(strings.TrimRight(line, "\r\n"))...)
	}
	for len(lines) > 0 {
		n := min(pageLines, len(lines))
		for gap := n - 1; n < len(lines) && gap >= pageLines/2; gap-- { // what stands together is not torn apart
			if lines[gap] == "" {
				n = gap + 1
				break
			}
		}
		for _, line := range lines[:n] {
			fmt.Fprintln(t.out, line)
		}
		if lines = lines[n:]; len(lines) == 0 {
			return nil
		}
		line, err := t.question(fmt.Sprintf("-- %d more lines: Enter, or end to skip them: ", len(lines)))
		if err != nil {
			return err
		}
		if strings.EqualFold(line, "end") {
			return nil
		}
	}
	return nil
}

// shown is a name of a file on a stick, for the eye alone.
func shown(name string) string { return media.Printable(ascii(name), 50) }
