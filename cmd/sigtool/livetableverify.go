package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigtool/internal/media"
)

// verify shows what is on a stick, which is mounted read-only meanwhile, and verifies what people choose.
func (t *table) verify() error {
	s, err := t.chooseStick("On which stick is what you want to see?", false)
	if err != nil {
		return err
	}
	err = t.useStick(s, inputsAt, false, func(folder string) error { return t.browse(s, folder) })
	if err == nil || errors.Is(err, errBack) {
		t.takeOut(s)
	}
	return err
}

// browse goes through the folders of a stick, from root on.
func (t *table) browse(s liveStick, root string) error {
	folder := root
	for {
		names, options, err := lookInto(folder)
		if err != nil {
			return err
		}
		up := option{"up", "to the folder above"}
		if folder == root {
			up = option{"done", "with this stick"}
		}
		where := strings.TrimPrefix(strings.TrimPrefix(folder, root), "/")
		at, err := t.choose(strings.TrimSpace("On "+s.name()+", folder / "+shown(where)), len(options), append(options, up)...)
		switch {
		case err != nil:
			return err
		case at == len(options) && folder == root:
			return nil
		case at == len(options):
			folder = filepath.Dir(folder)
		case isFolder(filepath.Join(folder, names[at])):
			folder = filepath.Join(folder, names[at])
		default:
			if err := t.verifyFile(folder, names[at]); err != nil {
				return err
			}
		}
	}
}

// lookInto lists a folder, as far as it is offered.
func lookInto(folder string) (names []string, options []option, err error) {
	names, err = namesOn(folder, func(e os.DirEntry) bool { return e.IsDir() || e.Type().IsRegular() })
	if err != nil {
		return nil, nil, err
	}
	if len(names) > maxOffered {
		names = names[:maxOffered]
	}
	for _, name := range names {
		text := "can't be looked at"
		switch info, err := os.Lstat(filepath.Join(folder, name)); {
		case err != nil:
		case info.IsDir():
			text = "folder"
		default:
			text = media.Bytes(info.Size())
		}
		options = append(options, option{shown(name), text})
	}
	return names, options, nil
}

// verifyFile verifies a file: a transcript with what lies beside it, anything else by the key or certificate that people name.
func (t *table) verifyFile(folder, name string) error {
	path := filepath.Join(folder, name)
	if strings.EqualFold(filepath.Ext(name), ".jsonl") {
		if err := t.verifyTranscript(path); err != nil {
			return err
		}
		t.say("What is on one stick can have been made by anybody, a key and all that fits it: compare the key's fingerprint with the one on paper.")
		return nil
	}
	flag, err := t.signerOf(folder, name)
	if err != nil {
		return err
	}
	text, how := t.captured(append(append([]string{"verify"}, flag...), path)...)
	if err := t.page(text); err != nil {
		return err
	}
	if how.ok() {
		t.say(shown(name) + ": it verifies.")
	} else {
		t.say(shown(name) + ": it does not verify. " + how.why())
	}
	return nil
}

// signers are how files with keys and certificates end, and the flag for each.
var signers = map[string]string{".pub": "-k", ".crt": "-c", ".cer": "-c", ".pem": "-k"}

// signerOf asks who must have signed a file.
func (t *table) signerOf(folder, name string) ([]string, error) {
	names, err := namesOn(folder, func(e os.DirEntry) bool {
		return e.Type().IsRegular() && e.Name() != name && signers[strings.ToLower(filepath.Ext(e.Name()))] != ""
	})
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		t.say("No key and no certificate lies beside it: whoever signed it is taken, and named.")
		return []string{"--any-signer"}, nil
	}
	var options []option
	for _, name := range names[:min(len(names), maxOffered)] {
		options = append(options, option{shown(name), "must have signed it"})
	}
	at, err := t.choose(fmt.Sprintf("Who must have signed %s?", shown(name)), -1, append(options, option{"anyone", "say who it was, and that the file is whole"})...)
	if err != nil || at == len(options) {
		return []string{"--any-signer"}, err
	}
	return []string{signers[strings.ToLower(filepath.Ext(names[at]))], filepath.Join(folder, names[at])}, nil
}
