package export

import (
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"strings"

	"sigtool/keygen"
)

const (
	wrapsGCP = "the import job's public key: JSON of `gcloud kms import-jobs describe --format=json`, or its PEM alone"
	fetchGCP = "gcloud kms import-jobs describe JOB --location LOCATION --keyring RING --format=json >job.json"
	againGCP = "make a new one: gcloud kms import-jobs create JOB --location LOCATION --keyring RING --import-method rsa-oaep-4096-sha256-aes-256 --protection-level hsm"
)

var gcpKMS = &Target{
	Name:    "gcp-kms",
	Summary: "key material for Google Cloud KMS, wrapped to the public key of an import job",
	Takes:   "ed25519, p256, p384, secp256k1, rsa2048, rsa3072, rsa4096",
	Refuse:  refuseGCP,
	Wraps:   wrapsGCP,
	Options: []Option{oaepOption},
	Prepare: prepareGCP,
}

// gcpAlgorithms are the algorithms of Cloud KMS that keys are imported for. RSA keys could as well be for rsa-sign-pss-….
var gcpAlgorithms = map[keygen.Algorithm]string{
	keygen.Ed25519: "ec-sign-ed25519", keygen.P256: "ec-sign-p256-sha256", keygen.P384: "ec-sign-p384-sha384", keygen.Secp256k1: "ec-sign-secp256k1-sha256",
	keygen.RSA2048: "rsa-sign-pkcs1-2048-sha256", keygen.RSA3072: "rsa-sign-pkcs1-3072-sha256", keygen.RSA4096: "rsa-sign-pkcs1-4096-sha256",
}

func refuseGCP(alg keygen.Algorithm) error {
	switch {
	case gcpAlgorithms[alg] != "":
		return nil
	case alg == keygen.P521:
		return refused(alg, "Cloud KMS has no P-521", "use p256 or p384 there, or export it to azure-byok, aws-kms or vault")
	case alg == keygen.MLDSA65 || alg == keygen.MLDSA87:
		return refused(alg, "Google does not say in which form Cloud KMS imports ML-DSA keys", "have Cloud KMS make the key, or use p256 there")
	case isRSA(alg):
		return refused(alg, "Cloud KMS has RSA of 2048, 3072 and 4096 bits", "make a key of one of these sizes: sigtool keygen -a rsa3072")
	}
	return refused(alg, "Cloud KMS does not take such keys", "use ed25519, p256, p384, secp256k1 or RSA there")
}

// gcpJob is what `gcloud kms import-jobs describe` says.
type gcpJob struct {
	Name            string          `json:"name"` // projects/P/locations/L/keyRings/R/importJobs/J
	ImportMethod    string          `json:"importMethod"`
	State           string          `json:"state"`
	ExpireTime      json.RawMessage `json:"expireTime"`
	ProtectionLevel string          `json:"protectionLevel"`
	PublicKey       struct {
		PEM string `json:"pem"`
	} `json:"publicKey"`
}

// gcpMethods are the import methods that wrap as rsaAESWrap does: the size of the key, and the hash.
var gcpMethods = map[string]struct {
	bits int
	hash crypto.Hash
}{
	"RSA_OAEP_3072_SHA1_AES_256": {3072, crypto.SHA1}, "RSA_OAEP_4096_SHA1_AES_256": {4096, crypto.SHA1},
	"RSA_OAEP_3072_SHA256_AES_256": {3072, crypto.SHA256}, "RSA_OAEP_4096_SHA256_AES_256": {4096, crypto.SHA256},
}

// readJob reads the wrapping key, the hash, and the import job where the file is its description.
func readJob(s Settings) (*rsa.PublicKey, crypto.Hash, *gcpJob, error) {
	hash, err := oaepHash(s, crypto.SHA256)
	if err != nil {
		return nil, 0, nil, err
	}
	job := &gcpJob{}
	if !isJSON(s.Wrap) || len(s.Wrap) > maxWrapFile || json.Unmarshal(s.Wrap, job) != nil || job.ImportMethod == "" {
		pub, err := readWrapRSA(s.Wrap, fetchGCP, 3072, 4096)
		return pub, hash, &gcpJob{}, err
	}
	method, known := gcpMethods[job.ImportMethod]
	until, err := timeIn(job.ExpireTime)
	switch {
	case !known:
		return nil, 0, nil, badWrap(againGCP, "the import method of the job is %.60q, and sigtool makes those of RSA-OAEP with AES-256", job.ImportMethod)
	case err != nil:
		return nil, 0, nil, badWrap(fetchGCP, "when the import job expires can't be read")
	case !until.IsZero() && !s.Now.Before(until):
		return nil, 0, nil, stale("the import job", until, s.Now, againGCP)
	case job.State == "PENDING_GENERATION":
		return nil, 0, nil, badWrap("wait a minute, then: "+fetchGCP, "the import job has no key yet")
	case job.State != "ACTIVE":
		return nil, 0, nil, badWrap(againGCP, "the import job is %.40q, not ACTIVE", job.State)
	case s.Values.String(oaepOption.Name) != "" && hash != method.hash:
		return nil, 0, nil, wrong("--oaep %s, but the import job's method is %s", s.Values.String(oaepOption.Name), job.ImportMethod)
	}
	pub, err := readWrapRSA([]byte(job.PublicKey.PEM), fetchGCP, method.bits)
	return pub, method.hash, job, err
}

func prepareGCP(s Settings) (*Export, error) {
	if err := needWrap(&s, wrapsGCP); err != nil {
		return nil, err
	}
	pub, hash, job, err := readJob(s)
	if err != nil {
		return nil, err
	}
	return wrapsTo(pub, func(k Key) (*Result, error) { return makeGCP(s, pub, hash, job, k.Signer) }), nil
}

// place is where the job is, as flags, and its name; placeholders where the file does not tell, or has names that Cloud KMS does not give.
func (j *gcpJob) place() (flags, name string, told bool) {
	parts := strings.Split(j.Name, "/")
	if len(parts) == 8 && parts[0] == "projects" && parts[2] == "locations" && parts[4] == "keyRings" && parts[6] == "importJobs" && plainNames(parts...) {
		return "--project " + parts[1] + " --location " + parts[3] + " --keyring " + parts[5], parts[7], true
	}
	return "--location LOCATION --keyring RING", "JOB", false
}

func makeGCP(s Settings, pub *rsa.PublicKey, hash crypto.Hash, job *gcpJob, key crypto.Signer) (*Result, error) {
	alg, err := takenAs(key, refuseGCP)
	if err != nil {
		return nil, err
	}
	if alg == keygen.Secp256k1 && job.ProtectionLevel == "SOFTWARE" {
		return nil, refused(alg, "the import job is for keys in software, and Cloud KMS has secp256k1 in HSMs alone", againGCP)
	}
	blob, err := rsaAESWrap(s.Rand, pub, hash, key)
	if err != nil {
		return nil, err
	}
	r := &Result{Files: []File{{Data: blob}}}
	where, jobName, told := job.place()
	if !told {
		r.Notes = append(r.Notes, "in the commands, LOCATION, RING and JOB are those of the import job whose public key this was")
	}
	level := "hsm"
	switch job.ProtectionLevel {
	case "SOFTWARE":
		level = "software"
	case "HSM_SINGLE_TENANT":
		level = "hsm-single-tenant"
		r.Notes = append(r.Notes, "the empty key wants the instance of its HSM, too: --crypto-key-backend INSTANCE in the first command")
	}
	name := plainName(s.Label, "-_", 63)
	r.Commands = []Command{
		{Online: true, What: "make an empty key for it", Line: "gcloud kms keys create " + name + " " + where + " --purpose asymmetric-signing --default-algorithm " + gcpAlgorithms[alg] +
			" --protection-level " + level + " --import-only --skip-initial-version-creation"},
		{Online: true, What: "import it", Line: "gcloud kms keys versions import " + where + " --key " + name + " --import-job " + jobName + " --algorithm " + gcpAlgorithms[alg] +
			" --wrapped-key-file " + shellFile(s.Output)},
		arrived(key, "gcloud kms keys versions get-public-key 1 "+where+" --key "+name+" --output-file -", true),
	}
	if isRSA(alg) {
		r.Notes = append(r.Notes, "the algorithm in both commands is PKCS #1 v1.5 with SHA-256; rsa-sign-pss-... and others take the same file")
	}
	r.Warnings = []string{"Google has the key from then on, and can't give it back: keep it"}
	if alg == keygen.Secp256k1 {
		r.Warnings = append(r.Warnings, largeS)
	}
	return r, nil
}
