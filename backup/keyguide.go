package backup

const (
	ageSealed = "sealed by age (age-encryption.org/v1); identity.txt is a file with an identity of a recipient."
	ageOpens  = "  age -d -i identity.txt -o key.der key.age"
)

// KeyGuide says what to do with the key that a sheet carries in PKCS#8: sealed or as it is in key.der, or in key.age.
func KeyGuide(p Payload) []string {
	if p.Algorithm == blsAlgorithm {
		return blsKeyGuide(p.Kind)
	}
	switch p.Kind {
	case KindSealedKey:
		return append(Wrap("This is the sealed key in PKCS#8 (RFC~5958); OpenSSL asks for its passphrase. "+proof), openKey...)
	case KindAgeKey:
		return append(append(Wrap("This is the key in PKCS#8 (RFC~5958), "+ageSealed+" "+proof), ageOpens), openKey...)
	}
	return append(Wrap("This is the key in PKCS#8 (RFC 5958), which OpenSSL reads. "+proof), openKey...)
}

// blsKeyGuide is KeyGuide for keys that OpenSSL doesn't know.
func blsKeyGuide(kind Kind) []string {
	last := blsGuide("tail -c 32 key.der | xxd -p -c 32")
	switch kind {
	case KindSealedKey:
		return Wrap("This is the sealed key in PKCS#8 (RFC~5958, PBES2 of RFC~8018), of an algorithm that OpenSSL does not know, so that it can't " +
			"open it. Decrypted, its last 32 bytes are the private key: a number, highest bits first, for BLS signatures over the curve BLS12-381 " +
			"as the tz4 accounts of Tezos make them.")
	case KindAgeKey:
		return append(append(Wrap("This is the key in PKCS#8 (RFC~5958), whose last 32 bytes count, "+ageSealed), ageOpens), last...)
	}
	return append(Wrap("This is the key in PKCS#8 (RFC~5958), whose last 32 bytes count."), last...)
}
