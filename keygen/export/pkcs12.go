package export

var pkcs12 = &Target{Name: "pkcs12", Prepare: notYet, Refuse: takesNone}
