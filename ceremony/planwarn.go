package ceremony

import (
	"fmt"
	"slices"
	"strings"

	"sigtool/backup"
	"sigtool/keygen"
)

// Warnings lists what is allowed and yet worth a second thought, each with the reason: what can be told from the plan alone.
func (p *Plan) Warnings() (list []string) {
	add := func(when bool, format string, args ...any) {
		if when {
			list = append(list, fmt.Sprintf(format, args...))
		}
	}
	add(p.Waived, "dual control is waived: one person may be able to use the keys, and nobody else has seen what was done")
	add(p.Waived && p.Passphrase.Holder != "" && slices.ContainsFunc(p.Backups, func(b Backup) bool {
		return b.Code == CodeLines && slices.Contains(b.Holders, p.Passphrase.Holder)
	}), "%s keeps a sealed sheet and its passphrase, which are the key together: keep them in two places", p.Passphrase.Holder)
	add(p.Makes() && p.Entropy == Entropy{}, "no dice and no coins: what is made rests on the kernel's generator alone; dice: 100 adds 258 bits")
	add(p.Answers, "answers: allowed: a real ceremony may be answered by a file, with nobody there")
	add(p.Answers && !p.Waived, "dual control and answers: allowed: whoever writes the file is everybody; say answers: rehearsal")
	list = append(list, p.machineWarnings()...)
	for _, key := range p.Keys {
		list = append(list, p.keyWarnings(key)...)
	}
	if p.PutsOnPaper() {
		for _, b := range p.Backups {
			list = append(list, b.warnings(len(p.Backups) == 1)...)
			for _, name := range b.Holders {
				add(!p.present(name), "backup %s: %s is not among the people: is the name right? %s will handle the sheet on the day", b.Code, name, p.Operator().Name)
			}
		}
	}
	for _, s := range p.Sign {
		add(s.SHA256 != "" && strings.Trim(s.SHA256, "0") == "", "sign: the sha256 of %s is the one of the example: put the file's own in its place", s.File)
		add(s.SHA256 == "", "sign: %s has no sha256: whoever brings the file decides what is signed", s.File)
	}
	return list
}

// machineWarnings names the checks that guard against somebody who is not in the room, where the plan lets them pass.
func (p *Plan) machineWarnings() []string {
	var lax []string
	for _, check := range []string{CheckLinks, CheckRoutes, CheckRadios, CheckBluetooth, CheckSwap, CheckHibernate, CheckCore, CheckMemory, CheckGenerator, CheckSession} {
		if p.Machine[check] == Warn {
			lax = append(lax, check)
		}
	}
	if lax == nil {
		return nil
	}
	return []string{"machine: a reason and initials are enough to go on where a secret may leave the machine: " + strings.Join(lax, ", ")}
}

func (p *Plan) keyWarnings(key Key) (list []string) {
	add := func(when bool, format string, args ...any) {
		if when {
			list = append(list, fmt.Sprintf("key %s: ", key.Label)+fmt.Sprintf(format, args...))
		}
	}
	exported := func(target string) bool {
		return slices.ContainsFunc(key.Exports, func(e Export) bool { return e.Target == target })
	}
	split := p.PutsOnPaper() && slices.ContainsFunc(p.Backups, Backup.Shares) || key.Paper == CodeShares
	add(split && exported(ExportPKCS8), "its paper is in shares, and the file of pkcs8 with its passphrase is a whole copy of it; exports: none leaves it out")
	add(split && exported(ExportAge), "its paper is in shares, and the file for age is a whole copy of it for whoever has the identity; exports: none leaves it out")
	for _, e := range key.Exports {
		add(split && e.seals() && e.Target != ExportPKCS8, "its paper is in shares, and the file for %s with its passphrase is a whole copy of it; exports: none leaves it out", e.Target)
		add(e.Target == "yubihsm", "the wrapping key %s is itself a secret, and opens what leaves: bring it on a medium of its own, and destroy that", e.Wrap)
		add(allZero(e.Pinned), "export %s: the fingerprint of the wrapping key is the one of the example: put its own in its place", e.Target)
	}
	add(exported(ExportPKCS8) && key.Algorithm == keygen.Ed25519, "Azure Key Vault imports no Ed25519 keys; p256, p384, p521, secp256k1 and RSA it does")
	add(key.Certificate != nil && key.Certificate.Days < 90, "its certificate is valid for %d days only", days(key.Certificate))
	add(key.Certificate != nil && key.Certificate.CA && key.Algorithm == keygen.Ed25519, "few programs accept an Ed25519 certificate authority")
	add(!p.Waived && key.Paper == CodeWords, "it comes back from a single sheet in the clear, so whoever keeps that one could always use it alone")
	add(allZero(key.Fingerprint), "the fingerprint is the one of the example: put the key's own in its place")
	return list
}

// allZero tells whether a fingerprint is the one of the examples.
func allZero(fingerprint string) bool {
	digest, err := backup.DigestOf(fingerprint)
	return err == nil && len(digest) > 0 && strings.Trim(string(digest), "\x00") == ""
}

func days(c *Certificate) int {
	if c == nil {
		return 0
	}
	return c.Days
}

// warnings of a backup; only tells that there is no other.
func (b Backup) warnings(only bool) (list []string) {
	add := func(when bool, format string, args ...any) {
		if when {
			list = append(list, "backup "+b.Code+": "+fmt.Sprintf(format, args...))
		}
	}
	add(only && b.Shares() && b.Need == b.Of, "all %d sheets are needed: one that is lost loses the keys", b.Of)
	add(only && !b.Shares() && b.Copies == 1, "one sheet in one copy: if it is lost or burns, so are the keys; copies: 2 makes another")
	add(b.Clear(), "the sheet is the key in the clear: whoever sees it has it")
	add(b.Shares() && b.Copies > 1, "%d copies of each share: each copy counts as the share for whoever finds it", b.Copies)
	return list
}
