package main

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"sigtool/formats/imx/ahab/sigblk"
	"sigtool/formats/imx/pki"
	"sigtool/formats/imx/srk"
)

// imxRecord is the SRK's record: that of the table, where one is given, or else the one that a table would have.
func imxRecord(c *cli.Context, role pki.Role, issuer *x509.Certificate) (srk.Record, error) {
	if name := c.String("srk-table"); name != "" {
		data, err := readSmall(name, srk.MaxFile)
		if err != nil {
			return srk.Record{}, err
		}
		return imxRecordIn(c, data, role, issuer)
	}
	if role != pki.SGK {
		return srk.Record{}, nil
	}
	entry, err := srk.EntryOf(issuer, srk.HashFor(issuer.PublicKey))
	if err != nil {
		return srk.Record{}, err
	}
	kind := srk.AHAB
	if c.Int("container") == 2 {
		kind = srk.AHABv2
	}
	table, err := srk.New(kind, []srk.Entry{entry, entry, entry, entry}) // a table has four; all that counts here is what a record says
	if err != nil {
		return srk.Record{}, err
	}
	return table.Records[0], nil
}

// imxRecordIn is the SRK's record in the table of --srk-table, if that fits what is asked for.
func imxRecordIn(c *cli.Context, data []byte, role pki.Role, issuer *x509.Certificate) (srk.Record, error) {
	name, container := c.String("srk-table"), c.Int("container")
	tables, err := srk.ParseFile(data)
	if err != nil {
		return srk.Record{}, fmt.Errorf("%s: %w", name, err)
	}
	table, n := tables[0], tables[0].Index(issuer.PublicKey)
	switch {
	case n < 0:
		return srk.Record{}, usageHint("give the table that the device's fuses have the hash of", "%s: the SRK of %s is not in the table", name, issuer.Subject)
	case (table.Kind == srk.HAB) != (role != pki.SGK):
		return srk.Record{}, usagef("%s: a table of %s, which has no keys for --role %s", name, table.Kind, strings.ToLower(string(role)))
	case inContainers(c) && (table.Kind == srk.AHABv2) != (container == 2):
		return srk.Record{}, usageHint(fmt.Sprintf("--container %d is for this table", 2-container), "%s: a table of %s, which is not for containers of version %d", name, table.Kind, container)
	case table.Records[n].Alg != "" && !table.Records[n].CA:
		return srk.Record{}, usagef("%s: the table says of the SRK of %s that it certifies no keys", name, issuer.Subject)
	}
	return table.Records[n], nil
}

// imxContainerCert makes the certificate by which containers name a subordinate key, and reads it back.
func imxContainerCert(container byte, record srk.Record, signer crypto.Signer, public crypto.PublicKey) ([]byte, error) {
	made, err := sigblk.Certify(rand.Reader, sigblk.Grant{Container: container, Permissions: sigblk.PermitContainer,
		Subjects: []sigblk.Subject{{Key: public, SRK: signer, As: record}}})
	if err != nil {
		return nil, err
	}
	_, err = sigblk.ParseCertificate(made)
	return made, err
}
