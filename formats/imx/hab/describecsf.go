package hab

import (
	"crypto"
	"fmt"
	"strings"

	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
	"sigtool/keygen"
)

// csf lists the commands, and then what they point at, by offset in the CSF.
func (p *picture) csf(c *csf.CSF) {
	used := map[*csf.Segment]int{}
	for _, command := range c.Commands {
		text := command.Body.Text()
		if command.Err != nil {
			text += ": " + command.Err.Error()
		}
		p.add(fmt.Sprintf("+0x%03x", command.Offset), "%-18s %s", command.Name(), text)
		if k, is := command.Body.(*csf.KeyCommand); is && k.Segment != nil && k.Segment.Table {
			used[k.Segment] = int(k.Source)
		}
	}
	for _, s := range c.Segments {
		name := fmt.Sprintf("+0x%03x", s.Offset)
		if s.Table {
			p.table(name, s, used[s])
			continue
		}
		p.add(name, "%-18s 0x%-5x %s", s.Name(), len(s.Data), short(segmentText(s)))
	}
}

// mostText is how much of what others wrote into a certificate is shown, in bytes.
const mostText = 300

func short(text string) string {
	if len(text) > mostText {
		return strings.ToValidUTF8(text[:mostText], "") + "…"
	}
	return text
}

// segmentText is what a certificate or a signature says.
func segmentText(s *csf.Segment) string {
	switch s.Tag {
	case csf.TagCertificate:
		cert, err := s.Certificate()
		if err != nil {
			return err.Error()
		}
		text := fmt.Sprintf("%s, serial %x, by %s", cert.Subject, cert.SerialNumber, cert.Issuer)
		if s.Loose {
			text += "; no command points at it"
		}
		return text
	case csf.TagSignature:
		m, err := s.Message()
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%s, %s", m.Signer, m.Time.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	return ""
}

// table lists the SRKs.
func (p *picture) table(name string, s *csf.Segment, used int) {
	t, err := srk.Parse(s.Data)
	if err != nil {
		p.add(name, "%-18s 0x%-5x %v", s.Name(), len(s.Data), err)
		return
	}
	p.add(name, "%-18s 0x%-5x %d keys", s.Name(), len(s.Data), len(t.Records))
	for i, r := range t.Records {
		kind := "only its hash"
		if r.Key != nil {
			kind = r.Alg
			if r.CA {
				kind += " CA"
			}
		}
		mark := ""
		if i == used {
			mark = "  <- this one"
		}
		key := fmt.Sprintf("%x", r.Digest)
		if r.Key != nil {
			key = keygen.Fingerprint(r.Key) // as everywhere, sigtool cert imx-srk among it
		}
		p.add(fmt.Sprintf("SRK %d", i), "%-15s %s%s", kind, key, mark)
	}
	p.add("fuses", "%x", t.Fuses(crypto.SHA256))
}
