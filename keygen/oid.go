package keygen

import "encoding/asn1"

var (
	oidRSA       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEC        = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidEd25519   = asn1.ObjectIdentifier{1, 3, 101, 112}
	oidP256      = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}
	oidP384      = asn1.ObjectIdentifier{1, 3, 132, 0, 34}
	oidP521      = asn1.ObjectIdentifier{1, 3, 132, 0, 35}
	oidSecp256k1 = asn1.ObjectIdentifier{1, 3, 132, 0, 10}
	oidMLDSA65   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 18} // RFC 9881 §2
	oidMLDSA87   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 3, 19}

	// RFC 8018 appendix B, RFC 7914 §7.
	oidPBES2      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt     = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	oidHMACSHA1   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}
	oidHMACSHA224 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 8}
	oidHMACSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidHMACSHA384 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}
	oidHMACSHA512 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}
	oidAES128CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}
	oidAES192CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}
	oidAES256CBC  = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	oidDESEDE3CBC = asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}
)

// names of what can't be used but is met: an error that says brainpoolP256r1 sends nobody looking for a mistyped passphrase.
var names = map[string]string{
	"1.2.840.10040.4.1": "DSA", "1.2.840.113549.1.3.1": "DH", "1.2.840.10046.2.1": "DHX",
	"1.2.840.113549.1.1.10": "RSASSA-PSS only", "1.2.840.113549.1.1.7": "RSAES-OAEP only",
	"1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.113": "Ed448",
	"2.16.840.1.101.3.4.3.17": "ML-DSA-44",
	"1.2.643.7.1.1.1.1":       "GOST R 34.10-2012", "1.2.643.7.1.1.1.2": "GOST R 34.10-2012",

	"1.2.840.10045.3.1.1": "P-192 (prime192v1)", "1.3.132.0.33": "P-224 (secp224r1)",
	"1.3.132.0.9": "secp160k1", "1.3.132.0.8": "secp160r1", "1.3.132.0.31": "secp192k1", "1.3.132.0.32": "secp224k1",
	"1.2.156.10197.1.301":  "SM2",
	"1.3.36.3.3.2.8.1.1.1": "brainpoolP160r1", "1.3.36.3.3.2.8.1.1.3": "brainpoolP192r1", "1.3.36.3.3.2.8.1.1.5": "brainpoolP224r1",
	"1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.8": "brainpoolP256t1", "1.3.36.3.3.2.8.1.1.9": "brainpoolP320r1",
	"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.12": "brainpoolP384t1",
	"1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1", "1.3.36.3.3.2.8.1.1.14": "brainpoolP512t1",
	"1.3.132.0.16": "sect283k1", "1.3.132.0.17": "sect283r1", "1.3.132.0.36": "sect409k1", "1.3.132.0.37": "sect409r1",
	"1.3.132.0.38": "sect571k1", "1.3.132.0.39": "sect571r1",

	"1.2.840.113549.1.5.12": "PBKDF2", "1.2.840.113549.2.5": "MD5", "1.2.643.7.1.1.2.3": "GOST R 34.11-2012",
	"2.16.840.1.101.3.4.2.8": "SHA3-256", "2.16.840.1.101.3.4.2.10": "SHA3-512",
	"1.2.840.113549.1.5.1": "pbeWithMD2AndDES-CBC", "1.2.840.113549.1.5.3": "pbeWithMD5AndDES-CBC",
	"1.2.840.113549.1.5.4": "pbeWithMD2AndRC2-CBC", "1.2.840.113549.1.5.6": "pbeWithMD5AndRC2-CBC",
	"1.2.840.113549.1.5.10": "pbeWithSHA1AndDES-CBC", "1.2.840.113549.1.5.11": "pbeWithSHA1AndRC2-CBC",
	"1.2.840.113549.1.12.1.1": "PKCS#12 RC4-128", "1.2.840.113549.1.12.1.2": "PKCS#12 RC4-40",
	"1.2.840.113549.1.12.1.3": "PKCS#12 triple DES", "1.2.840.113549.1.12.1.4": "PKCS#12 two-key triple DES",
	"1.2.840.113549.1.12.1.5": "PKCS#12 RC2-128", "1.2.840.113549.1.12.1.6": "PKCS#12 RC2-40",
	"1.3.14.3.2.7": "DES-CBC", "1.2.840.113549.3.2": "RC2-CBC", "1.2.840.113549.1.5.14": "PBMAC1",
	"1.2.392.200011.61.1.1.1.4": "Camellia-256-CBC", "1.2.392.200011.61.1.1.1.2": "Camellia-128-CBC",
	"2.16.840.1.101.3.4.1.6": "AES-128-GCM", "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
	"1.2.410.200004.1.4": "SEED-CBC", "1.2.156.10197.1.104.2": "SM4-CBC",
}

// nameOf names an identifier, or gives its number.
func nameOf(oid asn1.ObjectIdentifier) string {
	if name := names[oid.String()]; name != "" {
		return name
	}
	return "with the identifier " + oid.String()
}
