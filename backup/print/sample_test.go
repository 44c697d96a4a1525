package print

import (
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/lines"
	"sigtool/backup/words"
)

// samples are one sheet of every look.
func samples(t testing.TB) map[string][]*backup.Sheet {
	t.Helper()
	all := map[string][]*backup.Sheet{}
	for name, c := range map[string]struct {
		codec backup.Codec
		kind  backup.Kind
		size  int
	}{
		"words":         {words.Codec{}, backup.KindSeed, 32},
		"a passphrase":  {lines.Codec{}, backup.KindPassphrase, 40},
		"a sealed P256": {lines.Codec{}, backup.KindSealedKey, 300},
		"RSA-4096":      {lines.Codec{}, backup.KindSealedKey, 2440},
	} {
		p := backuptest.Payload(c.kind, c.size, "Kernel modules 2026, Zürich 中")
		defer p.Secret.Destroy()
		m := backuptest.Meta()
		m.Rehearsal = name == "a passphrase"
		sheets, err := c.codec.Encode(p, m, backup.Split{})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = sheets
	}
	big := all["RSA-4096"][0]
	if big.PerPage == 0 {
		big.PerPage = 30
	}
	shares := *all["words"][0]
	shares.Share = &backup.Share{Set: "7945", Index: 2, Need: 2, Of: 3}
	all["a share"] = []*backup.Sheet{all["words"][0], &shares}
	return all
}
