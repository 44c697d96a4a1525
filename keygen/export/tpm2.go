package export

import (
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	gotpm "github.com/google/go-tpm/tpm2"

	"sigtool/internal/secret"
	"sigtool/keygen"
)

// tpm2 writes what TPM2_Import takes: a duplicate for one storage key of one TPM, which alone can open it.
var tpm2 = &Target{
	Name:    "tpm2",
	Summary: "an import blob for a TPM 2.0, under a storage key of that TPM",
	Takes:   "p256, p384, p521, rsa2048, rsa3072, as far as the TPM has them: all have p256 and rsa2048",
	Refuse:  refuseTPM,
	Wraps:   "the storage key's public area, as tpm2_readpublic -o writes it",
	Prepare: prepareTPM,
}

func refuseTPM(alg keygen.Algorithm) error {
	switch {
	case tpmCurves[alg] != 0, alg == keygen.RSA2048, alg == keygen.RSA3072:
		return nil
	case alg == keygen.Secp256k1:
		return refused(alg, "TPMs have no such curve", "secp256k1 keys go to: sigtool export yubihsm, pkcs11, azure-byok, aws-kms, gcp-kms")
	case alg == keygen.Ed25519:
		return refused(alg, "TPMs have no Ed25519", "Ed25519 keys go to: sigtool export yubihsm, pkcs11, vault; or make a p256 key for the TPM")
	case strings.HasPrefix(string(alg), "rsa"):
		return refused(alg, "TPMs have RSA of 2048 bits, and some of 3072", "make one of these for the TPM: sigtool keygen --algorithm rsa2048, or better p256")
	}
	return refused(alg, "TPMs have no such algorithm", "make a p256 or p384 key for the TPM")
}

func prepareTPM(s Settings) (*Export, error) {
	parent, err := readTPMParent(s.Wrap)
	if err != nil {
		return nil, err
	}
	alg, err := keygen.AlgorithmOf(parent.public)
	if err != nil {
		return nil, err
	}
	return &Export{
		Wrapping:    keygen.Fingerprint(parent.public),
		WrappingAlg: string(alg),
		Beside:      []string{".pub", ".seed"},
		Make:        func(k Key) (*Result, error) { return makeTPM(s, parent, k.Signer) },
	}, nil
}

func makeTPM(s Settings, parent *tpmParent, key crypto.Signer) (*Result, error) {
	area, err := tpmPublic(key.Public())
	if err != nil {
		return nil, err
	}
	if err := rehearseTPM(s.Rand, parent, area, key); err != nil {
		return nil, err
	}
	blob, seed, err := sealTPM(s.Rand, parent, area, key)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(seed)
	if err := blob.opensTo(parent, seed, key.Public()); err != nil {
		return nil, err
	}
	r := &Result{
		Files: []File{{Data: blob.duplicate}, {Suffix: ".pub", Data: blob.public}, {Suffix: ".seed", Data: blob.seed}},
		Notes: []string{
			"the storage key's name there is " + hex.EncodeToString(parent.name) + ", as tpm2_readpublic shows it",
			"the key may sign, asks for no passphrase (tpm2_changeauth gives it one), and can't be taken out of the TPM again: keep a backup",
		},
		Warnings: []string{"nothing in the file that --wrap names proves that a TPM keeps its private half: take it, and its fingerprint, from that TPM yourself"},
	}
	r.Commands = tpmCommands(s.Output, key.Public())
	if alg, err := keygen.AlgorithmOf(key.Public()); err == nil && alg != keygen.P256 && alg != keygen.RSA2048 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("not every TPM takes %s: tpm2_testparms tells of yours", alg))
	}
	return r, nil
}

// tpmCommands are what is done beside the TPM, in whose handle or file of context $PARENT the storage key is.
func tpmCommands(output string, public crypto.PublicKey) []Command {
	file := func(suffix string) string { return shellFile(output + suffix) }
	return []Command{
		{What: "import it, where the TPM is; $PARENT is the storage key, such as 0x81000001",
			Line: fmt.Sprintf(`tpm2_import -C "$PARENT" -i %s -u %s -s %s -r %s`, file(""), file(".pub"), file(".seed"), file(".priv"))},
		{What: "load it", Line: fmt.Sprintf(`tpm2_load -C "$PARENT" -u %s -r %s -c %s`, file(".pub"), file(".priv"), file(".ctx"))},
		{What: "sign with it", Line: fmt.Sprintf("tpm2_sign -c %s -g sha256 -f plain -o FILE.sig FILE", file(".ctx"))},
		hashed(public, "see that it is this key", fmt.Sprintf("tpm2_readpublic -Q -c %s -f pem -o %s && openssl pkey -pubin -in %s -outform DER", file(".ctx"), file(".pem"), file(".pem"))),
	}
}

// tpmBlob is what leaves, each with its length of 2 bytes in front, as TPM2_Import takes it.
type tpmBlob struct {
	public    []byte // TPM2B_PUBLIC
	duplicate []byte // TPM2B_PRIVATE
	seed      []byte // TPM2B_ENCRYPTED_SECRET
}

// sealTPM makes the blob (TPM 2.0 Part 1, "Protected Storage", outer wrapper; without an inner one). The caller wipes the seed, which opens it.
// go-tpm keeps copies of both secrets for a while, which nobody can wipe.
func sealTPM(rand io.Reader, parent *tpmParent, area *gotpm.TPMTPublic, key crypto.Signer) (blob *tpmBlob, seed []byte, err error) {
	name, err := gotpm.ObjectName(area)
	if err != nil {
		return nil, nil, err
	}
	sensitive, err := tpmSensitive(key)
	if err != nil {
		return nil, nil, err
	}
	defer secret.Wipe(sensitive)
	to, err := gotpm.ImportEncapsulationKey(&parent.area)
	if err != nil {
		return nil, nil, err
	}
	kept := &seedKeeper{LabeledEncapsulationKey: to}
	duplicate, encrypted, err := gotpm.CreateDuplicate(rand, kept, name.Buffer, sensitive)
	if err != nil {
		secret.Wipe(kept.seed)
		return nil, nil, err
	}
	return &tpmBlob{public: sized(gotpm.Marshal(area)), duplicate: sized(duplicate), seed: sized(encrypted)}, kept.seed, nil
}

// seedKeeper keeps the seed that was drawn, so that the very blob that leaves can be opened.
type seedKeeper struct {
	gotpm.LabeledEncapsulationKey
	seed []byte
}

func (k *seedKeeper) Encapsulate(random io.Reader, label string) (seed, encrypted []byte, err error) {
	k.seed, encrypted, err = k.LabeledEncapsulationKey.Encapsulate(random, label)
	return k.seed, encrypted, err
}

// rehearseTPM makes a blob in the same way for a throw-away parent of the same kind, and opens it as a TPM does, the seed included.
func rehearseTPM(rand io.Reader, parent *tpmParent, area *gotpm.TPMTPublic, key crypto.Signer) error {
	stand, open, err := parent.standIn(rand)
	if err != nil {
		return err
	}
	blob, seed, err := sealTPM(rand, stand, area, key)
	if err != nil {
		return err
	}
	secret.Wipe(seed)
	defer secret.Wipe(blob.duplicate) // the one that can be opened
	encrypted, ok := unsized(blob.seed)
	if !ok {
		return errors.New("the encrypted seed is not as long as it says")
	}
	if seed, err = open(encrypted); err != nil {
		return fmt.Errorf("what was made does not open again: %w", err)
	}
	defer secret.Wipe(seed)
	return blob.opensTo(stand, seed, key.Public())
}
