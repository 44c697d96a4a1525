package lines

import (
	"testing"

	"sigtool/backup/backuptest"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	backuptest.Run(t, Codec{})
}

func FuzzDecode(f *testing.F) { backuptest.Fuzz(f, Codec{}) }
