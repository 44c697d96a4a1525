import ctypes, os, sys
import PyKCS11 as p11

module, slot, wrapping_id, path, key_id, label, kind, oaep = sys.argv[1:]
hash_alg, mgf = {"sha1": (p11.CKM_SHA_1, p11.CKG_MGF1_SHA1), "sha256": (p11.CKM_SHA256, p11.CKG_MGF1_SHA256)}[oaep]
key_type = {"ec": p11.CKK_EC, "rsa": p11.CKK_RSA, "ed25519": 0x40}[kind]  # CKK_EC_EDWARDS
KWP = 0x210B  # CKM_AES_KEY_WRAP_KWP of PKCS #11 3.0; SoftHSM calls it CKM_AES_KEY_WRAP_PAD


class OAEP(ctypes.Structure):  # CK_RSA_PKCS_OAEP_PARAMS
    _fields_ = [("hash", ctypes.c_ulong), ("mgf", ctypes.c_ulong), ("source", ctypes.c_ulong), ("label", ctypes.c_void_p), ("length", ctypes.c_ulong)]


class RSAAES(ctypes.Structure):  # CK_RSA_AES_KEY_WRAP_PARAMS
    _fields_ = [("bits", ctypes.c_ulong), ("oaep", ctypes.POINTER(OAEP))]


def aes_template():
    return [(p11.CKA_CLASS, p11.CKO_SECRET_KEY), (p11.CKA_KEY_TYPE, p11.CKK_AES), (p11.CKA_TOKEN, False), (p11.CKA_SENSITIVE, True),
            (p11.CKA_EXTRACTABLE, False), (p11.CKA_UNWRAP, True)]


def key_template():
    return [(p11.CKA_CLASS, p11.CKO_PRIVATE_KEY), (p11.CKA_KEY_TYPE, key_type), (p11.CKA_TOKEN, True), (p11.CKA_PRIVATE, True),
            (p11.CKA_SENSITIVE, True), (p11.CKA_EXTRACTABLE, False), (p11.CKA_SIGN, True), (p11.CKA_ID, bytes.fromhex(key_id)),
            (p11.CKA_LABEL, label)]


def at_once(session, wrapping, blob):
    """The whole blob by CKM_RSA_AES_KEY_WRAP. What the parameter points to lives until the call is over."""
    inner = OAEP(hash_alg, mgf, p11.CKZ_DATA_SPECIFIED, None, 0)
    params = RSAAES(256, ctypes.pointer(inner))
    session.unwrapKey(wrapping, blob, key_template(), p11.Mechanism(p11.CKM_RSA_AES_KEY_WRAP, bytes(params)))


def in_two_steps(session, wrapping, blob, mechanisms):
    """What that mechanism is made of: RSA-OAEP opens an AES key, which stays in the session, and that opens the rest."""
    modulus = bytes(session.getAttributeValue(wrapping, [p11.CKA_MODULUS])[0])
    size = len(modulus.lstrip(b"\0"))
    aes = session.unwrapKey(wrapping, blob[:size], aes_template(), p11.RSAOAEPMechanism(hash_alg, mgf))
    by = KWP if KWP in mechanisms else p11.CKM_AES_KEY_WRAP_PAD
    session.unwrapKey(aes, blob[size:], key_template(), p11.Mechanism(by))


def main():
    lib = p11.PyKCS11Lib()
    lib.load(module)
    number = int(slot, 0)
    session = lib.openSession(number, p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION)
    session.login(os.environ["SIGTOOL_PIN"])
    found = session.findObjects([(p11.CKA_CLASS, p11.CKO_PRIVATE_KEY), (p11.CKA_ID, bytes.fromhex(wrapping_id))])
    if len(found) != 1:
        sys.exit("%d private keys in the token have the id %s of -w" % (len(found), wrapping_id))
    with open(path, "rb") as file:
        blob = file.read()
    mechanisms = [p11.CKM.get(name, name) for name in lib.getMechanismList(number)]
    if p11.CKM_RSA_AES_KEY_WRAP in mechanisms:
        try:
            return at_once(session, found[0], blob)
        except p11.PyKCS11Error as error:
            print("CKM_RSA_AES_KEY_WRAP: %s; now in two steps" % error, file=sys.stderr)
    in_two_steps(session, found[0], blob, mechanisms)


try:
    main()
except (p11.PyKCS11Error, ValueError) as error:
    sys.exit("the token does not unwrap the key: %s" % error)
