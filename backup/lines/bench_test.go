package lines

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"sigtool/backup"
	"sigtool/backup/backuptest"
)

// BenchmarkHurtSheets decodes sheets of 19 and of 131 lines with one to six accidents, and says how long the slowest took.
func BenchmarkHurtSheets(b *testing.B) {
	for name, secretSize := range map[string]int{"19 lines": 239, "131 lines": 2482} {
		b.Run(name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(9, 10))
			s := mustEncode(b, backuptest.Payload(backup.KindSealedKey, secretSize, "one"))
			foreign := mustEncode(b, backuptest.Payload(backup.KindSealedKey, secretSize, "two"))
			slowest, text := time.Duration(0), []byte(nil)
			for b.Loop() {
				hurt := bytes.Join(backuptest.Hurt(rng, s.Rows, foreign.Rows, 1+rng.IntN(6)), []byte("\n"))
				start := time.Now()
				if r, err := (Codec{}).Decode(hurt); err == nil {
					r.Destroy()
				}
				if took := time.Since(start); took > slowest {
					slowest, text = took, hurt
				}
			}
			b.ReportMetric(float64(slowest.Microseconds()), "µs/slowest")
			b.Logf("slowest:\n%s", text)
		})
	}
}
