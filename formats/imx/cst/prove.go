package cst

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/internal/sigalg"
)

// Prove reads a CSF that was made of a plan, and verifies its signatures by the plan's certificates over the plan's blocks. Errors:
// formats.ErrMismatch, and those of reading.
func Prove(ctx context.Context, plan *csf.Plan, data []byte) ([]formats.Signature, error) {
	c, err := csf.Parse(data)
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", formats.ErrMismatch, err)
	}
	var commands []*csf.AuthCommand
	for _, command := range c.Commands {
		if auth, is := command.Body.(*csf.AuthCommand); is {
			commands = append(commands, auth)
		}
	}
	p := prover{raw: data[:c.Size], hash: plan.Hash, certs: map[int]*x509.Certificate{}, commands: commands}
	for _, segment := range c.Segments {
		if segment.Tag == csf.TagCertificate {
			p.public = append(p.public, segment)
		}
	}
	for _, step := range plan.Steps {
		if err := p.step(ctx, step); err != nil {
			return nil, err
		}
	}
	if len(p.commands) > 0 || len(p.public) > 0 {
		return nil, fmt.Errorf("%w: there is more in it than was asked for", formats.ErrMismatch)
	}
	return p.found, nil
}

// step notes a key, or checks the next signature.
func (p *prover) step(ctx context.Context, step csf.Step) error {
	switch s := step.(type) {
	case csf.InstallSRK:
		return p.segment(0, s.Table)
	case csf.InstallCSFK:
		p.certs[csf.SlotCSF] = s.Cert
		return p.segment(segmentHeader, s.Cert.Raw)
	case csf.InstallNOCAK:
		p.certs[csf.SlotCSF], p.certs[csf.SlotSRK] = s.Cert, s.Cert
		return p.segment(segmentHeader, s.Cert.Raw)
	case csf.InstallKey:
		p.certs[s.Target] = s.Cert
		return p.segment(segmentHeader, s.Cert.Raw)
	case csf.AuthenticateCSF:
		sum := p.hash.New()
		sum.Write(p.raw)
		return p.check("csf", csf.SlotCSF, nil, sum.Sum(nil))
	case csf.AuthenticateData:
		digest, err := csf.Digest(ctx, p.hash, s.Blocks)
		if err != nil {
			return err
		}
		return p.check("image", s.Key, s.Blocks, digest)
	}
	return nil
}

// segmentHeader is how many bytes stand before a certificate.
const segmentHeader = 4

// segment takes the next table or certificate, and holds it to what it is to be.
func (p *prover) segment(header int, want []byte) error {
	if len(p.public) == 0 || len(p.public[0].Data) < header || !bytes.Equal(p.public[0].Data[header:], want) {
		return fmt.Errorf("%w: the SRK table or a certificate is not the one that was asked for", formats.ErrMismatch)
	}
	p.public = p.public[1:]
	return nil
}

// check takes the next command that authenticates, and holds it and its signature to what it is to be.
func (p *prover) check(scheme string, slot int, blocks []csf.Block, digest []byte) error {
	wrong := fmt.Errorf("%w: the command of a signature is not the one that was asked for", formats.ErrMismatch)
	if len(p.commands) == 0 {
		return wrong
	}
	command, cert := p.commands[0], p.certs[slot]
	p.commands = p.commands[1:]
	if int(command.Key) != slot || cert == nil || len(command.Blocks) != len(blocks) {
		return wrong
	}
	total := uint64(0)
	for i, block := range blocks {
		if (command.Blocks[i] != csf.Region{Address: block.Address, Length: block.Length}) {
			return wrong
		}
		total += uint64(block.Length)
	}
	message, err := command.Segment.Message()
	if err == nil {
		err = message.Check(cert.PublicKey, cert, digest)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", formats.ErrMismatch, err)
	}
	covers := fmt.Sprintf("%d bytes of commands", len(p.raw))
	if blocks != nil {
		plural := "s"
		if len(blocks) == 1 {
			plural = ""
		}
		covers = fmt.Sprintf("%d block%s of memory, %d bytes", len(blocks), plural, total)
	}
	p.found = append(p.found, formats.Signature{Scheme: scheme, Alg: sigalg.Name(cert.PublicKey, p.hash), Key: cert.PublicKey, Cert: cert,
		Signer: message.Signer.String(), Covers: covers})
	return nil
}

// prover goes through a plan and the commands that authenticate side by side.
type prover struct {
	raw      []byte // the commands, which the CSF's signature covers
	hash     crypto.Hash
	certs    map[int]*x509.Certificate
	commands []*csf.AuthCommand
	public   []*csf.Segment // the SRK table and the certificates
	found    []formats.Signature
}
