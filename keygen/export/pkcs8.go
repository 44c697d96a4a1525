package export

var pkcs8 = &Target{Name: "pkcs8", Prepare: notYet, Refuse: takesNone}
