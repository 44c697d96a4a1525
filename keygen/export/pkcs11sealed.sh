passphrase_file=      # -f  a file whose first line is the passphrase of the key file; asked for without one
tool=%TOOL%      # -u  what imports: pkcs11-tool, p11tool or softhsm2-util

more=f:u:
more_option() {
	case $1 in
	f) passphrase_file=$2 ;;
	u) tool=$2 ;;
	esac
}

# The key leaves openssl through a pipe: it is never on a disk in the clear, and the passphrase never on a command line.
key_as() {
	SIGTOOL_PASSPHRASE=$passphrase openssl pkcs8 -topk8 -nocrypt -in "$file" -passin env:SIGTOOL_PASSPHRASE -outform "$1"
}

import_key() {
	case $tool in
	pkcs11-tool) [ "$kind" != ed25519 ] || fail "pkcs11-tool imports no Ed25519 keys: -u p11tool or -u softhsm2-util" ;;
	p11tool) [ "$curve" != secp256k1 ] || fail "p11tool knows no secp256k1: -u pkcs11-tool or -u softhsm2-util" ;;
	softhsm2-util) ;;
	*) fail "-u: not one of pkcs11-tool, p11tool, softhsm2-util: $tool" ;;
	esac
	need "$tool"
	passphrase=$(secret "$passphrase_file" "passphrase of $file") || exit 1
	SIGTOOL_PASSPHRASE=$passphrase openssl pkey -in "$file" -passin env:SIGTOOL_PASSPHRASE -pubout -outform DER 2>"$work/why" |
		cmp -s - "$work/public.der" || fail "$file: wrong passphrase, or not this key"
	"import_by_$(printf %s "$tool" | tr - _)"
	passphrase=
}

import_by_pkcs11_tool() {
	key_as DER | token --write-object /dev/stdin --type privkey --id "$id" --label "$label" --usage-sign --sensitive
	write_public
}

import_by_p11tool() {
	key_as PEM | GNUTLS_PIN=$pin p11tool --provider="$module" --batch --login --write --load-privkey=/dev/stdin --label="$label" --id="$id" "$(token_url)"
	write_public
}

# softhsm2-util takes a PIN from a terminal or from its command line only, where other users of this machine can read it for a moment.
# It writes the public key, too.
import_by_softhsm2_util() {
	if [ -n "$pin_file" ]; then
		say "softhsm2-util: the PIN is on its command line; without -p it asks for it"
		key_as PEM | softhsm2-util --import /dev/stdin --module "$module" --token "$token_label" --label "$label" --id "$id" --pin "$pin"
	else
		key_as PEM | { softhsm2-util --import /dev/fd/3 --module "$module" --token "$token_label" --label "$label" --id "$id" </dev/tty; } 3<&0
	fi
}

