package mender

import (
	"encoding/json"
	"io"

	"sigtool/formats"
	"sigtool/formats/mender/untar"
)

// Sniff knows an artifact by the first member of the archive, which says so.
func (Format) Sniff(src formats.Source) bool {
	in := untar.NewReader(io.NewSectionReader(src, 0, min(src.Size(), 32<<10)))
	first, err := in.Next()
	if err != nil || first.Name != "version" {
		return false
	}
	data, err := in.Content(maxVersion)
	var says struct{ Format string }
	return err == nil && json.Unmarshal(data, &says) == nil && says.Format == "mender"
}
