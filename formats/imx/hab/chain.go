package hab

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"slices"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
)

// store is HABv4's store of public keys (HAB4_API §4.3.7): 0 is the SRK, 1 the CSF key, from 2 on keys that sign images.
type store struct {
	slots [8]*slot
	table *table // that the SRK is of
	fast  bool   // the SRK is no CA: it signs all itself
}

// slot is a key that was installed.
type slot struct {
	key   crypto.PublicKey
	cert  *x509.Certificate // nil of an SRK
	ca    bool
	above *slot
}

// table is the SRK table, and the command that installed a key of it.
type table struct {
	*srk.Table
	command []byte
	index   int
}

// get is the key in a slot, or nil.
func (s *store) get(slot byte) *slot {
	if int(slot) >= len(s.slots) {
		return nil
	}
	return s.slots[slot]
}

// put installs a key; false where another one has the slot. The same key again is no error.
func (s *store) put(at byte, key *slot) bool {
	if int(at) >= len(s.slots) {
		return false
	}
	if old := s.slots[at]; old != nil {
		return formats.SameKey(old.key, key.key)
	}
	s.slots[at] = key
	return true
}

// given tells whether the SRK is one of the keys that somebody accepts.
func (s *store) given(keys formats.Keys) bool {
	return s.table != nil && accepts(keys, s.table.Records[s.table.index].Key)
}

// accepts tells whether a key is one of those that somebody accepts.
func accepts(keys formats.Keys, key crypto.PublicKey) bool {
	return slices.ContainsFunc(keys.Public, func(k crypto.PublicKey) bool { return formats.SameKey(key, k) }) ||
		slices.ContainsFunc(keys.Certs, func(c *x509.Certificate) bool { return formats.SameKey(key, c.PublicKey) })
}

// install runs an Install Key command.
func (s *stage) install(c csf.Command, k *csf.KeyCommand) error {
	early := k.Target == csf.SlotSRK || k.Target == csf.SlotCSF
	switch {
	case k.Target == csf.SlotNXPSRK || k.Target == csf.SlotNXPCSF:
		// The fuses say nothing of what stands there: whoever made a table could sign under it.
		return of(invCertificate, c.Raw).refuse("install the SRK in slot 0, and the CSF key in slot 1", "slot %d is for keys of NXP's own, whose hash is in the boot ROM", k.Target)
	case k.Protocol == csf.ProtocolBlob && !s.authenticated:
		return of(invCommand, c.Raw).refuse("a CSF is authenticated before it installs secret keys", "a secret key is installed before the CSF is authenticated")
	case k.Protocol == csf.ProtocolBlob:
		s.note("a secret key is installed, which only the device can unwrap")
		return nil
	case early && s.authenticated:
		return of(invCommand, c.Raw).refuse("install the SRK and the CSF key before the CSF is authenticated, and once",
			"slot %d gets a key after the CSF was authenticated", k.Target)
	case !early && !s.authenticated:
		return of(invCommand, c.Raw).refuse("a CSF is authenticated before it installs keys for images", "slot %d gets a key before the CSF is authenticated", k.Target)
	case c.Err != nil:
		return refusedCommand(c)
	case k.Target == csf.SlotSRK:
		return s.installSRK(c, k)
	}
	return s.installCert(c, k)
}

// installSRK takes a key of the SRK table.
func (s *stage) installSRK(c csf.Command, k *csf.KeyCommand) error {
	switch {
	case k.Protocol != csf.ProtocolSRK || k.Flags != 0:
		return of(invCommand, c.Raw).refuse("make the CSF again", "an SRK is not installed by protocol 0x%02x with flags 0x%02x", k.Protocol, k.Flags)
	case k.Alg != 0x17:
		return of(unsAlgorithm, c.Raw).refuse("the SRK table's hash is SHA-256, 0x17", "the SRK table is hashed by algorithm 0x%02x", k.Alg)
	case k.Segment == nil:
		return of(invCertificate, c.Raw).refuse("make the CSF again", "no SRK table stands where the command points")
	}
	t, err := srk.Parse(k.Segment.Data)
	switch {
	case err != nil:
		return of(invCertificate, c.Raw).refuse("the table was damaged: make the CSF again", "SRK table: %v", err)
	case t.Kind != srk.HAB || len(t.Raw) != len(k.Segment.Data):
		return of(invCertificate, c.Raw).refuse("sigtool cert imx-srk makes a table for HABv4", "the SRK table is one of %s", t.Kind)
	case int(k.Source) >= len(t.Records):
		return of(invIndex, c.Raw).refuse("the first key has index 0, as in CST's Source index", "the SRK index is %d, and the table has %d keys", k.Source, len(t.Records))
	}
	r := t.Records[k.Source]
	if r.Key == nil {
		return of(invKey, c.Raw).refuse("make the table again with the certificate of this SRK in full", "SRK %d is only a hash in the table", k.Source)
	}
	if old := s.slots.table; old != nil && !bytes.Equal(old.Raw, t.Raw) {
		return of(invCertificate, c.Raw).refuse("sign all stages under one SRK table", "another SRK table than before: the fuses have the hash of one")
	}
	key := &slot{key: r.Key, ca: r.CA}
	if !s.slots.put(k.Target, key) {
		return of(invIndex, c.Raw).refuse("sign all stages under one SRK", "another stage has installed another SRK, which keeps its slot")
	}
	s.slots.table, s.slots.fast = &table{t, c.Raw, int(k.Source)}, !r.CA
	if s.slots.fast && !s.slots.put(k.Target+1, key) {
		return of(invIndex, c.Raw).refuse("sign all stages in the same way", "the CSF key's slot has another key than the SRK, which is no CA")
	}
	return nil
}

// mayInstall holds a command to the rules for keys that come by certificates (HAB4_API §4.3.7).
func (s *stage) mayInstall(c csf.Command, k *csf.KeyCommand) error {
	isCSF := k.Target == csf.SlotCSF
	above := s.slots.get(k.Source)
	switch {
	case k.Protocol != csf.ProtocolX509:
		return of(unsProtocol, c.Raw).refuse("make the CSF again with X.509 certificates", "a key comes by protocol 0x%02x", k.Protocol)
	case isCSF && (k.Flags&csf.FlagCSF == 0 || k.Flags&csf.FlagHash != 0 || k.Alg != 0 || k.Source != csf.SlotSRK):
		return of(invCommand, c.Raw).refuse("make the CSF again", "the CSF key is not installed as one: flags 0x%02x, algorithm 0x%02x, certified by slot %d", k.Flags, k.Alg, k.Source)
	case int(k.Target) >= len(s.slots.slots):
		return of(invIndex, c.Raw).refuse("keys for images have slots 2, 3 and 4", "there is no slot %d", k.Target)
	case above == nil:
		return of(invIndex, c.Raw).refuse("install the key that certifies it first", "the key for slot %d is certified by that in slot %d, and there is none", k.Target, k.Source)
	case isCSF && s.slots.fast:
		return of(invIndex, c.Raw).refuse("leave the CSF key out (fast authentication, NOCAK), or use SRKs whose certificates are CAs'", "the SRK is no CA, and has the CSF key's slot itself")
	case !above.ca:
		return of(invKey, c.Raw).refuse("keys are certified by the SRK, whose certificate has to be a CA's", "the key for slot %d is certified by one that is no CA", k.Target)
	case k.Segment == nil:
		return of(invCertificate, c.Raw).refuse("make the CSF again", "no certificate stands where the command points")
	}
	return nil
}

// installCert takes a key by its certificate.
func (s *stage) installCert(c csf.Command, k *csf.KeyCommand) error {
	if err := s.mayInstall(c, k); err != nil {
		return err
	}
	above := s.slots.get(k.Source)
	if err := s.holdsHash(c, k); err != nil {
		return err
	}
	cert, err := k.Segment.Certificate()
	if err != nil {
		return of(invCertificate, c.Raw).refuse("the certificate was damaged: make the CSF again", "certificate for slot %d: %v", k.Target, err)
	}
	if err := csf.Certified(cert, above.key); err != nil {
		return of(reasonOf(err, invSignature), c.Raw).refuse("take the certificate that this SRK signed, or another --srk-index",
			"the key for slot %d has to be certified by %s: %v", k.Target, s.slots.what(k.Source), err)
	}
	if !s.slots.put(k.Target, &slot{key: cert.PublicKey, cert: cert, ca: srk.IsCA(cert), above: above}) {
		return of(invIndex, c.Raw).refuse("keys of several stages need slots of their own", "slot %d has another key already, which can't be overwritten", k.Target)
	}
	return nil
}

// holdsHash holds a certificate to the hash that its command may have, and notes what else it may be bound to.
func (s *stage) holdsHash(c csf.Command, k *csf.KeyCommand) error {
	if k.Flags&^(csf.FlagCSF|csf.FlagHash) != 0 {
		s.note("slot %d gets a key that is bound to what only the device can tell: %s", k.Target, k.Text())
	}
	sum := sha256.Sum256(k.Segment.Data)
	switch {
	case k.Flags&csf.FlagHash == 0:
		return nil
	case k.Alg != 0x17:
		return of(unsAlgorithm, c.Raw).refuse("make the CSF again with SHA-256, 0x17", "a certificate is hashed by algorithm 0x%02x", k.Alg)
	case !bytes.Equal(sum[:], k.Hash):
		return of(invCertificate, c.Raw).refuse("make the CSF again", "the certificate is not the one whose hash the command has")
	}
	return nil
}

// what names the key in a slot.
func (s *store) what(slot byte) string {
	if slot == csf.SlotSRK && s.table != nil {
		return fmt.Sprintf("SRK %d of the table", s.table.index)
	}
	return fmt.Sprintf("the key in slot %d", slot)
}
