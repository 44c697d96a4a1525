package main

import "bytes"

// The object identifiers of RSA, as a CMS message has them: for any hash, and with its hash. They are of one length.
var (
	rsaEncryption = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}
	sha256WithRSA = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b}
)

// opensslMade are CMS messages that sigtool does not write.
func (l *lab) opensslMade(bare []byte) []trial {
	sign := func(args ...string) []byte { return l.openssl(bare, append([]string{"-md", "sha256"}, args...)...) }
	other := []string{"-signer", l.keys + "/rsa3072.crt", "-inkey", l.keys + "/rsa3072.pem"}
	plain := sign("-noattr", "-nocerts")
	l.output("openssl", "req", "-new", "-x509", "-key", "snake.key", "-subj", "/CN=Another name", "-days", "3650", "-out", "renamed.crt")
	renamed := []trial{
		of("the key in another name", l.opensslBy(bare, "renamed.crt", "snake.key", "-md", "sha256", "-noattr", "-nocerts")),
		of("the key in another name, whose certificate is in it", l.opensslBy(bare, "renamed.crt", "snake.key", "-md", "sha256", "-noattr")),
	}
	for i := range renamed {
		renamed[i].unnamed = true
	}
	return append(renamed,
		of("openssl's cms", plain),
		of("openssl's smime", l.openssl(bare, "smime", "-md", "sha256", "-noattr", "-nocerts")),
		of("the certificate is in it", sign("-noattr")),
		of("another's certificate is in it", sign("-noattr", "-nocerts", "-certfile", l.keys+"/rsa3072.crt")),
		of("the signer is named by key identifier", sign("-noattr", "-nocerts", "-keyid")),
		of("two signers, the second unknown", sign(append(other, "-noattr", "-nocerts")...)),
		of("two signers, the first unknown", l.opensslBy(bare, l.keys+"/rsa3072.crt", l.keys+"/rsa3072.pem", "-md", "sha256", "-noattr", "-nocerts",
			"-signer", snakeCert, "-inkey", "snake.key")),
		of("signed twice, both known", l.openssl(plain, "-md", "sha256", "-noattr", "-nocerts")),
		of("signed twice, the outer one unknown", l.signAs(plain, "outer.ko", "-k", l.keys+"/rsa3072.pem", "-c", l.keys+"/rsa3072.crt")),
		of("an unknown key", l.signAs(bare, "unknown.ko", "-k", l.keys+"/rsa2048.pem", "-c", l.keys+"/rsa2048.crt")),
		of("signed attributes", sign("-nocerts", "-nosmimecap")),
		of("signed attributes, S/MIME capabilities among them", sign("-nocerts")),
		of("two signers, both with signed attributes", sign(append(other, "-nocerts", "-nosmimecap")...)),
		of("two signers, the second without signed attributes", l.resigned(bare, sign("-nocerts", "-nosmimecap"), append(other, "-noattr")...)),
		of("the content is in it", sign("-noattr", "-nocerts", "-nodetach")),
		of("sha256WithRSAEncryption", bytes.Replace(plain, rsaEncryption, sha256WithRSA, 1)),
		of("RSA-PSS", sign("-noattr", "-nocerts", "-keyopt", "rsa_padding_mode:pss")),
		of("indefinite lengths", sign("-noattr", "-nocerts", "-stream")),
		of("content type of Authenticode", sign("-noattr", "-nocerts", "-econtent_type", "1.3.6.1.4.1.311.2.1.4")),
		of("content type digestedData", sign("-noattr", "-nocerts", "-econtent_type", "pkcs7-digestData")),
	)
}

// resigned has openssl add a signer to the message behind a module.
func (l *lab) resigned(bare, signed []byte, args ...string) []byte {
	if l.err != nil {
		return nil
	}
	l.write("first", signed[len(bare):len(signed)-trailer], 0o644)
	l.output("openssl", append([]string{"cms", "-resign", "-binary", "-md", "sha256", "-nocerts", "-inform", "DER", "-in", "first",
		"-outform", "DER", "-out", "message"}, args...)...)
	return appended(bare, l.read("message"))
}
