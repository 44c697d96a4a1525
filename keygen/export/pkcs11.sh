say() { printf '%s\n' "$*" >&2; }

fail() {
	say "$0: $*"
	exit 1
}

need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing"; }

usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; }

checking=
while getopts "m:t:p:hc$more" option; do
	case $option in
	m) module=$OPTARG ;;
	t) token_label=$OPTARG ;;
	p) pin_file=$OPTARG ;;
	c) checking=yes ;;
	h)
		usage
		exit 0
		;;
	\?)
		usage
		exit 2
		;;
	*) more_option "$option" "$OPTARG" ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || fail "not understood: $1 (-h helps)"
[ -n "$token_label" ] || fail "-t TOKEN: the label of the token (pkcs11-tool --module $module -T lists them)"
need pkcs11-tool
need openssl

# secret FILE WHAT prints the first line of a file, or what is typed on the terminal. Its $(...) has traps of its own: they give the echo back.
secret() {
	line=
	if [ -n "$1" ]; then
		IFS= read -r line <"$1" || [ -n "$line" ] || fail "$1: no first line"
		line=${line%"$(printf '\r')"} # of a file that Windows wrote; a wrong PIN counts
	else
		(: </dev/tty) 2>/dev/null || fail "no terminal to ask on: the $2 has to come from a file (-h helps)"
		printf '%s: ' "$2" >/dev/tty
		trap 'stty echo </dev/tty' EXIT
		trap 'exit 130' HUP INT QUIT TERM
		stty -echo </dev/tty
		IFS= read -r line </dev/tty || line=
		printf '\n' >/dev/tty
	fi
	printf %s "$line"
}

# Nothing secret is written here.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT QUIT TERM
printf '%s\n' "$public" >"$work/public.pem"
openssl pkey -pubin -in "$work/public.pem" -outform DER -out "$work/public.der"

# The slot is looked for here, as pkcs11-tool 0.23 takes the first token whose label begins as asked for, and might give the PIN to another.
pkcs11-tool --module "$module" --list-token-slots >"$work/slots"
slot=$(SIGTOOL_TOKEN=$token_label awk '
	/^Slot / { slot = $3; gsub(/[():]/, "", slot) }
	/^  token label/ { sub(/^[^:]*: /, ""); if (($0 "") == (ENVIRON["SIGTOOL_TOKEN"] "")) { print slot; found++ } }
	END { exit found != 1 }' "$work/slots") || fail "not exactly one token has the label $token_label: see pkcs11-tool --module $module -T"

# token runs pkcs11-tool, logged in. The PIN is in the environment of that process alone, where only this user can read it.
token() { SIGTOOL_PIN=$pin pkcs11-tool --module "$module" --slot "$slot" --login --pin env:SIGTOOL_PIN "$@"; }

# token_url names the token for p11tool (RFC 7512), each byte of the label escaped.
token_url() { printf 'pkcs11:token=%s' "$(printf %s "$token_label" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')"; }

write_public() {
	if [ "$kind" = ed25519 ]; then
		need p11tool
		GNUTLS_PIN=$pin p11tool --provider="$module" --batch --login --write --load-pubkey="$work/public.pem" --label="$label" --id="$id" "$(token_url)"
	else
		token --write-object "$work/public.der" --type pubkey --id "$id" --label "$label" --usage-sign
	fi
}

# sign_and_verify signs something new by the token's key and lets openssl verify it with the public key above: only this key can do that.
sign_and_verify() {
	openssl rand -out "$work/data" 32
	openssl dgst -sha256 -binary -out "$work/digest" "$work/data"
	case $kind in
	ec)
		token --sign --mechanism ECDSA --signature-format openssl --id "$id" --input-file "$work/digest" --output-file "$work/signature"
		openssl pkeyutl -verify -pubin -inkey "$work/public.pem" -in "$work/digest" -sigfile "$work/signature"
		;;
	rsa)
		token --sign --mechanism SHA256-RSA-PKCS --id "$id" --input-file "$work/data" --output-file "$work/signature"
		openssl dgst -sha256 -verify "$work/public.pem" -signature "$work/signature" "$work/data"
		;;
	ed25519)
		token --sign --mechanism EDDSA --id "$id" --input-file "$work/data" --output-file "$work/signature"
		openssl pkeyutl -verify -pubin -inkey "$work/public.pem" -rawin -in "$work/data" -sigfile "$work/signature"
		;;
	esac
}

# listed tells whether pkcs11-tool lists an object of the class $1 with the key's id, in $work/objects.
listed() {
	token --list-objects --type "$1" >"$work/objects" || exit 1
	awk -v id="$id" '$1 == "ID:" && ($2 "") == (id "") { found = 1 } END { exit !found }' "$work/objects"
}

# unfit ends the script for an object in the token that can't be this key's.
unfit() {
	say "pkcs11-tool --module $module --slot $slot --login --delete-object --id $id --type privkey, then --type pubkey, takes it away"
	fail "$*: do not use it, delete it from the token"
}

# same_public compares the public key that the token shows. pkcs11-tool writes it as DER or PEM; some points that it lists it can't write
# (P-384, Ed25519 of softhsm2-util), and of those the last 32 bytes are compared.
same_public() {
	if token --read-object --type pubkey --id "$id" --output-file "$work/token.pub" 2>"$work/why"; then
		form=DER
		if grep -q BEGIN "$work/token.pub"; then form=PEM; fi
		openssl pkey -pubin -inform "$form" -in "$work/token.pub" -outform DER | cmp - "$work/public.der"
		return
	fi
	listed pubkey || unfit "the token has no public key with the id $id, as after an import that was interrupted"
	point=$(awk -v id="$id" '$1 == "EC_POINT:" { point = $2 } $1 == "ID:" && ($2 "") == (id "") { print point }' "$work/objects")
	last=$(od -An -v -tx1 "$work/public.der" | tr -d ' \n' | tail -c 64)
	case $point in
	*"$last") ;;
	*)
		cat "$work/why" >&2
		return 1
		;;
	esac
}

pin=$(secret "$pin_file" "user PIN of the token $token_label") || exit 1
there=no
if listed privkey; then there=yes; fi
if [ -z "$checking" ]; then
	[ $there = no ] || fail "the token has a private key with the id $id: -c checks it; nothing was imported"
	[ -r "$file" ] || fail "$file: not there"
	import_key
elif [ $there = no ]; then
	fail "the token has no private key with the id $id"
fi
sign_and_verify >&2 || unfit "the token's key $id does not sign as this key"
same_public || unfit "the token's public key $id is another one"
say "the key $fingerprint is in the token $token_label, with the id $id; it signs, and the signature verifies"
