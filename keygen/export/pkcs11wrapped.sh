wrapping_id=          # -w  the id, in hex, of the RSA private key in the token that unwraps
oaep=%OAEP%             # the hash of RSA-OAEP and its MGF1, as the key was wrapped

more=w:
more_option() {
	case $1 in
	w) wrapping_id=$2 ;;
	esac
}

# pkcs11-tool of OpenSC 0.23 can't unwrap private keys, so the one call that is wanted, C_UnwrapKey, is made by Python with PyKCS11
# (Debian: python3-pykcs11). The key is never in the clear outside the token.
import_key() {
	[ -n "$wrapping_id" ] || fail "-w ID: the id, in hex, of the private key in the token that unwraps"
	for python in python3 /usr/bin/python3 ''; do
		[ -z "$python" ] || ! "$python" -c 'import PyKCS11' 2>/dev/null || break
	done
	[ -n "$python" ] || fail "Python 3 with PyKCS11 is missing (Debian: python3-pykcs11)"
	SIGTOOL_PIN=$pin "$python" - "$module" "$slot" "$wrapping_id" "$file" "$id" "$label" "$kind" "$oaep" <<'END_OF_PYTHON'
%PYTHON%END_OF_PYTHON
	write_public
}

