package hab

import (
	"testing"
)

// Samples that CST made verify, under the fuses that srktool made of their SRKs.
func TestVerifySamples(t *testing.T) {
	for _, name := range []string{"rsa2048", "p256"} {
		data := golden(t, "hab/mx6q-signed-"+name+".imx")
		fuses := golden(t, "hab/pki-"+name+"/crts/SRK_1_2_3_4_fuse.bin")
		table := golden(t, "hab/pki-"+name+"/crts/SRK_1_2_3_4_table.bin")
		_, err := judged(data, optionHash, fuses, optionTable, table)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
