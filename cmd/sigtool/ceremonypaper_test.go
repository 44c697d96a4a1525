package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	sheetName = regexp.MustCompile(`(?i)(share \d+ of \d+|the sheet|a sheet) of key [a-z0-9-]+`)
	firstOf   = regexp.MustCompile(`^\W*(\d{1,3}|check)\b`) // not four digits: a line of a fingerprint may begin with 0009
)

// sheetAsked is the name of the sheet that the screen speaks of.
func (r *robot) sheetAsked(v view) string {
	r.t.Helper()
	found := sheetName.FindAllString(v.words(), -1)
	if found == nil {
		r.t.Fatalf("which sheet?\n%s", v.text)
	}
	return strings.ToLower(found[len(found)-1])
}

// copy writes down what is shown: a passphrase, or some rows of a sheet.
func (r *robot) copy(v view) {
	r.t.Helper()
	if words := v.words(); strings.LastIndex(words, "This passphrase seals") > strings.LastIndex(words, " by hand, in capitals") {
		r.paper.passphrase = passphraseOf(v.shown)
		r.birds.keep(secretText("the passphrase", r.paper.passphrase))
		return
	}
	name := r.sheetAsked(v)
	if r.copied != name {
		r.paper.sheets[name] = nil // what there was is old
	}
	r.copied = name
	r.paper.sheets[name] = append(r.paper.sheets[name], v.shown...)
	r.birds.keep(secretRows(name, strings.Join(rowsOf(v.shown), "\n")))
}

// passphraseOf reads a passphrase as it is shown: in groups, with the kinds of its characters below each line, or words.
func passphraseOf(shown []string) string {
	var lines []string
	for _, line := range shown {
		if line = strings.TrimSpace(line); line != "" && strings.Trim(line, "NLUS ") != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " ")
}

// rowsOf are the rows of a sheet: those that begin with a number.
func rowsOf(shown []string) (rows []string) {
	for _, row := range shown {
		if firstOf.MatchString(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// sheetOf is the nth sheet that people have of a key.
func (r *robot) sheetOf(key string, n int) string {
	r.t.Helper()
	var names []string
	for name := range r.paper.sheets {
		if strings.HasSuffix(name, key) {
			names = append(names, name)
		}
	}
	if len(names) < n {
		r.t.Fatalf("sheet %d%s is wanted, and there are %q", n, key, names)
	}
	slices.Sort(names)
	return names[n-1]
}

var documentOf = regexp.MustCompile(`Document +([0-9A-Z]{4}-[0-9A-Z]{4})`)

// document reads the number of the document on a sheet.
func (r *robot) document(v view, _ []string) string {
	r.t.Helper()
	paper := strings.Join(r.paper.sheets[r.sheetAsked(v)], "\n")
	found := documentOf.FindStringSubmatch(paper)
	if found == nil {
		r.t.Fatalf("this sheet has no number:\n%s", paper)
	}
	return found[1]
}

// photoOf is a photograph of a sheet that was printed; here, a copy of what the printer was given.
func (r *robot) photoOf(name string) string {
	number := strings.Fields(strings.TrimPrefix(name, "share "))[0]
	path := filepath.Join(r.room.printer, "share-"+number+".pdf")
	if _, err := os.Stat(path); r.room.printer == "" || err != nil {
		return ""
	}
	data, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	photo := filepath.Join(r.room.folder, "photo-"+number+".pdf")
	if err := os.WriteFile(photo, data, 0o600); err != nil {
		r.t.Fatal(err)
	}
	return photo
}

// row types the row that is asked for, as it stands on the paper. Paper that was printed comes from the file it was printed from.
func (r *robot) row(v view, found []string) string {
	r.t.Helper()
	name := r.sheetAsked(v)
	want, _ := strconv.Atoi(found[1])
	if key, any := strings.CutPrefix(name, "a sheet"); any {
		if want == 1 {
			r.opened++
		}
		name = r.sheetOf(key, r.opened)
	}
	paper := r.paper.sheets[name]
	if photo := r.photoOf(name); paper == nil && photo != "" {
		return "@" + photo
	}
	if paper == nil {
		printed, err := os.ReadFile(filepath.Join(r.room.out, "sheet.txt"))
		if err != nil {
			r.t.Fatal(err)
		}
		paper = strings.Split(string(printed), "\n")
	}
	for _, row := range rowsOf(paper) {
		number := firstOf.FindStringSubmatch(row)[1]
		if n, err := strconv.Atoi(number); err == nil && n == want && want > 0 || number == "check" && want == 0 {
			return strings.TrimSpace(row)
		}
		if _, rest, is := strings.Cut(row, fmt.Sprintf(" %02d ", want)); is { // what is before it was taken
			return fmt.Sprintf("%02d %s", want, rest)
		}
	}
	r.t.Fatalf("%s has no row for %q:\n%s", name, v.ask, strings.Join(paper, "\n"))
	return ""
}

// TestRowsOf: a line of a fingerprint, which changes with every run, is not a row.
func TestRowsOf(t *testing.T) {
	paper := []string{
		"Key      baker", "         0009 e918 57a5 9b6d d8a5 a3a4 4947 f6b9",
		"09/19  QY4Q GYZH JDKV E5FG", " 9 pole  10 zone", "check  ABCD",
	}
	if rows := rowsOf(paper); !slices.Equal(rows, paper[2:]) {
		t.Errorf("rows: %q", rows)
	}
}
