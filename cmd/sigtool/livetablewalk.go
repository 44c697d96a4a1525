package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigtool/internal/fileio"
	"sigtool/internal/media"
)

// Bounds of a folder that is read back or copied. A ceremony makes some ten files of some ten kilobytes.
const (
	maxFolderFiles = 1000
	maxFolderBytes = 64 << 20
	maxDepth       = 4
)

// kept is a file of a folder.
type kept struct {
	size   int64
	digest [sha256.Size]byte
}

// digestsOf reads every file of a folder. A folder with more in it than a ceremony makes is an error, and so is what is no file.
func digestsOf(folder string) (map[string]kept, error) {
	files := map[string]kept{}
	err := walk(folder, func(name string, data []byte) {
		files[name] = kept{int64(len(data)), sha256.Sum256(data)}
	})
	return files, err
}

// walk reads every file of a folder and of those in it, by its path there.
func walk(folder string, take func(name string, data []byte)) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	tooMuch := fmt.Errorf("more than %d files or %s: that is no folder of a ceremony", maxFolderFiles, media.Bytes(maxFolderBytes))
	count, sum := 0, int64(0)
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if count++; count > maxFolderFiles {
			return tooMuch
		}
		if entry.IsDir() && strings.Count(path, "/") < maxDepth {
			return nil
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s: neither a file nor a folder, or too deep in folders", shown(path))
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if sum += info.Size(); sum > maxFolderBytes {
			return tooMuch
		}
		data, err := fileio.ReadLimited(filepath.Join(folder, path), maxFolderBytes)
		if err == nil {
			take(path, data)
		}
		return err
	})
}

func sortedNames[V any](files map[string]V) (names []string) {
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
