package export

var pkcs11 = &Target{Name: "pkcs11", Prepare: notYet, Refuse: takesNone}
