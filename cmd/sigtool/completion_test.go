package main

import (
	"os"
	"slices"
	"testing"
)

func TestSuggestions(t *testing.T) {
	for _, test := range []struct {
		words       []string // the last one is being typed
		has, hasNot []string
	}{
		{[]string{""}, []string{"sign", "strip", "verify"}, []string{"kmod"}},
		{[]string{"sign", ""}, []string{"kmod", "raw"}, nil},
		{[]string{"strip", ""}, []string{"kmod"}, []string{"raw"}},
		{[]string{"sign", "--"}, []string{"--key", "--fill-hashes"}, nil},
		{[]string{"sign", "mender", "--"}, []string{"--key", "--skip-payload-check"}, []string{"--fill-hashes"}},
		{[]string{"sign", "-k", ""}, nil, []string{"kmod", "--help"}}, // a file
		{[]string{"sign", "swupdate", "--scheme", "p"}, []string{"pkcs1", "pss", "cms"}, []string{"--help"}},
		{[]string{"sign", "optee", "--scheme", ""}, []string{"pss"}, []string{"cms"}},
		{[]string{"export", ""}, []string{"pkcs8", "azure-byok", "tezos"}, []string{"kmod"}},
		{[]string{"export", "azure-byok", "--"}, []string{"--key", "--wrap", "--wrap-fingerprint", "--kid"}, []string{"--cert", "--plain"}},
		{[]string{"export", "pkcs8", "--new-passphrase-file", ""}, nil, []string{"--help"}}, // a file
		{[]string{"export", "pkcs8", "--kdf", ""}, []string{"pbkdf2", "scrypt"}, nil},
		{[]string{"keygen", "--passphrase-style", ""}, []string{"base58", "bip39", "diceware"}, nil},
	} {
		found := suggestions(newApp(newReporter(os.Stdout, os.Stderr), nil), test.words)
		for _, word := range test.has {
			if !slices.Contains(found, word) {
				t.Errorf("%q: %q lacks %s", test.words, found, word)
			}
		}
		for _, word := range test.hasNot {
			if slices.Contains(found, word) {
				t.Errorf("%q: %q has %s", test.words, found, word)
			}
		}
	}
}
