package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"time"

	"sigtool/formats"
	"sigtool/internal/issue"
	"sigtool/keygen"
)

// fileJSON is the JSON object of one FILE. Its fields are stable; fields may be added.
type fileJSON struct {
	File       string          `json:"file"`
	Format     string          `json:"format,omitempty"`
	OK         bool            `json:"ok"`
	Signatures []signatureJSON `json:"signatures,omitempty"`

	Properties map[string]string `json:"properties,omitempty"` // what the file says of itself
	Output     string            `json:"output,omitempty"`
	Beside     []string          `json:"beside,omitempty"` // what was written beside the output
	Notes      []string          `json:"notes,omitempty"`
	Error      *jsonError        `json:"error,omitempty"`
}

type signatureJSON struct {
	Scheme string    `json:"scheme"`
	Alg    string    `json:"alg,omitempty"`
	Key    string    `json:"key,omitempty"`
	Cert   *certJSON `json:"cert,omitempty"`
	Signer string    `json:"signer,omitempty"`
	Covers string    `json:"covers,omitempty"`
	OK     bool      `json:"ok"`
	Error  string    `json:"error,omitempty"`
	ID     string    `json:"id,omitempty"`    // the vendor's name for the error
	Aside  bool      `json:"aside,omitempty"` // it vouches for nothing, and its error is a warning

	Properties map[string]string `json:"properties,omitempty"`
}

type certJSON struct {
	Subject   string    `json:"subject"`
	SHA256    string    `json:"sha256"`
	NotBefore time.Time `json:"notBefore"`
	NotAfter  time.Time `json:"notAfter"`
}

func fileObject(file, format string, signatures []formats.Signature, output string, err error) fileJSON {
	object := fileJSON{File: file, Format: format, OK: err == nil, Output: output, Error: asJSON(err)}
	for _, signature := range signatures {
		object.Signatures = append(object.Signatures, signatureObject(signature))
	}
	return object
}

func certObject(certificate *x509.Certificate) *certJSON {
	sum := sha256.Sum256(certificate.Raw)
	return &certJSON{certificate.Subject.String(), hex.EncodeToString(sum[:]), certificate.NotBefore.UTC(), certificate.NotAfter.UTC()}
}

func signatureObject(signature formats.Signature) signatureJSON {
	object := signatureJSON{Scheme: signature.Scheme, Alg: signature.Alg, Signer: signature.Signer, Covers: signature.Covers,
		OK: signature.Err == nil, Aside: signature.Aside}
	if signature.Key != nil {
		object.Key = keygen.Fingerprint(signature.Key)
	}
	if signature.Cert != nil {
		object.Cert = certObject(signature.Cert)
	}
	if signature.Err != nil {
		object.Error, object.ID = oneLine(signature.Err), issue.ID(signature.Err)
	}
	object.Properties = propertiesObject(signature.Properties)
	return object
}

// propertiesObject is properties by name; the values of one that comes again are joined.
func propertiesObject(properties []formats.Property) map[string]string {
	if len(properties) == 0 {
		return nil
	}
	object := map[string]string{}
	for _, property := range properties {
		if before, again := object[property.Name]; again {
			property.Value = before + "; " + property.Value
		}
		object[property.Name] = property.Value
	}
	return object
}

// signatureNotes are the notes of all signatures, each with the scheme it is about, and each once.
func signatureNotes(signatures []formats.Signature) (notes []string) {
	for _, signature := range signatures {
		for _, note := range signature.Notes {
			if note = signature.Scheme + ": " + note; !slices.Contains(notes, note) {
				notes = append(notes, note)
			}
		}
	}
	return notes
}
