package main

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// OVMF's own test key: Debian's variables for Secure Boot have its certificate in PK, KEK and db, and Debian's kernels take a module's signer from db.
const (
	snakeKey    = "/usr/share/ovmf/PkKek-1-snakeoil.key"
	snakeCert   = "/usr/share/ovmf/PkKek-1-snakeoil.pem"
	passphrase  = "snakeoil"
	firmware    = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
	firmwareVar = "/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd"
)

// lab is the work folder, and what files for the trials are made with. After the first error its methods do nothing.
type lab struct {
	dir      string // the work folder; names are relative to it
	sigtool  string
	signFile string
	keys     string // the project's test keys
	kernel   string // an unpacked kernel package
	finit    string // the program of hack/kernel/finit; empty: the kernel is not asked to unpack
	firmware string
	config   string   // the kernel's
	builtIn  []string // files of the certificates of Debian's own signer
	err      error
}

func (l *lab) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}

func (l *lab) read(name string) []byte {
	data, err := os.ReadFile(filepath.Join(l.dir, name))
	l.fail(err)
	return data
}

func (l *lab) write(name string, data []byte, mode os.FileMode) {
	path := filepath.Join(l.dir, name)
	l.fail(os.MkdirAll(filepath.Dir(path), 0o755))
	l.fail(os.WriteFile(path, data, mode))
}

// find returns the one file of the kernel's package whose name matches a pattern of filepath.Match, or "".
func (l *lab) find(pattern string) string {
	var found string
	l.fail(filepath.WalkDir(l.kernel, func(path string, entry os.DirEntry, err error) error {
		if match, _ := filepath.Match(pattern, filepath.Base(path)); match && err == nil && !entry.IsDir() {
			found = path
		}
		return err
	}))
	return found
}

// prepare fills the work folder with what does not depend on a trial: the kernel, signed for the firmware, a key of our own, and the
// firmware's variables, which name whom to trust.
func (l *lab) prepare() error {
	config, err := os.ReadFile(l.find("config-*"))
	l.fail(err)
	l.config = string(config)
	l.write("passphrase", []byte(passphrase+"\n"), 0o600)
	l.output("openssl", "pkey", "-in", snakeKey, "-passin", "pass:"+passphrase, "-out", "snake.key")
	l.output("sbsign", "--key", "snake.key", "--cert", snakeCert, "--output", "vmlinuz", l.find("vmlinuz-*"))
	l.output(l.sigtool, "keygen", "-q", "-a", "rsa4096", "-o", "own.pem", "--new-passphrase-file", "own.pass")
	l.output(l.sigtool, "cert", "self", "-q", "--profile", "kmod", "-k", "own.pem", "--passphrase-file", "own.pass", "--subject", "Own key", "-o", "own.crt")
	flash, err := os.ReadFile(firmwareVar)
	l.fail(err)
	var certs [][]byte
	for _, path := range []string{l.dir + "/own.crt", l.keys + "/p256.crt", l.keys + "/p384.crt", l.keys + "/p521.crt",
		l.keys + "/mldsa65.crt", l.keys + "/mldsa87.crt"} {
		der, err := derOf(path)
		l.fail(err)
		certs = append(certs, der)
	}
	if l.err == nil {
		flash, err = enrol(flash, certs...)
		l.fail(err)
	}
	l.write("vars.fd", flash, 0o600)
	return l.err
}

// set tells whether the kernel's configuration has an option built in ("y"), or as a module ("m").
func (l *lab) set(option, value string) bool {
	return strings.Contains(l.config, "\nCONFIG_"+option+"="+value+"\n")
}

// module returns a module of the kernel's package, unpacked.
func (l *lab) module(name string) []byte {
	if packed := l.find(name + ".xz"); packed != "" {
		data, err := os.ReadFile(packed)
		l.fail(err)
		return l.pack(data, "xz -dc")
	}
	data, err := os.ReadFile(l.find(name))
	l.fail(err)
	return data
}

// strip has sigtool take a module's signature away.
func (l *lab) strip(module []byte) []byte {
	l.write("signed.ko", module, 0o644)
	l.output(l.sigtool, "strip", "kmod", "-q", "-f", "-o", "bare.ko", "signed.ko")
	return l.read("bare.ko")
}

// sign has sigtool sign a module, or a packed one by its name, by the firmware's key, sealed as Debian ships it.
func (l *lab) sign(module []byte, name string, args ...string) []byte {
	return l.signAs(module, name, append(args, "-k", snakeKey, "-c", snakeCert, "--passphrase-file", "passphrase")...)
}

func (l *lab) signAs(module []byte, name string, args ...string) []byte {
	l.write(name, module, 0o644)
	l.output(l.sigtool, append([]string{"sign", "kmod", "-q", "-f", "-o", "signed-" + name, name}, args...)...)
	return l.read("signed-" + name)
}

// attach has sigtool sign a module apart, and append that signature in a second step.
func (l *lab) attach(module []byte) []byte {
	l.write("apart.ko", module, 0o644)
	l.output(l.sigtool, "sign", "kmod", "-q", "--p7s", "-k", snakeKey, "-c", snakeCert, "--passphrase-file", "passphrase", "apart.ko")
	l.output(l.sigtool, "sign", "kmod", "-q", "-f", "--attach", "apart.ko.p7s", "-c", snakeCert, "-o", "attached.ko", "apart.ko")
	return l.read("attached.ko")
}

// signByKernels has the kernel's sign-file sign a module.
func (l *lab) signByKernels(module []byte, hash string) []byte {
	l.write("theirs.ko", module, 0o644)
	l.output(l.signFile, hash, snakeKey, snakeCert, "theirs.ko")
	return l.read("theirs.ko")
}

// openssl signs a module by "openssl cms -sign" with further arguments (or by the verb that is first among them), and appends the message.
func (l *lab) openssl(module []byte, args ...string) []byte {
	return l.opensslBy(module, snakeCert, "snake.key", args...)
}

func (l *lab) opensslBy(module []byte, cert, key string, args ...string) []byte {
	verb := "cms"
	if args[0] == "smime" {
		verb, args = "smime", args[1:]
	}
	l.write("in.ko", module, 0o644)
	l.output("openssl", append([]string{verb, "-sign", "-binary", "-in", "in.ko", "-outform", "DER", "-out", "message",
		"-signer", cert, "-inkey", key}, args...)...)
	return appended(module, l.read("message"))
}

// appended is a module with a CMS message behind it, as the kernel's module_signature.h has it.
func appended(module, message []byte) []byte {
	trailer := binary.BigEndian.AppendUint32([]byte{0, 0, 2, 0, 0, 0, 0, 0}, uint32(len(message)))
	return append(append(append(append([]byte(nil), module...), message...), trailer...), "~Module signature appended~\n"...)
}

// pack compresses by a program's standard input and output.
func (l *lab) pack(data []byte, command string) []byte {
	l.write("unpacked", data, 0o644)
	l.shell(command + " <unpacked >packed")
	return l.read("packed")
}

// judgement is what sigtool's verify said of a file.
type judgement struct {
	status int
	said   string
}

// verify has sigtool verify a file that the initrd holds.
func (l *lab) verify(t trial) (judgement, error) {
	args := []string{"verify", "kmod", "--json"}
	for _, cert := range t.certs {
		args = append(args, "-c", cert)
	}
	cmd := exec.Command(l.sigtool, append(args, t.file)...)
	cmd.Dir = filepath.Join(l.dir, "root/m")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return judgement{}, err
	}
	var answer struct{ Error struct{ Message string } }
	if err := json.Unmarshal(out, &answer); err != nil {
		return judgement{}, err
	}
	return judgement{cmd.ProcessState.ExitCode(), strings.TrimPrefix(answer.Error.Message, t.file+": ")}, nil
}
