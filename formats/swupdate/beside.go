package swupdate

import (
	"context"
	"crypto"
	"strings"

	"sigtool/formats"
	"sigtool/internal/sigalg"
)

// sumBeside reads one image that stands beside a bare sw-description.
func sumBeside(ctx context.Context, name string, req formats.Request) (sum [32]byte, err error) {
	if strings.ContainsAny(name, "/\\") || name == ".." || name == "." {
		return sum, refuse("path-escapes", "%q is no plain file name, and only files in the folder of %s are read", name, descriptionName)
	}
	if req.Beside == nil {
		return sum, refuse("member-missing", "%s stands in no folder that %s could be read from", descriptionName, name)
	}
	file, err := req.Beside(name)
	if err != nil {
		return sum, err
	}
	if file == nil {
		return sum, refuse("member-missing", "%s is not beside %s", name, descriptionName)
	}
	defer file.Close()
	sums, err := sigalg.Digest(ctx, file, file.Size(), crypto.SHA256)
	if err != nil {
		return sum, err
	}
	return [32]byte(sums[crypto.SHA256]), nil
}
