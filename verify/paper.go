package verify

import (
	"fmt"
	"strings"

	"sigtool/backup"
	"sigtool/keygen"
)

// Paper judges what a sheet gave back. It is strict: a sheet that had to be corrected, or whose printed head says other than its code,
// does not check, although it may well restore. With keys in the policy, the sheet must be of one of them.
// Errors: backup.ErrDamaged, ErrNotAccepted.
func Paper(restored *backup.Restored, p Policy) error {
	if !restored.Sound() {
		return fmt.Errorf("%w: %s", backup.ErrDamaged, strings.Join(Flaws(restored), "; "))
	}
	return PaperIsOf(restored, p)
}

// PaperIsOf tells whether a sheet is of one of the policy's keys; a policy without keys asks nothing.
func PaperIsOf(restored *backup.Restored, p Policy) error {
	if len(p.Keys) == 0 {
		return nil
	}
	for _, key := range p.Keys {
		if keygen.Fingerprint(key) == restored.Fingerprint {
			return nil
		}
	}
	return fmt.Errorf("%w: the sheet is of %s", ErrNotAccepted, restored.Fingerprint)
}

// Flaws lists what was wrong with a sheet that came back all the same: page, line, group and why, nothing of the secret.
func Flaws(restored *backup.Restored) []string {
	var flaws []string
	for _, c := range restored.Corrections {
		place := fmt.Sprintf("page %d line %d", c.Page, c.Line)
		if c.Group > 0 {
			place += fmt.Sprintf(" group %d", c.Group)
		}
		flaws = append(flaws, place+": "+c.Why)
	}
	return append(flaws, restored.HeaderDiffers...)
}
