package hab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"sigtool/formats"
	"sigtool/formats/imx/csf"
	"sigtool/formats/imx/srk"
	"sigtool/internal/issue"
)

// signers are the keys of a CSF with what leads to them.
type signers struct {
	table  []byte
	index  int
	image  *x509.Certificate
	csf    *x509.Certificate // nil: the SRK signs both
	keys   map[*x509.Certificate]crypto.Signer
	curves bool // one of the keys is of an elliptic curve
}

// key is what csf.Plan asks for keys.
func (s *signers) key(cert *x509.Certificate) (crypto.Signer, error) {
	if key := s.keys[cert]; key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("%w: no key for this certificate", formats.ErrKey)
}

// readSigners puts together keys, certificates and the SRK table, and refuses what a device would. Errors: formats.ErrOption, formats.ErrKey.
func readSigners(request formats.Request) (*signers, error) {
	data := request.Options.Bytes(optionTable)
	if data == nil {
		return nil, issue.New("srk-table", formats.ErrOption, "the SRK table goes into the CSF, and none is given").
			Advise("--" + optionTable + " FILE; sigtool cert imx-srk makes one of certificates")
	}
	table, err := readTable(data)
	if err != nil {
		return nil, err
	}
	s := &signers{table: table.Raw, keys: map[*x509.Certificate]crypto.Signer{}}
	if s.image, err = request.Certificate(); err != nil {
		return nil, err
	}
	s.keys[s.image] = request.Key
	if err := s.readCSFKey(request.Options); err != nil {
		return nil, err
	}
	for _, cert := range []*x509.Certificate{s.image, s.csf} {
		if cert == nil {
			continue
		}
		if err := s.takes(cert); err != nil {
			return nil, err
		}
	}
	s.index, err = s.findSRK(table, request.Options.Int(optionIndex, -1))
	return s, err
}

// readTable reads --srk-table. Errors: formats.ErrOption.
func readTable(data []byte) (*srk.Table, error) {
	table, err := srk.Parse(data)
	switch {
	case err != nil:
	case table.Kind != srk.HAB:
		err = fmt.Errorf("an SRK table of %s, and not of HABv4", table.Kind)
	case len(table.Raw) != len(data):
		err = fmt.Errorf("%d bytes stand behind the SRK table", len(data)-len(table.Raw))
	default:
		return table, nil
	}
	return nil, issue.New("srk-table", formats.ErrOption, "--%s: %w", optionTable, err).
		Advise("sigtool cert imx-srk makes one, of the SRKs' certificates")
}

// readCSFKey reads the CSF key with its certificate, if there is one.
func (s *signers) readCSFKey(options formats.Values) error {
	keys, chains := options.Keys(optionCSFKey), options.Chains(optionCSFCert)
	switch {
	case len(keys) == 0 && len(chains) == 0:
		return nil
	case len(keys) != 1 || len(chains) != 1 || len(chains[0]) == 0:
		return issue.New("csf-key", formats.ErrOption, "a CSF key and its certificate go together: one --%s and one --%s", optionCSFKey, optionCSFCert)
	}
	key, cert := keys[0], chains[0][0]
	if !formats.SameKey(key.Public(), cert.PublicKey) {
		return issue.New("csf-cert", formats.ErrKey, "--%s: the certificate is of another key than --%s", optionCSFCert, optionCSFKey)
	}
	if formats.SameKey(key.Public(), s.image.PublicKey) {
		// The same certificate serves both in CST too; only the objects have to differ.
		copied := *cert
		cert = &copied
	}
	s.csf = cert
	s.keys[cert] = key
	return nil
}

// takes tells whether HABv4 can check what a certificate's key signs.
func (s *signers) takes(cert *x509.Certificate) error {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits > maxKeyBits || bits < minKeyBits || bits%8 != 0 {
			return issue.New("key-size", formats.ErrKey, "an RSA key of %d bits, and HABv4 takes %d to %d", bits, minKeyBits, maxKeyBits)
		}
		return nil
	case *ecdsa.PublicKey:
		if bits := key.Params().BitSize; bits == 256 || bits == 384 || bits == 521 {
			s.curves = true
			return nil
		}
	}
	return issue.New("key-type", formats.ErrKey, "HABv4 takes RSA, P-256, P-384 and P-521 alone")
}

// findSRK tells which entry of the table the keys hang from; wanted is the index given, or -1. Errors: formats.ErrKey, formats.ErrOption.
func (s *signers) findSRK(table *srk.Table, wanted int64) (int, error) {
	if wanted < -1 || wanted >= int64(len(table.Records)) {
		return 0, issue.New("srk-index", formats.ErrOption, "--%s %d, and the table has entries 0 to %d", optionIndex, wanted, len(table.Records)-1)
	}
	image, found := s.hangsFrom(table, s.image), -1
	for i := range table.Records {
		if image[i] && (found < 0 || int64(i) == wanted) {
			found = i
		}
	}
	switch {
	case found < 0 && s.csf == nil:
		return 0, issue.New("srk-other", formats.ErrKey, "-k is none of the keys of the SRK table, and without --%s an SRK signs all (NOCAK)", optionCSFKey).
			Advise("-k IMG_KEY wants --csf-key and --csf-cert beside it; -k SRK wants the table that lists it")
	case found < 0:
		return 0, issue.New("srk-other", formats.ErrKey, "the IMG key's certificate (-c) is not signed by any key of the SRK table%s", hashedOnly(table)).
			Advise("--srk-table and the keys are to be of one tree")
	case wanted >= 0 && int64(found) != wanted:
		return 0, issue.New("srk-index", formats.ErrOption, "--%s %d, but the keys hang from entry %d of the SRK table", optionIndex, wanted, found).
			Advise(fmt.Sprintf("--%s %d, or leave it out", optionIndex, found))
	}
	if s.csf != nil && !s.hangsFrom(table, s.csf)[found] {
		return 0, issue.New("srk-other", formats.ErrKey, "the CSF key's certificate is not signed by entry %d of the SRK table, which signed the IMG key's", found).
			Advise("take the CSF key and the IMG key of one SRK, such as CSF1_1 and IMG1_1")
	}
	return found, s.suits(table.Records[found], found)
}

// hangsFrom tells which entries of the table signed a certificate, or for NOCAK which are its key.
func (s *signers) hangsFrom(table *srk.Table, cert *x509.Certificate) []bool {
	all := make([]bool, len(table.Records))
	for i, record := range table.Records {
		if record.Key == nil {
			continue
		}
		if s.csf == nil {
			all[i] = formats.SameKey(record.Key, cert.PublicKey)
			continue
		}
		all[i] = csf.Certified(cert, record.Key) == nil
	}
	return all
}

// suits tells whether an SRK may do what it is to do: its entry says whether it signs certificates or data.
func (s *signers) suits(record srk.Record, index int) error {
	if _, ok := record.Key.(*ecdsa.PublicKey); ok {
		s.curves = true
	}
	switch {
	case record.CA && s.csf == nil:
		return issue.New("srk-ca", formats.ErrKey, "entry %d of the SRK table is a CA: HABv4 takes certificates by it, and no signatures of data", index).
			Advise("--csf-key and --csf-cert, with -k an IMG key; or a tree made without CAs (sigtool cert imx-pki --no-ca)")
	case !record.CA && s.csf != nil:
		return issue.New("srk-not-ca", formats.ErrKey, "entry %d of the SRK table is no CA: HABv4 takes no certificates by it", index).
			Advise("sign with the SRK itself, without --csf-key (fast authentication)")
	}
	return nil
}

// hashedOnly says where entries may hide the key that is looked for.
func hashedOnly(table *srk.Table) string {
	for _, record := range table.Records {
		if record.Key == nil {
			return ", of which some are hashes alone; the one that signs has to be there in full"
		}
	}
	return ""
}
