package print

import (
	"bytes"
	"sync"
	"testing"

	"sigtool/backup"
	"sigtool/backup/backuptest"
	"sigtool/backup/codex32"
	"sigtool/backup/lines"
	"sigtool/backup/shares"
	"sigtool/backup/words"
)

// samplePDF prints a sample. Several tests want the same one, so each is made once.
func samplePDF(t *testing.T, name string, paper Paper) []byte {
	t.Helper()
	once, _ := samplePDFs.LoadOrStore(name+" on "+string(paper), sync.OnceValues(func() ([]byte, error) { return PDF(samples(t)[name], paper) }))
	data, err := once.(func() ([]byte, error))()
	if err != nil {
		t.Fatal(name, err)
	}
	return data
}

var samplePDFs sync.Map

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
	p := backuptest.Payload(backup.KindSeed, 32, "Kernel modules 2026")
	defer p.Secret.Destroy()
	for name, c := range map[string]backup.Codec{"shares": shares.Codec{}, "codex32 shares": codex32.Codec{}} {
		sheets, err := c.Encode(p, backuptest.Meta(), backup.Split{Groups: []backup.Group{{Need: 2, Of: 3}}, Rand: bytes.NewReader(backuptest.Bytes(4096, name))})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = sheets
	}
	whole, err := codex32.Codec{}.Encode(p, backuptest.Meta(), backup.Split{Rand: bytes.NewReader(backuptest.Bytes(4096, "codex32"))})
	if err != nil {
		t.Fatal(err)
	}
	all["codex32"] = whole
	return all
}
