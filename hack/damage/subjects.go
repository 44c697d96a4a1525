package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/rand/v2"
	"slices"
	"time"

	"sigtool/backup"
	"sigtool/backup/all"
	"sigtool/internal/secret"
)

// payload is a seed as sigtool puts it on paper.
func payload() backup.Payload {
	seed := sha256.Sum256([]byte("a seed that is hurt a million times"))
	return backup.Payload{
		Kind: backup.KindSeed, Label: "damage", Algorithm: "rsa4096", Derivation: "c2sp-det-keygen/v1",
		Fingerprint: backup.FingerprintOf(bytes.Repeat([]byte{7}, 32)), Secret: secret.From(seed[:]),
	}
}

// subjects are the codes, and what they are compared with. Of shares, one of the two that are needed is hurt.
func subjects(folder string) ([]subject, error) {
	var list []subject
	for _, codec := range all.List() {
		for _, split := range []backup.Split{{}, {Groups: []backup.Group{{Need: 2, Of: 3}}, Threshold: 1}} {
			split.Rand = rand.NewChaCha8(sha256.Sum256([]byte(codec.Name())))
			sheets, err := codec.Encode(payload(), backup.Meta{Date: time.Unix(1795219200, 0)}, split)
			if errors.Is(err, backup.ErrNoShares) || codec.Name() == "shares" && len(split.Groups) == 0 {
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, ours(codec, sheets))
		}
	}
	bip39, err := bare()
	if err != nil {
		return nil, err
	}
	list = append(list, bip39)
	paperkey, err := paperkey(folder)
	if err != nil {
		return nil, err
	}
	return append(list, paperkey), nil
}

// ours is a sheet with its head, whose rows are hurt.
func ours(codec backup.Codec, sheets []*backup.Sheet) subject {
	name, whole := codec.Name(), [][]byte{}
	if len(sheets) > 1 {
		name, whole = name+" 2 of 3", [][]byte{sheets[1].Text}
	}
	sheet := sheets[0]
	head := bytes.Clone(sheet.Text[:bytes.Index(sheet.Text, sheet.Rows[0])])
	return subject{name: name, rows: sheet.Rows, read: func(rows [][]byte) verdict {
		text := slices.Concat(head, bytes.Join(rows, []byte("\n")))
		return judge(codec.Decode(append([][]byte{text}, whole...)...))
	}}
}

// bare is 24 words and nothing else, as BIP-39 has them.
func bare() (subject, error) {
	codec, _ := all.ByName("words")
	sheets, err := codec.Encode(payload(), backup.Meta{}, backup.Split{})
	if err != nil {
		return subject{}, err
	}
	rows := sheets[0].Rows[:6]
	return subject{name: "bare BIP-39", rows: rows, read: func(rows [][]byte) verdict {
		return judge(codec.Decode(bytes.Join(rows, []byte("\n"))))
	}}, nil
}

func judge(r *backup.Restored, err error) verdict {
	defer r.Destroy()
	var damage *backup.Damage
	switch {
	case err == nil:
		want := payload().Secret
		defer want.Destroy()
		if r.Secret.Equal(want) {
			return restored
		}
		return wrong
	case errors.As(err, &damage):
		for _, fault := range damage.Faults {
			if fault.Line > 0 || fault.Group > 0 {
				return located
			}
		}
	}
	return refused
}
