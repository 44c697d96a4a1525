package export

var pkcs1 = &Target{Name: "pkcs1", Prepare: notYet, Refuse: takesNone}
