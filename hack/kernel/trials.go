package main

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// trial is one file that both judge.
type trial struct {
	name    string
	file    string // its name in the initrd
	data    []byte
	certs   []string // what sigtool's verify is told to accept: what this kernel trusts
	loader  string   // who loads it: "busybox", "kmod", or "kernel", which has the kernel itself unpack it
	module  string   // to remove afterwards; "-": it stays
	unnamed bool     // this kernel trusts the key in another name: to it no key is there, and sigtool says that the signature does not match
	differs string   // why this kernel and sigtool differ on it; they have to. Empty: they have to agree
}

// of makes a trial of the usual kind: dummy.ko, signed by the key whose certificate the firmware has.
func of(name string, data []byte) trial {
	return trial{name: name, file: "dummy.ko", data: data, certs: []string{snakeCert}, loader: "busybox", module: "dummy"}
}

// trials makes all files. The order matters once: what comes after sha512_generic.ko finds SHA-512 in the kernel.
func (l *lab) trials() []trial {
	debians := l.module("dummy.ko")
	bare := l.strip(debians)
	all := append(l.own(debians, bare), l.hashes(bare)...)
	all = append(all, l.keyed(bare)...)
	all = append(all, l.packed(bare)...)
	all = append(all, l.damaged(bare)...)
	return append(all, l.opensslMade(bare)...)
}

// own is what sigtool and the kernel's own tools sign as they should.
func (l *lab) own(debians, bare []byte) []trial {
	builtIn := of("Debian's own signature", debians)
	builtIn.certs = l.builtIn
	ours := l.sign(bare, "ours.ko")
	return []trial{
		builtIn,
		of("signed by sigtool", ours),
		of("signed by sigtool over Debian's signature", l.sign(debians, "again.ko")),
		of("signed apart by sigtool, then attached", l.attach(bare)),
		of("signed by sign-file", l.signByKernels(bare, "sha256")),
		of("signed by sign-file behind Debian's signature", l.signByKernels(debians, "sha256")),
		of("signed by sigtool, then stripped by it", l.strip(ours)),
	}
}

// hashes are SHA-384 and SHA-512, without their module and with it where they are one, and what only openssl signs.
func (l *lab) hashes(bare []byte) []trial {
	sha384, sha512 := l.sign(bare, "sha384.ko", "--hash", "sha384"), l.sign(bare, "sha512.ko", "--hash", "sha512")
	var all []trial
	if l.set("CRYPTO_SHA512", "m") {
		all = []trial{of("sha384, before sha512_generic is loaded", sha384), of("sha512, before sha512_generic is loaded", sha512)}
		for i := range all {
			all[i].differs = "CONFIG_CRYPTO_SHA512=m, and that module is not loaded yet"
		}
		generic := of("Debian's sha512_generic", l.module("sha512_generic.ko"))
		generic.certs, generic.file, generic.module = l.builtIn, "sha512_generic.ko", "-"
		all = append(all, generic)
	}
	sha1 := of("sha1, by openssl", l.openssl(bare, "-noattr", "-nocerts", "-md", "sha1"))
	sha1.differs = "sigtool accepts no SHA-1"
	sha3 := of("sha3-256, by openssl", l.openssl(bare, "-noattr", "-nocerts", "-md", "sha3-256"))
	if l.set("MODULE_SIG_SHA3_256", "y") || strings.Contains(l.config, "# CONFIG_MODULE_SIG_SHA3_256 is not set") {
		sha3.differs = "sigtool knows no SHA-3 here"
	}
	return append(all, of("sha384", sha384), of("sha512", sha512), of("sha512, by sign-file", l.signByKernels(bare, "sha512")),
		of("sha224, by openssl", l.openssl(bare, "-noattr", "-nocerts", "-md", "sha224")), sha1, sha3)
}

// keyed are modules that sigtool signed by other keys that the firmware names.
func (l *lab) keyed(bare []byte) []trial {
	own := of("RSA-4096, made and certified by sigtool",
		l.signAs(bare, "own.ko", "-k", "own.pem", "-c", "own.crt", "--passphrase-file", "own.pass"))
	own.certs = []string{l.dir + "/own.crt"}
	all := []trial{own}
	for _, row := range []struct {
		what, key, option string
		args              []string
	}{
		{"ECDSA P-256, sha256", "p256", "CRYPTO_ECDSA", nil},
		{"ECDSA P-384, sha384", "p384", "CRYPTO_ECDSA", []string{"--hash", "sha384"}},
		{"ECDSA P-521, sha512", "p521", "CRYPTO_ECDSA", []string{"--hash", "sha512"}},
		{"ML-DSA-65", "mldsa65", "CRYPTO_MLDSA", nil},
		{"ML-DSA-87", "mldsa87", "CRYPTO_MLDSA", nil},
	} {
		cert := l.keys + "/" + row.key + ".crt"
		t := of(row.what, l.signAs(bare, row.key+".ko", append(row.args, "-k", l.keys+"/"+row.key+".pem", "-c", cert)...))
		t.certs = []string{cert}
		if !l.set(row.option, "y") {
			t.differs = "this kernel has no CONFIG_" + row.option
		}
		all = append(all, t)
	}
	return all
}

// packed are compressed modules. The program that loads them unpacks them, or, with CONFIG_MODULE_DECOMPRESS, the kernel.
func (l *lab) packed(bare []byte) []trial {
	var all []trial
	rows := []struct{ ending, packer, loader string }{
		{"gz", "gzip -9n", "busybox"},
		{"xz", "xz --check=crc32 --lzma2=dict=1MiB", "kmod"},
		{"zst", "zstd -q -19", "kmod"},
	}
	if l.finit != "" && l.set("MODULE_COMPRESS_XZ", "y") && l.set("MODULE_DECOMPRESS", "y") {
		xz := rows[1]
		xz.loader = "kernel"
		rows = append(rows, xz)
	}
	for _, row := range rows {
		name := "dummy.ko." + row.ending
		for _, t := range []trial{
			of(row.ending+", signed by sigtool, unpacked by "+row.loader, l.sign(l.pack(bare, row.packer), name)),
			of(row.ending+", packed after sigtool signed it, unpacked by "+row.loader, l.pack(l.sign(bare, "inner.ko"), row.packer)),
			of(row.ending+", signed as a packed file by sign-file, unpacked by "+row.loader, l.signByKernels(l.pack(bare, row.packer), "sha256")),
			of(row.ending+", unsigned, unpacked by "+row.loader, l.pack(bare, row.packer)),
		} {
			t.file, t.loader = name, row.loader
			all = append(all, t)
		}
	}
	return all
}

// trailer is how many bytes stand behind a message: struct module_signature and the magic.
const trailer = 40

// damaged are signatures that sigtool made and somebody spoiled.
func (l *lab) damaged(bare []byte) []trial {
	good := l.sign(bare, "good.ko")
	if l.err != nil {
		return nil
	}
	edit := func(at int, b byte) []byte {
		data := bytes.Clone(good)
		data[(len(data)+at)%len(data)] ^= b
		return data
	}
	message := good[len(bare) : len(good)-trailer]
	longer := func(n int) []byte { // the CMS message grows by n zeros, and the trailer says so
		return appended(bare, append(bytes.Clone(message), make([]byte, n)...))
	}
	zeros := []trial{of("a zero behind the message, counted in", longer(1)), of("200 zeros behind the message, counted in", longer(200))}
	for i := range zeros {
		zeros[i].differs = "kernels read over what follows the message; sigtool does not"
	}
	return append(zeros,
		of("one byte of the module changed", edit(len(bare)/2, 1)),
		of("one byte of the signature's value changed", edit(-trailer-1, 1)),
		of("a newline behind the magic", append(bytes.Clone(good), '\n')),
		of("one letter of the magic changed", edit(-2, 1)),
		of("a byte between module and message", append(append(bytes.Clone(bare), 0), good[len(bare):]...)),
		of("trailer: algorithm not 0", edit(-trailer, 1)),
		of("trailer: hash not 0", edit(-trailer+1, 4)),
		of("trailer: type X.509", edit(-trailer+2, 3)),
		of("trailer: signer's length not 0", edit(-trailer+3, 1)),
		of("trailer: key's length not 0", edit(-trailer+4, 1)),
		of("trailer: padding not 0", edit(-trailer+7, 1)),
		of("trailer: length beyond the file", edit(-trailer+8, 0x7f)),
		of("trailer: length one short", appendedLength(bare, message, len(message)-1)),
		of("trailer: no message", appended(bare, nil)),
		of("the trailer alone", good[len(good)-trailer:]),
	)
}

// appendedLength is appended with another length in the trailer.
func appendedLength(module, message []byte, length int) []byte {
	data := appended(module, message)
	binary.BigEndian.PutUint32(data[len(data)-32:], uint32(length))
	return data
}
