// Package fdroid signs and verifies the indexes of F-Droid repositories: JAR files with one index and one signer, whose certificate is what clients know a repository by.
package fdroid

import "sigtool/formats"

// Format is indexes of F-Droid repositories.
type Format struct{}

// Name is "fdroid".
func (Format) Name() string { return "fdroid" }

// Summary is one line of help.
func (Format) Summary() string {
	return "F-Droid repository indexes (entry.json, index-v1.json), signed into JAR files beside them"
}

// Files are the indexes that are signed when a folder is. The JAR files are made of them.
func (Format) Files() []string { return []string{entryName, indexV1Name} }

// Options: there are none.
func (Format) Options() []formats.Option { return nil }

// Apart says that an index stays as it is, and its signature is a file beside it.
func (Format) Apart(formats.Source, formats.Values) bool { return true }

// The indexes, each of which a JAR file carries.
const (
	entryName   = "entry.json"
	indexV1Name = "index-v1.json"
	indexName   = "index.xml" // clients of before 2017; only read
)

const (
	suffixJSON = ".json"
	suffixJAR  = ".jar"

	maxEntry = 1 << 20   // bytes of an entry.json; F-Droid's own has 2 kB
	maxIndex = 256 << 20 // of an index-v1.json; F-Droid's own has 45 MB
	maxJAR   = 64 << 20  // of a JAR file that is read as an index's sidecar; F-Droid's own has 9 MB
)
