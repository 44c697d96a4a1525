package script

import (
	"errors"
	"strings"

	"sigtool/ceremony"
	"sigtool/internal/secret"
)

// The words that stand for something else.
const (
	wordShown = "shown"
	wordSheet = "sheet"
	wordNow   = "now"
	markFile  = "@"
)

// clockForm is how a watch is read.
const clockForm = "2006-01-02 15:04"

// give makes what the prompt takes of an answer.
func (f *FrontEnd) give(p ceremony.Prompt, a answer) (ceremony.Answer, error) {
	path, named := strings.CutPrefix(a.text, markFile)
	switch {
	case p.Kind == ceremony.TypeBack && p.Hidden:
		return f.passphrase(p, a)
	case p.Kind == ceremony.TypeBack && a.text == wordShown && p.Shown != nil:
		return ceremony.Answer{Text: string(p.Shown.Bytes())}, nil
	case p.Kind == ceremony.Paper && a.text == wordSheet:
		return read(f.hands.ReadSheet, p.Sheet, ceremony.FromSheet)
	case p.Kind == ceremony.Paper && named:
		return read(f.hands.ReadFile, strings.TrimSpace(path), ceremony.FromFile)
	case p.Kind == ceremony.Paper:
		return ceremony.Answer{Secret: secret.From([]byte(a.text)), From: ceremony.FromFile}, nil
	case p.Hidden, p.Kind == ceremony.Secret:
		return ceremony.Answer{Secret: secret.From([]byte(a.text))}, nil
	case p.Step == ceremony.StepClock && a.text == wordNow && f.hands.Now != nil:
		return ceremony.Answer{Text: f.hands.Now().UTC().Format(clockForm)}, nil
	}
	return ceremony.Answer{Text: a.text}, nil
}

// read reads the text of a sheet.
func read(from func(string) ([]byte, error), name, what string) (ceremony.Answer, error) {
	if from == nil {
		return ceremony.Answer{}, errors.New("answers: there is nowhere to read a sheet from")
	}
	text, err := from(name)
	if err != nil {
		return ceremony.Answer{}, err
	}
	return ceremony.Answer{Secret: secret.From(text), From: what}, nil
}

// passphrase types a passphrase back after it was kept, for a key whose passphrase nobody has is lost.
func (f *FrontEnd) passphrase(p ceremony.Prompt, a answer) (ceremony.Answer, error) {
	if f.hands.Keep == nil && f.mode != ceremony.Rehearsal {
		return ceremony.Answer{}, errors.New("answers: there is no place where the passphrase would be kept")
	}
	if f.hands.Keep != nil && p.Refused == "" {
		if err := f.hands.Keep(p.Shown); err != nil {
			return ceremony.Answer{}, err
		}
	}
	if a.text != wordShown {
		return ceremony.Answer{Secret: secret.From([]byte(a.text))}, nil
	}
	typed := secret.New(p.Shown.Len())
	copy(typed.Bytes(), p.Shown.Bytes())
	return ceremony.Answer{Secret: typed}, nil
}
