package csf

import (
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// add appends the command of a step.
func (m *maker) add(step Step) error {
	switch s := step.(type) {
	case NOP:
		m.commands = append(m.commands, TagNOP, 0, headerLength, 0xae) // the last is ignored; CST's happens to be this one
		return nil
	case SetEngine:
		return m.setEngine(s)
	case InstallSRK:
		return m.installSRK(s)
	case InstallCSFK:
		return m.installCSFK(s)
	case InstallNOCAK:
		return m.installNOCAK(s)
	case AuthenticateCSF:
		return m.authenticateCSF(s)
	case InstallKey:
		return m.installKey(s)
	case AuthenticateData:
		return m.authenticateData(s)
	case Init:
		return m.init(s)
	case Unlock:
		return m.unlock(s)
	}
	return fmt.Errorf("%w: a step of type %T", formats.ErrOption, step)
}

// reach tells whether a step may come now.
func (m *maker) reach(want stage, name string) error {
	switch {
	case m.stage == want:
		return nil
	case m.stage > want:
		return refuse("order", "%s a second time, or too late", name)
	}
	missing := []string{"Install SRK", "Install CSFK or Install NOCAK", "Authenticate CSF"}[m.stage]
	return refuse("order", "%s before %s", name, missing)
}

func (m *maker) installSRK(s InstallSRK) error {
	if err := m.reach(atTable, "Install SRK"); err != nil {
		return err
	}
	hash := s.Hash
	if hash == 0 {
		hash = m.hash
	}
	if err := m.sha256(hash); err != nil {
		return err
	}
	table, err := srk.Parse(s.Table)
	if err != nil {
		return fmt.Errorf("%w: %w", formats.ErrKey, err)
	}
	if table.Kind != srk.HAB || len(table.Raw) != len(s.Table) {
		return issue.New("imx-csf-table", formats.ErrKey, "the SRK table is not one of HABv4, or something stands behind it").Advise("sigtool cert imx-srk")
	}
	if s.Index < 0 || s.Index >= len(table.Records) {
		return refuse("index", "the SRK table has %d keys, from 0 on, and none of index %d", len(table.Records), s.Index)
	}
	if table.Records[s.Index].Key == nil {
		return refuse("index", "key %d of the SRK table is there by its hash alone, so nothing can be verified with it", s.Index).
			Advise("a table in which this key stands in full has the same hash in the fuses: sigtool cert imx-srk")
	}
	m.table, m.index, m.stage = table, s.Index, atKey
	body := []byte{ProtocolSRK, codeOf(hash), byte(s.Index), SlotSRK, 0, 0, 0, 0}
	data := make([]byte, align(len(s.Table)))
	copy(data, s.Table)
	m.parts = append(m.parts, &part{pointer: m.command(TagInstallKey, 0, body) + 4, data: data})
	return nil
}

func (m *maker) installCSFK(s InstallCSFK) error {
	if err := m.reach(atKey, "Install CSFK"); err != nil {
		return err
	}
	if err := m.bySRK(s.Cert, "the CSF key"); err != nil {
		return err
	}
	m.slots[SlotCSF], m.stage = s.Cert, atCSF
	return m.certificate(s.Cert, FlagCSF, SlotSRK, SlotCSF)
}

// installNOCAK takes the SRK for the key that signs the CSF. CST has its certificate in the file although no command points at it.
func (m *maker) installNOCAK(s InstallNOCAK) error {
	if err := m.reach(atKey, "Install NOCAK"); err != nil {
		return err
	}
	if err := usable(s.Cert); err != nil {
		return err
	}
	record := m.table.Records[m.index]
	if !formats.SameKey(record.Key, s.Cert.PublicKey) {
		return elsewhere("the key of %s is", s.Cert, m.table.Index(s.Cert.PublicKey), m.index)
	}
	if record.CA {
		return issue.New("imx-csf-ca", formats.ErrKey, "key %d of the SRK table is a CA: HABv4 takes certificates by it, and no signatures", m.index).
			Advise("install a CSF key and an image key, or make the table of SRKs that are no CAs: sigtool cert imx-pki --no-ca")
	}
	data, err := m.segment(TagCertificate, s.Cert.Raw)
	m.parts = append(m.parts, &part{pointer: -1, data: data})
	m.slots[SlotCSF], m.stage, m.fast = s.Cert, atCSF, true
	return err
}

// certificate appends the command that installs a key by its certificate.
func (m *maker) certificate(cert *x509.Certificate, flags byte, source, target int) error {
	body := []byte{ProtocolX509, algorithmAny, byte(source), byte(target), 0, 0, 0, 0}
	pointer := m.command(TagInstallKey, flags, body) + 4
	data, err := m.segment(TagCertificate, cert.Raw)
	m.parts = append(m.parts, &part{pointer: pointer, data: data})
	return err
}

func (m *maker) installKey(s InstallKey) error {
	if err := m.reach(atData, "Install Key"); err != nil {
		return err
	}
	if m.fast {
		return refuse("nocak", "Install Key after Install NOCAK, where the SRK itself signs everything").Advise("leave Install Key out, or install a CSF key")
	}
	if s.Target < 2 || s.Target > 4 { // CST would take 7 too, which it lets nothing be signed with
		return refuse("slot", "%d is no slot for a key that signs data: 2, 3 and 4 are", s.Target)
	}
	if old := m.slots[s.Target]; old != nil && !old.Equal(s.Cert) {
		return refuse("slot", "slot %d gets a second key, which HABv4 refuses", s.Target)
	}
	switch by := m.slots[s.Verify]; {
	case s.Verify == SlotSRK:
		if err := m.bySRK(s.Cert, fmt.Sprintf("the key in slot %d", s.Target)); err != nil {
			return err
		}
	case s.Verify < 2 || s.Verify > 4 || by == nil:
		return refuse("slot", "no key is installed in slot %d, which is to certify another", s.Verify)
	default:
		if err := bySlot(s, by); err != nil {
			return err
		}
	}
	m.slots[s.Target] = s.Cert
	return m.certificate(s.Cert, 0, s.Verify, s.Target)
}

// bySlot refuses a certificate that the key of a slot did not sign, or may not.
func bySlot(s InstallKey, by *x509.Certificate) error {
	if err := usable(s.Cert); err != nil {
		return err
	}
	if err := Certified(s.Cert, by.PublicKey); err != nil {
		return issue.New("imx-csf-chain", formats.ErrKey, "slot %d: %w", s.Target, err)
	}
	if !srk.IsCA(by) {
		return issue.New("imx-csf-ca", formats.ErrKey, "the certificate of %s, in slot %d, is no CA's: HABv4 takes no certificates by its key", by.Subject, s.Verify).
			Advise("have the SRK certify the key in slot " + fmt.Sprint(s.Target) + ": sigtool cert imx-key")
	}
	return nil
}
