// Package all is the list of paper codes: one line a codec.
package all

import (
	"sigtool/backup"
	"sigtool/backup/codex32"
	"sigtool/backup/lines"
	"sigtool/backup/shares"
	"sigtool/backup/words"
)

// List returns every codec, the default one first.
func List() []backup.Codec {
	return []backup.Codec{
		lines.Codec{},
		words.Codec{},
		codex32.Codec{},
		shares.Codec{},
	}
}

// ByName returns the codec of that name.
func ByName(name string) (backup.Codec, bool) {
	for _, codec := range List() {
		if codec.Name() == name {
			return codec, true
		}
	}
	return nil, false
}
