package ahab

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"sigtool/formats"
	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/srk"
	"sigtool/internal/oracle"
	"sigtool/internal/patch"
)

// tree writes SRKs and their certificates as CST wants them, and returns the certificates' names.
func tree(t *testing.T, folder string, curve elliptic.Curve) (names []string) {
	t.Helper()
	for _, name := range []string{"keys", "crts"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for n := range byte(4) {
		key := ecKey(t, curve, n)
		template := &x509.Certificate{SerialNumber: big.NewInt(int64(n) + 1), Subject: pkix.Name{CommonName: fmt.Sprintf("SRK%d", n+1)},
			NotBefore: time.Unix(1e9, 0), NotAfter: time.Unix(3e9, 0), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true}
		cert, err := x509.CreateCertificate(zeros{}, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("SRK%d_ecc_v3_usr_", n+1)
		put(t, folder, "keys/"+name+"key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))
		put(t, folder, "crts/"+name+"crt.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}))
		names = append(names, "crts/"+name+"crt.pem")
	}
	put(t, folder, "keys/key_pass.txt", []byte("test\ntest\n"))
	return names
}

func put(t *testing.T, folder, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// CST signs the same file with the same key now: but for the signature, whose nonce is its own, it is what we write.
func TestCST(t *testing.T) {
	cst := oracle.CST(t)
	for _, row := range []struct {
		curve elliptic.Curve
		hash  crypto.Hash
		index int
		mask  int
	}{{elliptic.P256(), crypto.SHA256, 1, 0}, {elliptic.P384(), crypto.SHA384, 3, 5}, {elliptic.P521(), crypto.SHA512, 0, 8}} {
		t.Run(row.curve.Params().Name, func(t *testing.T) {
			folder := t.TempDir()
			names := tree(t, folder, row.curve)
			table := tableOf(t, srk.AHAB, row.curve, row.hash)
			put(t, folder, "table.bin", table)
			put(t, folder, "two.bin", sample(t, "two.bin"))
			put(t, folder, "ahab.csf", fmt.Appendf(nil, "[Header]\nTarget = AHAB\nVersion = 1.0\n[Install SRK]\nFile = \"table.bin\"\nSource = \"%s\"\nSource index = %d\n"+
				"Source set = OEM\nRevocations = 0x%x\n[Authenticate Data]\nFile = \"two.bin\"\nOffsets = 0x400 0x490\n", names[row.index], row.index, row.mask))
			cmd := exec.Command(cst, "-i", "ahab.csf", "-o", "theirs.bin")
			cmd.Dir = folder
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			theirs, err := os.ReadFile(filepath.Join(folder, "theirs.bin"))
			if err != nil {
				t.Fatal(err)
			}
			v := options(table, optionContainer, "0x400", optionRevoke, fmt.Sprintf("0x%x", row.mask))
			ours := mustSign(t, sample(t, "two.bin"), ecKey(t, row.curve, byte(row.index)), v)
			if !bytes.Equal(blank(t, ours), blank(t, theirs)) {
				t.Error("but for the signature, it is not what CST wrote")
			}
			found, _ := verified(theirs, options(table))
			if len(found) != 2 || found[1].Err != nil || !formats.SameKey(found[1].Key, ecKey(t, row.curve, byte(row.index)).Public()) {
				t.Errorf("CST's own: %+v", found)
			}
		})
	}
}

// blank is a file with zeros in place of its second container's signature.
func blank(t *testing.T, data []byte) []byte {
	t.Helper()
	found, err := find(patch.Bytes(data))
	if err != nil || len(found) != 2 {
		t.Fatalf("%d containers, %v", len(found), err)
	}
	c := found[1]
	b, err := sigblk.Parse(c.raw[c.block:], c.version)
	if err != nil {
		t.Fatal(err)
	}
	value := b.Signatures[0].Value
	return at(data, int(c.at)+c.block+b.At.Signatures+8, make([]byte, len(value))...)
}
