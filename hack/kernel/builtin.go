package main

import (
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"
)

// unpackers are the programs for what a kernel is packed by, by its first bytes.
var unpackers = map[string]string{"\x02\x21\x4c\x18": "lz4", "\x28\xb5\x2f\xfd": "zstd", "\xfd7zX": "xz", "\x1f\x8b\x08\x00": "gzip"}

// findBuiltIn takes the certificate that Debian's modules are signed by out of the kernel, which carries it as DER among its data, and
// leaves it in builtIn.
func (l *lab) findBuiltIn() error {
	image, err := os.ReadFile(l.find("vmlinuz-*"))
	if err != nil {
		return err
	}
	// Documentation/arch/x86/boot.rst: the packed kernel stands behind the setup sectors, its length includes 4 bytes of size.
	if len(image) < 0x250 {
		return errors.New("vmlinuz is too short")
	}
	start := (int(image[0x1f1])+1)*512 + int(binary.LittleEndian.Uint32(image[0x248:]))
	end := start + int(binary.LittleEndian.Uint32(image[0x24c:])) - 4
	if start+4 > end || end > len(image) || unpackers[string(image[start:start+4])] == "" {
		return errors.New("vmlinuz is packed in a way that is unknown here")
	}
	kernel := l.pack(image[start:end], unpackers[string(image[start:start+4])]+" -dc")
	for i := range len(kernel) - 8 {
		if kernel[i] != 0x30 || kernel[i+1] != 0x82 || kernel[i+4] != 0x30 || kernel[i+5] != 0x82 {
			continue
		}
		size := 4 + int(binary.BigEndian.Uint16(kernel[i+2:]))
		cert, err := x509.ParseCertificate(kernel[i:min(i+size, len(kernel))])
		if err != nil || !strings.Contains(cert.Subject.CommonName, "kernel key") {
			continue
		}
		name := fmt.Sprintf("builtin%d.crt", len(l.builtIn))
		l.write(name, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), 0o644)
		l.builtIn = append(l.builtIn, l.dir+"/"+name)
	}
	if len(l.builtIn) == 0 && l.err == nil {
		return errors.New("vmlinuz holds no certificate of a kernel key")
	}
	return l.err
}
