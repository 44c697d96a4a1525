#!/bin/sh
# Makes the certificates and SRK tables of this folder with openssl, srktool and the keys of testdata/keys.
# RSA: SRK rsa4096, CSF rsa3072, IMG rsa2048 and p256. Curves: SRK p256, CSF p256 and rsa2048, IMG p256, p384 and p521.
set -e
keys=../keys
ca() { # NAME KEY basicConstraints keyUsage SERIAL
	openssl req -new -x509 -sha256 -days 36500 -set_serial "$5" -key $keys/$2.pem -subj "/CN=$1" -config /dev/null \
		-addext "basicConstraints=critical,CA:$3" -addext "keyUsage=$4" -addext "subjectKeyIdentifier=hash" -out $1.crt 2>/dev/null
}
leaf() { # NAME KEY ISSUER ISSUERKEY SERIAL
	printf 'basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' > ext
	openssl req -new -sha256 -key $keys/$2.pem -subj "/CN=$1" -config /dev/null 2>/dev/null |
		openssl x509 -req -sha256 -days 36500 -set_serial "$5" -CA $3.crt -CAkey $keys/$4.pem -extfile ext -out $1.crt 2>/dev/null
	rm ext
}
ca srk-rsa rsa4096 TRUE keyCertSign 1
ca srk-rsa2 rsa3072 TRUE keyCertSign 2
ca srk-fast rsa2048 FALSE digitalSignature 3
ca srk-p256 p256 TRUE keyCertSign 4
ca srk-fast-p384 p384 FALSE digitalSignature 5
leaf csf-rsa rsa3072 srk-rsa rsa4096 11
leaf img-rsa rsa2048 srk-rsa rsa4096 12
leaf img-rsa-p256 p256 srk-rsa rsa4096 13
leaf img-rsa2 rsa2048 srk-rsa2 rsa3072 14
leaf csf-p256 p256 srk-p256 p256 15
leaf csf-mixed rsa2048 srk-p256 p256 19
leaf img-p256 p256 srk-p256 p256 16
leaf img-p384 p384 srk-p256 p256 17
leaf img-p521 p521 srk-p256 p256 18
table() { # NAME CERT,CERT,… srktool goes by the ending of a file's name
	for crt in srk-*.crt; do cp $crt ${crt%.crt}.pem; done
	srktool -h 4 -t $1.table -e fuses -d sha256 -f 1 -c $2 > /dev/null
	rm fuses srk-*.pem
}
table ca srk-rsa.pem,srk-rsa2.pem,srk-p256.pem
table short srk-rsa.pem,%srk-rsa2.pem,%srk-p256.pem
table fast srk-fast.pem,srk-fast-p384.pem
