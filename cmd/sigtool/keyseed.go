package main

import (
	"sigtool/internal/secret"
	"sigtool/keygen"
)

// seedPlace says where a private key's 32 bytes are, which are all that paper needs.
type seedPlace string

const (
	seedIsKey  seedPlace = "key"  // the key is its own seed
	seedInFile seedPlace = "file" // beside the key
	seedNone   seedPlace = "none"
)

// seedIn is "" for no private key.
func seedIn(key *keygen.Key) seedPlace {
	if key == nil {
		return ""
	}
	if shown, ok := keygen.Seed(key.Signer); ok {
		secret.Wipe(shown)
		return seedIsKey
	}
	if key.Seed != nil {
		return seedInFile
	}
	return seedNone
}

func (s seedPlace) words() string {
	switch s {
	case seedIsKey:
		return "the key itself, so 24 words bring it back"
	case seedInFile:
		return "in the file, so 24 words bring it back"
	}
	return "not in the file, so paper has to hold the whole key (backup create --code lines)"
}

// proveSeed makes the key once more from the seed that it carries.
func proveSeed(key *keygen.Key) error {
	seed, _, err := keygen.SeedOf(key)
	secret.Wipe(seed)
	return err
}
