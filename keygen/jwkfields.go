package keygen

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"

	"sigtool/internal/secret"
)

// jwkCurves are the names of curves in a JWK: RFC 7518 §6.2.1.1, RFC 8812 §3.1, and Azure's own for secp256k1.
var jwkCurves = map[string]Algorithm{"P-256": P256, "P-384": P384, "P-521": P521, "secp256k1": Secp256k1, "P-256K": Secp256k1}

// jwkFields is a JWK taken apart; names are compared to the letter.
type jwkFields map[string]json.RawMessage

// isJSON tells whether a file begins as JSON does.
func isJSON(data []byte) bool { return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) }

// jwkBlock gives a JSON Web Key the type of a private key or of a public one.
func jwkBlock(data []byte) ([]*pem.Block, error) {
	fields, err := readJWK(data)
	if err != nil {
		return nil, err
	}
	defer fields.wipe()
	kind := typeJWKPub
	if fields["d"] != nil {
		kind = typeJWK
	}
	return []*pem.Block{{Type: kind, Bytes: bytes.Clone(data)}}, nil
}

// readJWK reads the JSON and what kind of thing it is.
func readJWK(data []byte) (jwkFields, error) {
	var fields jwkFields
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, notKey("JSON, but not one whole object")
	}
	if inner := fields["key"]; isJSON(inner) && fields["kty"] == nil { // as in the calls of Azure Key Vault
		fields = nil
		if err := json.Unmarshal(inner, &fields); err != nil {
			return nil, notKey("a JSON file that is no JWK")
		}
		secret.Wipe(inner)
	}
	for name, value := range fields {
		if string(value) == "null" { // as Azure's tools write what is not there
			delete(fields, name)
		}
	}
	kty, _ := fields.text("kty")
	switch {
	case kty == "oct":
		fields.wipe()
		return nil, notKey("a JWK of a symmetric key")
	case kty == "" && fields["keys"] != nil:
		fields.wipe()
		return nil, unsupported("a set of JWKs (take out the one that is meant: jq '.keys[0]')")
	case kty == "":
		fields.wipe()
		return nil, notKey("a JSON file that is no JWK")
	}
	return fields, nil
}

func (f jwkFields) wipe() {
	for _, value := range f {
		secret.Wipe(value)
	}
}

// text returns a member that is a short text without escapes.
func (f jwkFields) text(name string) (string, bool) {
	raw := f[name]
	if len(raw) < 2 || len(raw) > 64 || raw[0] != '"' || bytes.ContainsRune(raw, '\\') {
		return "", false
	}
	return string(raw[1 : len(raw)-1]), true
}

// bytes returns a member that is base64url without padding (RFC 7515 §2), of at most limit bytes. The caller wipes it.
func (f jwkFields) bytes(name string, limit int) ([]byte, error) {
	raw := f[name]
	if raw == nil {
		return nil, damaged("the JWK has no %q", name)
	}
	if len(raw) < 3 || raw[0] != '"' || bytes.ContainsAny(raw, "\\\r\n") || base64.RawURLEncoding.DecodedLen(len(raw)-2) > limit {
		return nil, damaged("%q of the JWK is not base64url of 1 to %d bytes", name, limit)
	}
	out := make([]byte, base64.RawURLEncoding.DecodedLen(len(raw)-2))
	if _, err := base64.RawURLEncoding.Strict().Decode(out, raw[1:len(raw)-1]); err != nil {
		secret.Wipe(out)
		return nil, damaged("%q of the JWK is not base64url without padding", name)
	}
	return out, nil
}

// wide is bytes with the leading zeros that some writers leave out; what it belongs to has to prove them.
func (f jwkFields) wide(name string, size int) ([]byte, error) {
	short, err := f.bytes(name, size)
	if err != nil {
		return nil, err
	}
	defer secret.Wipe(short)
	out := make([]byte, size)
	copy(out[size-len(short):], short)
	return out, nil
}
