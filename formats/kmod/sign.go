package kmod

import (
	"context"
	"fmt"

	"sigtool/formats"
	"sigtool/internal/cms"
	"sigtool/internal/patch"
	"sigtool/internal/sigalg"
)

// Sign appends a signature, in place of any that were appended before. The key must be RSA, ECDSA or ML-DSA, with its certificate.
// A compressed module is unpacked, signed and packed again in the same way, and replaced as a whole. With --p7s the signature
// goes beside the file, which stays as it is; with --attach it was made before, and is held to what a kernel would say of it.
func (Format) Sign(ctx context.Context, src formats.Source, req formats.Request) (*formats.Result, error) {
	if err := checkKey(req.Key.Public()); err != nil {
		return nil, err
	}
	if _, err := req.Certificate(); err != nil {
		return nil, err
	}
	attached := req.Options.Bytes(optionAttach)
	if attached != nil && (req.Options.Bool(optionP7S) || req.Options.String(optionHash, "") != "") {
		return nil, fmt.Errorf("%w: --%s appends a signature that is there already: neither --%s nor --%s goes with it", formats.ErrOption, optionAttach, optionP7S, optionHash)
	}
	m, err := openModule(src)
	if err != nil {
		return nil, err
	}
	result := &formats.Result{}
	if attached != nil {
		result.Notes, err = checkAttached(ctx, m, attached, req.Chain[0])
	} else {
		attached, result.Notes, err = signModule(ctx, m, req)
	}
	if err != nil {
		return nil, err
	}
	result.Warnings = m.warnings()
	if req.Options.Bool(optionP7S) {
		result.Sidecars = []formats.Sidecar{{Suffix: suffixP7S, Data: attached}}
		return result, nil
	}
	if result.Edits, err = m.signed(attached); err != nil {
		return nil, err
	}
	if n := m.signatures(); n > 0 {
		result.Notes = append(result.Notes, replacedNote(n))
	}
	return result, nil
}

// signModule makes the CMS message over a module.
func signModule(ctx context.Context, m *module, req formats.Request) (message []byte, known []string, err error) {
	if isMLDSA(req.Key.Public()) {
		return signMLDSA(ctx, m, req)
	}
	hash, err := sigalg.ParseHash(req.Options.String(optionHash, defaultHash))
	if err != nil {
		return nil, nil, err
	}
	sums, err := sigalg.Digest(ctx, m.body, m.size, hash)
	if err != nil {
		return nil, nil, err
	}
	message, err = cms.SignDigest(req.Key, req.Chain[0], sums[hash], cms.Options{Hash: hash})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %v", formats.ErrKey, err)
	}
	return message, notes(req.Key.Public(), hash), nil
}

// signed returns the edits that put a CMS message behind the module, in place of what is there.
func (m *module) signed(message []byte) ([]patch.Edit, error) {
	tail, err := appendTrailer(message)
	if err != nil {
		return nil, err
	}
	edit, err := m.ending(tail)
	return []patch.Edit{edit}, err
}

// warnings are of this file.
func (m *module) warnings() []string {
	n := stray(m.body, m.size)
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the signature that was there had %s behind it, so no kernel saw it; it is signed now as a part of the module", bytesOf(n))}
}

func replacedNote(signatures int) string {
	if signatures == 1 {
		return "replaced the signature that was there"
	}
	return fmt.Sprintf("replaced the %d signatures that were there", signatures)
}
