package codex32

import (
	"testing"

	"sigtool/backup/backuptest"
)

func TestSuite(t *testing.T) { backuptest.Run(t, Codec{}) }

func FuzzDecode(f *testing.F) { backuptest.Fuzz(f, Codec{}) }
